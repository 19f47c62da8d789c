"""Fusion judged on real pairs, each person answered by what was learned from others."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FUSED
from source.fusion.pool import FLOOR, Weights, pooled
from source.training import metrics
from source.training.fusion import fit, known, units
from source.training.fusion.pairs import Pairs
from source.training.report.answers import Rows

Floats = NDArray[np.float64]

PUBLISHED, OURS, FEW = "published", "our voice", "both ours"
"""The sets of pairs."""

NOISE_SEED = 0

SINGLE = {
    PUBLISHED: ("voice", "face_sequence", "face_average"),
    OURS: ("ours", "face_sequence", "face_average"),
}
"""The senses' own answers in each set."""

MAIN = "pool"
"""The reader whose answers the report is about: voice and one face."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A set of pairs with what each reader answered.

    Attributes
    ----------
    title : str
    labels, actors : np.ndarray [shape=(n,)]
    classes : tuple of str
    readers : dict of str to np.ndarray [shape=(n, c)]
    folds : np.ndarray [shape=(n,)], optional
        In which each recording was answered, where there were some.
    """

    title: str
    labels: NDArray[np.integer]
    actors: NDArray[np.integer]
    classes: tuple[str, ...]
    readers: dict[str, Floats]
    folds: NDArray[np.integer] | None = None

    def accuracy(self, reader: str) -> float:
        """Share of right answers."""
        return metrics.accuracy(self.labels, self.readers[reader].argmax(axis=1))

    def by_fold(self, reader: str) -> list[float]:
        """Share of right answers in each fold; empty where there were none."""
        if self.folds is None:
            return []
        right = self.readers[reader].argmax(axis=1) == self.labels
        return [float(right[self.folds == fold].mean()) for fold in np.unique(self.folds)]

    def gain(self, reader: str, other: str, *, rounds: int = 1000) -> tuple[float, float, float]:
        """How much more often a reader is right than another, and its 95 % interval over actors."""
        right = [self.readers[name].argmax(axis=1) == self.labels for name in (reader, other)]
        more = right[0].astype(float) - right[1]
        actors, places = np.unique(self.actors, return_inverse=True)
        sums, counts = np.bincount(places, more), np.bincount(places)
        drawn = np.random.default_rng(NOISE_SEED).integers(0, len(actors), (rounds, len(actors)))
        means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
        low, high = np.quantile(means, (0.025, 0.975))
        return float(more.mean()), float(low), float(high)

    def better(self) -> str:
        """The sense that is right most often by itself."""
        return max(SINGLE.get(self.title, ("ours", "our_face")), key=self.accuracy)


def every(pairs: Pairs, voice: str, title: str, *, action_units: Floats) -> Judged:
    """What is learned from a set of pairs, each fold answered by the others.

    `action_units` [n, d] are those of the same films.
    """
    single = {name: pairs.readers[name] for name in SINGLE[title]}
    two, three = pairs.stacked(voice, "face_sequence"), pairs.stacked(*SINGLE[title])
    labels, folds, people = pairs.labels, pairs.folds, pairs.actors
    moods = [known.centred(three, people, share) for share in known.SHARES]
    calm = _neutral(pairs, three)
    seen = units.read(action_units, labels, folds)
    moved = units.read(action_units - known.usual(action_units, people), labels, folds)
    readers = dict(single)
    if title == PUBLISHED:
        readers["published fusion"] = pairs.readers["published_fusion"]
    readers |= {
        "mean": two.mean(axis=1),
        "product": _product(two),
        "one weight per sense": fit.cross_fitted(two, labels, folds, apart=fit.APART[0]),
        MAIN: fit.cross_fitted(two, labels, folds),
        f"{MAIN}, both faces": fit.cross_fitted(three, labels, folds),
        f"{MAIN}, both faces, neutral known": known.answered([calm], labels, folds),
        f"{MAIN}, both faces, person known": known.answered(moods, labels, folds),
        f"{MAIN}, action units": known.answered([three], labels, folds, units=seen),
        f"{MAIN}, action units, person known": known.answered(moods, labels, folds, units=moved),
    }
    readers |= noisy(two, labels, folds)
    return Judged(title, labels, pairs.actors, pairs.classes, readers, folds)


