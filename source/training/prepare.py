"""Prepare corpora of speech for training: ``python -m source.training.prepare CORPUS...``.

Decodes every clip, finds where in it somebody speaks, and keeps the log-mel of it in the work
folder, so that training begins at once. What was done is not done twice.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from source.core.emotions import EMOTIONS
from source.core.errors import AverError
from source.settings import ROOT
from source.training.readers import CORPORA, Corpus
from source.training.readers.spoken import Clip
from source.training.voice.prepare import NO_LABEL, hearable
from source.training.voice.spoken import Spoken

TINY = 12
"""Clips of a corpus that ``--tiny`` prepares."""


def main(argv: Sequence[str] | None = None) -> int:
    """Prepare the named corpora, and print what is in them."""
    args = _parser().parse_args(argv)
    try:
        for name in args.corpora:
            print(one(CORPORA[name], data=args.data, work=args.work, tiny=args.tiny), flush=True)
    except AverError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def cache_of(corpus: Corpus, work: Path) -> Path:
    """Where the prepared clips of a corpus are kept."""
    return work / "voice" / f"{corpus.name}.npz"


def gather(corpus: Corpus, *, data: Path, work: Path) -> tuple[list[Clip], list[Spoken]]:
    """The clips of a corpus that training may use, and what is computed of them, in step.

    Without the speakers who are kept aside, clips in which nothing can be heard, and emotions
    that the voice has no class for.
    """
    clips, items = hearable(corpus.clips(data), cache_of(corpus, work))
    both = [(c, i) for c, i in zip(clips, items, strict=True) if i.label != NO_LABEL]
    return [clip for clip, _ in both], [item for _, item in both]


def one(corpus: Corpus, *, data: Path, work: Path, tiny: bool = False) -> str:
    """Prepare a corpus; what is in it, in words.

    Raises
    ------
    NotFound
        If there is nothing of it in the data folder.
    """
    found = corpus.clips(data)
    cache = cache_of(corpus, work / "tiny" if tiny else work)
    clips = found[:: max(1, len(found) // TINY)][:TINY] if tiny else found
    good, items = hearable(clips, cache)
    return _told(corpus, good, items, cache, (
        (f"{len(found.dropped)} left out: the same sound or name was there already",
         len(found.dropped)),
        (f"{len(clips) - len(good)} left out: nothing can be heard in them",
         len(clips) - len(good)),
        (f"{found.aside} left out: their speakers ({', '.join(sorted(corpus.aside))}) are kept "
         "aside", found.aside),
    ))  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m source.training.prepare",
        description="Decode, find the speech and keep what training reads, for each corpus.",
    )
    names = [name for name, corpus in CORPORA.items() if corpus.read]
    parser.add_argument(
        "corpora",
        nargs="+",
        choices=names,
        metavar="CORPUS",
        help=f"one or more of {', '.join(names)}",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="folder of the data sets (default: %(default)s)",
    )
    parser.add_argument(
        "--work",
        type=Path,
        default=ROOT / "work",
        help="folder for prepared data (default: %(default)s)",
    )
    parser.add_argument(
        "--tiny", action="store_true", help=f"{TINY} clips of each, to see that everything runs"
    )
    return parser


def _told(
    corpus: Corpus, clips: Sequence[Clip], items: Sequence[Spoken], cache: Path,
    left_out: Sequence[tuple[str, int]],
) -> str:  # fmt: skip
    def counted(values: Counter[str], order: Sequence[str]) -> str:
        return ", ".join(f"{v} {values[v]}" for v in order if values[v])

    emotions = Counter(clip.emotion for clip in clips)
    genders = Counter(clip.gender or "not told" for clip in clips)
    speakers = Counter(clip.speaker for clip in clips)
    few, many = min(speakers.values(), default=0), max(speakers.values(), default=0)
    whole = sum(len(item.bands) for item in items) / 6000
    spoken = sum(item.last - item.first for item in items) / 6000
    silent = sum(item.label == NO_LABEL for item in items)
    lines = [
        f"{corpus.name}: {len(clips)} clips of {len(speakers)} speakers, {whole:.0f} min, "
        f"{spoken:.0f} min of it speech",
        f"  emotions: {counted(emotions, (*EMOTIONS, *sorted(set(emotions) - set(EMOTIONS))))}",
        f"  gender: {counted(genders, ('female', 'male', 'not told'))}",
        f"  speakers: {few} to {many} clips each",
        *(f"  {text}" for text, count in left_out if count),
    ]
    if silent:
        lines.append(f"  {silent} prepared but not trained on: the voice has no such class")
    return "\n".join([*lines, f"  kept in {cache}, {cache.stat().st_size / 1e6:.1f} MB"])


if __name__ == "__main__":
    raise SystemExit(main())
