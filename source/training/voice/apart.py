"""Whether the speakers of one recording can be told apart, and what a voice would gain by it.

``python -m source.training.voice.apart --run work/voice/speech-encoder-...`` reads recordings that
are put together from the clips of speakers whom a model never heard, of one speaker, of one
speaker in two moods and of two speakers. Each utterance is read against nothing, against all
others, against those that are found to be of its speaker, and against those that are.

Speakers are told apart by what is left of an utterance's embedding without its emotion, along the
directions in which speakers differ most for how much each of them varies (Fisher's), and Ward's
clustering into two. What training speakers exceed in two of a hundred recordings, be it for
their moods, is not yet a second speaker.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from source.runtime.card import Card
from source.runtime.head import FILE, Head
from source.training import metrics, protocols
from source.training.corpora import CORPORA
from source.training.protocols import ALL, Split
from source.training.voice.encoded import encoded
from source.training.voice.utterances import Utterances
from source.voice.baseline import against_others

Floats = NDArray[np.float32]
Ints = NDArray[np.integer]

LENGTH = 16
"""Utterances of a recording."""

DIRECTIONS = 30

RIDGE = 0.01
"""Of the mean variance, added to that of one speaker: some directions are hardly seen."""

RARE = 0.98
"""Share of the training speakers' recordings that must stay undivided."""

KINDS = ("one speaker", "one speaker, two moods", "two speakers")
WAYS = ("none", "all others", "found", "known")


@dataclass(frozen=True, eq=False)
class Voices:
    """Clips as a model reads them, each by itself.

    Attributes
    ----------
    people : str [n]
    labels : int [n]
    embeddings, posteriors : float32 [n, d], [n, classes]
    """

    people: NDArray[np.str_]
    labels: Ints
    embeddings: Floats
    posteriors: Floats

    @classmethod
    def of(cls, model: Head, clips: Utterances) -> "Voices":
        """Clips by their mean statistics."""
        embeddings = model.space.project(clips.statistics)
        alone = model.against(embeddings, model.space.nothing(len(embeddings)))
        return cls(clips.people, clips.labels, embeddings, alone)

    def rest(self, model: Head) -> Floats:
        """What is left of each embedding [n, d] without the emotion it seems to have."""
        space = model.space
        return self.embeddings - self.posteriors @ space.classes - space.centre


def directions(rest: Floats, people: NDArray[np.str_]) -> Floats:
    """The directions [d, DIRECTIONS] in which the speakers of a corpus differ most.

    Every corpus has the same say; that corpora differ does not count.
    """
    from scipy.linalg import eigh

    names, of = np.unique(people, return_inverse=True)
    counts = np.bincount(of)
    means = np.zeros((len(names), rest.shape[1]))
    np.add.at(means, of, rest)
    means /= counts[:, None]
    corpora = np.array([name.partition("/")[0] for name in names])
    share = np.array([1.0 / (corpora == corpus).sum() for corpus in corpora])
    share /= share.sum()
    centres = {corpus: means[corpora == corpus].mean(axis=0) for corpus in np.unique(corpora)}
    apart = means - np.array([centres[corpus] for corpus in corpora])
    scatter = rest - means[of]
    within = (scatter * (share[of] / np.maximum(counts[of] - 1, 1))[:, None]).T @ scatter
    within += RIDGE * np.trace(within) / len(within) * np.eye(len(within))
    vectors = eigh((apart * share[:, None]).T @ apart, within)[1]
    return np.asarray(vectors[:, ::-1][:, :DIRECTIONS], np.float32)


def halved(places: Floats) -> tuple[float, Ints]:
    """Utterances [n, k] in two groups, and how far apart these lie for their numbers."""
    from scipy.cluster.hierarchy import fcluster, linkage

    groups = fcluster(linkage(places, "ward"), 2, "maxclust") - 1
    sizes = np.bincount(groups, minlength=2)
    if not sizes.all():
        return 0.0, groups
    first, second = (places[groups == group].mean(axis=0) for group in (0, 1))
    return float(((first - second) ** 2).mean() * sizes[0] * sizes[1] / sizes.sum()), groups


