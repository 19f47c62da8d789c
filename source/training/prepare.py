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
from source.training.corpora import CORPORA, Clip, Corpus
from source.training.voice.prepare import NO_LABEL, cache_of, hearable
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


def one(corpus: Corpus, *, data: Path, work: Path, tiny: bool = False) -> str:
    """Prepare a corpus; what is in it, in words.

    Raises
    ------
    NotFound
        If there is nothing of it in the data folder.
    """
    everything = corpus.clips(data)
    cache = cache_of(corpus, work / "tiny" if tiny else work)
    clips = everything[:: max(1, len(everything) // TINY)][:TINY] if tiny else everything
    good, items = hearable(clips, cache)
    aside = ", ".join(sorted(corpus.aside))
    notes = (
        (len(everything.dropped), "left out: the same sound or name was there already"),
        (len(clips) - len(good), "left out: nothing can be heard in them"),
        (everything.aside, f"left out: their speakers ({aside}) are kept aside"),
        (
            sum(not corpus.judges(clip) for clip in good),
            "trained on and not judged by: their words give the emotion away",
        ),
        (
            sum(item.label == NO_LABEL for item in items),
            "prepared but not trained on: the voice has no such class",
        ),
    )
    lines = _counts(corpus, good, items) + [f"{count} {text}" for count, text in notes if count]
    return "\n  ".join([*lines, f"kept in {cache}, {cache.stat().st_size / 1e6:.1f} MB"])


def _counts(corpus: Corpus, clips: Sequence[Clip], items: Sequence[Spoken]) -> list[str]:
    emotions = Counter(clip.emotion for clip in clips)
    genders = Counter(clip.gender or "not known" for clip in clips)
    speakers = Counter(clip.speaker for clip in clips)
    whole = sum(len(item.bands) for item in items) / 6000
    speech = sum(item.last - item.first for item in items) / 6000
    return [
        f"{corpus.name}: {len(clips)} clips of {len(speakers)} speakers, {whole:.0f} min, "
        f"{speech:.0f} min of it speech",
        f"emotions: {_listed(emotions, (*EMOTIONS, *sorted(set(emotions) - set(EMOTIONS))))}",
        f"gender: {_listed(genders, ('female', 'male', 'not known'))}",
        f"speakers: {min(speakers.values(), default=0)} to {max(speakers.values(), default=0)} "
        "clips each",
    ]


def _listed(counts: Counter[str], order: Sequence[str]) -> str:
    return ", ".join(f"{value} {counts[value]}" for value in order if counts[value])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m source.training.prepare",
        description="Decode, find the speech and keep what training reads, for each corpus.",
    )
    names = [name for name, corpus in CORPORA.items() if corpus.is_sound]
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


if __name__ == "__main__":
    raise SystemExit(main())