def _neutral(pairs: Pairs, three: Floats) -> Floats:
    """The answers where a stretch is known in which the person is neutral, as serving has them.

    Our own voice is shown such utterances itself (`source.voice.baseline`).
    """
    found = known.relative(three, pairs.neutrals, pairs.actors, pairs.folds, pairs.classes)
    if "ours_neutral" in pairs.readers:
        found[:, 0] = pairs.readers["ours_neutral"]
    return found


def noisy(
    two: Floats, labels: NDArray[np.integer], folds: NDArray[np.integer]
) -> dict[str, Floats]:
    """The answers where one sense is missing, says nothing, or answers to another recording.

    Another recording's answer is as sure as any. It is trusted fully (``face of another
    recording``), or as little as what is strange to the forest (``face strange``).
    """
    others = np.random.default_rng(NOISE_SEED).permutation(len(labels))
    made: dict[str, Floats] = {}
    for sense, name in enumerate(("voice", "face")):
        even, wrong = two.copy(), two.copy()
        even[:, sense] = 1.0 / two.shape[2]
        wrong[:, sense] = two[others, sense]
        trust = np.ones(two.shape[:2])
        little, none = trust.copy(), trust.copy()
        little[:, sense], none[:, sense] = 1e-3, 0.0
        for case, shown, trusted in (
            (f"{name} missing", two, none),
            (f"{name} undecided", even, trust),
            (f"{name} strange", wrong, little),
            (f"{name} of another recording", wrong, trust),
        ):
            made[case] = _by_folds(two, shown, trusted, labels, folds)
    return made


def few(pairs: Pairs, weights: Weights) -> Judged:
    """The pool that ships on the recordings that both of our networks answered."""
    two = pairs.stacked("ours", "our_face")
    fused = pooled(two, np.ones(two.shape[:2]), weights)
    readers = {
        "ours": two[:, 0], "our_face": two[:, 1], "mean": two.mean(axis=1),
        "product": _product(two), MAIN: fused,
    }  # fmt: skip
    return Judged(FEW, pairs.labels, pairs.actors, FUSED, readers)


def rows(sets: list[Judged]) -> Rows:
    """The columns that are kept in a file."""
    kept: dict[str, NDArray[Any]] = {"sets": np.array([one.title for one in sets])}
    for place, one in enumerate(sets):
        kept[f"{place}/labels"] = one.labels.astype(np.int8)
        kept[f"{place}/actors"] = one.actors.astype(np.int8)
        if one.folds is not None:
            kept[f"{place}/folds"] = one.folds.astype(np.int8)
        kept[f"{place}/classes"] = np.array(one.classes)
        kept[f"{place}/readers"] = np.array(list(one.readers))
        kept[f"{place}/posteriors"] = np.array(list(one.readers.values()), np.float16)
    return kept


def of_rows(kept: Rows) -> list[Judged]:
    """What `rows` gave."""
    found = []
    for place, title in enumerate(kept["sets"].tolist()):
        labels, actors, classes, readers, posteriors = (
            kept[f"{place}/{key}"]
            for key in ("labels", "actors", "classes", "readers", "posteriors")
        )
        scores = posteriors.astype(np.float64)
        scores /= scores.sum(axis=2, keepdims=True)
        folds = kept.get(f"{place}/folds")
        found.append(Judged(
            title, labels.astype(int), actors.astype(int), tuple(classes.tolist()),
            dict(zip(readers.tolist(), scores, strict=True)),
            None if folds is None else folds.astype(int),
        ))  # fmt: skip
    return found


def _by_folds(
    clean: Floats, shown: Floats, trust: Floats, labels: NDArray[np.integer],
    folds: NDArray[np.integer],
) -> Floats:  # fmt: skip
    """The pool learned from clean pairs, answering what is `shown` with so much trust."""
    held = np.zeros((len(labels), clean.shape[2]))
    for fold in np.unique(folds):
        own, others = folds == fold, folds != fold
        learned, asked = fit.calibrated(clean[others], labels[others], shown[own])
        weights = fit.pool(learned, labels[others], apart=fit.APART[0])
        held[own] = pooled(asked, trust[own], weights)
    return held


def _product(posteriors: Floats) -> Floats:
    logarithms = np.log(np.maximum(posteriors, FLOOR)).sum(axis=1)
    shares = np.exp(logarithms - logarithms.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