def recordings(voices: Voices, kind: str, *, count: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Recordings of `LENGTH` clips of a corpus, and who speaks in each: clips, speakers."""
    rng, half = np.random.default_rng([seed, KINDS.index(kind)]), LENGTH // 2
    of = {name: np.flatnonzero(voices.people == name) for name in np.unique(voices.people)}
    moods = {
        name: [c for c in np.unique(voices.labels[own]) if (voices.labels[own] == c).sum() >= half]
        for name, own in of.items()
    }
    fit = {
        KINDS[0]: [name for name, own in of.items() if len(own) >= LENGTH],
        KINDS[1]: [name for name, some in moods.items() if len(some) > 1],
        KINDS[2]: [name for name, own in of.items() if len(own) >= half],
    }[kind]
    if len(fit) < 1 + (kind == KINDS[2]):
        return
    whose = np.repeat([0, int(kind == KINDS[2])], half)
    for _ in range(count):
        if kind == KINDS[0]:
            pools = [of[rng.choice(fit)]]
        elif kind == KINDS[1]:
            name = str(rng.choice(fit))
            chosen = rng.choice(moods[name], 2, replace=False)
            pools = [of[name][voices.labels[of[name]] == mood] for mood in chosen]
        else:
            pools = [of[str(name)] for name in rng.choice(fit, 2, replace=False)]
        size = LENGTH // len(pools)
        yield np.concatenate([rng.choice(p, size, replace=False) for p in pools]), whose


@dataclass
class Tally:
    """Answers to the clips of one kind of recording of one corpus, and how many were divided."""

    labels: list[Ints] = field(default_factory=list)
    answers: dict[str, list[Ints]] = field(default_factory=lambda: {way: [] for way in WAYS})
    divided: list[bool] = field(default_factory=list)

    def figures(self) -> list[float]:
        """UAR of each way, then the share of recordings that were divided."""
        truth = np.concatenate(self.labels)
        uars = [metrics.uar(truth, np.concatenate(self.answers[way])) for way in WAYS]
        return [*uars, float(np.mean(self.divided))]


def judge(
    model: Head, train: Utterances, test: Utterances, *, count: int, seed: int
) -> Iterator[tuple[str, str, Tally]]:
    """What a model answers to recordings of each kind and corpus, by one it was not trained on."""
    known = Voices.of(model, train)
    rest = known.rest(model)
    plane = directions(rest, known.people)
    limit = 0.0
    for kind in KINDS[:2]:
        reached = [
            halved((rest @ plane)[own][clips])[0]
            for corpus in np.unique(train.corpora)
            for own in [np.flatnonzero(train.corpora == corpus)]
            for clips, _ in recordings(_some(known, own), kind, count=count, seed=seed)
        ]
        limit = max(limit, float(np.quantile(reached, RARE)))
    for corpus in np.unique(test.corpora):
        voices = Voices.of(model, test.only(test.corpora == corpus))
        places = voices.rest(model) @ plane
        for kind in KINDS:
            tally = Tally()
            for clips, whose in recordings(voices, kind, count=count, seed=seed + 1):
                apart, groups = halved(places[clips])
                found = groups if apart > limit else np.zeros(LENGTH, int)
                ways = (None, np.zeros(LENGTH, int), found, whose)
                for way, of in zip(WAYS, ways, strict=True):
                    read = _read(model, voices, clips, of)
                    kept = protocols.restricted(read, protocols.classes_of(str(corpus)))
                    tally.answers[way].append(kept.argmax(axis=1))
                tally.labels.append(voices.labels[clips])
                tally.divided.append(apart > limit)
            if tally.labels:
                yield str(corpus), kind, tally


def _some(voices: Voices, rows: Ints) -> Voices:
    return Voices(*(getattr(voices, name)[rows] for name in vars(voices)))


def _read(model: Head, voices: Voices, clips: Ints, groups: Ints | None) -> Floats:
    """Posteriors of the clips of a recording, each read against the others of its group."""
    answers = voices.posteriors[clips].copy()
    for group in [] if groups is None else np.unique(groups):
        own = clips[groups == group]
        read = against_others(model, voices.embeddings[own], voices.posteriors[own])
        if read is not None:
            answers[groups == group] = read
    return answers


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of both protocols."""
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--run", type=Path, required=True, help="models of the folds and left out")
    ask.add_argument("--data", type=Path, default=Path("shared/data"))
    ask.add_argument("--work", type=Path, default=Path("work"))
    ask.add_argument("--models", type=Path, default=Path("models"))
    ask.add_argument("--splits", nargs="*", help="only these: fold-0, without-nemo")
    ask.add_argument("--count", type=int, default=40, help="recordings of each kind and corpus")
    args = ask.parse_args(arguments)
    rows = [row for name in ALL for row in encoded(CORPORA[name], data=args.data, work=args.work)]
    table = Utterances.of(rows)
    warm = Card.read(args.models / "voice" / "speech-encoder").temperature
    halves: dict[str, list[Split]] = {
        "by speaker": list(protocols.by_speaker(table.folds)),
        "left out": list(protocols.left_out(table.corpora)),
    }
    for protocol, splits in halves.items():
        if args.splits and not {split.name for split in splits} & {*args.splits}:
            continue
        sums: dict[str, dict[str, Tally]] = {kind: {} for kind in KINDS}
        for split in splits:
            if args.splits and split.name not in args.splits:
                continue
            folder = args.run / split.name
            if not (folder / FILE).is_file():
                print(f"{split.name} is not trained and left out")
                continue
            model = Head(replace(Card.read(folder), temperature=warm), folder)
            train, test = table.only(split.train), table.only(split.test)
            for corpus, kind, tally in judge(model, train, test, count=args.count, seed=0):
                whole = sums[kind].setdefault(corpus, Tally())
                whole.labels += tally.labels
                whole.divided += tally.divided
                for way in WAYS:
                    whole.answers[way] += tally.answers[way]
        _show(protocol, sums)
    return 0


def _show(protocol: str, sums: dict[str, dict[str, Tally]]) -> None:
    print(f"{protocol:32}" + "".join(f"{way:>12}" for way in (*WAYS, "divided")))
    for kind, of in sums.items():
        table = {corpus: tally.figures() for corpus, tally in of.items()}
        for corpus, figures in table.items():
            print(f"{f'  {kind}, {corpus}':32}" + "".join(f"{f:12.3f}" for f in figures))
        if table:
            mean = np.mean(list(table.values()), axis=0)
            print(f"{f'{kind}, mean':32}" + "".join(f"{f:12.4f}" for f in mean), flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
