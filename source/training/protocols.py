"""Who trains and who is tested: the folds every figure is made with.

The five RAVDESS folds are those of the published comparison (Luna-Jiménez et al. 2021),
less the actors kept aside (21 to 24). Where a model is trained on several corpora, each of them
has five folds by speaker, and each is left out as a whole once (`by_speaker`, `left_out`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training.corpora import CORPORA

Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]

RAVDESS_FOLDS: tuple[tuple[int, ...], ...] = (
    (2, 5, 14, 15, 16),
    (3, 6, 7, 13, 18),
    (10, 11, 12, 19, 20),
    (8, 17),
    (1, 4, 9),
)
"""Actors that are tested in each fold."""

BY_CLIP = 9
"""Number of a fold that marks the rows of the by-clip test."""


def fold_of(actor: int) -> int:
    """The fold (from 0) in which an actor is tested.

    Raises
    ------
    ValueError
        If the actor is in no fold; the actors kept aside are in none.
    """
    for fold, actors in enumerate(RAVDESS_FOLDS):
        if actor in actors:
            return fold
    raise ValueError(f"RAVDESS actor {actor} is in no fold.")


def check_apart(train: Iterable[object], test: Iterable[object]) -> None:
    """Assert that no speaker is on both sides.

    Raises
    ------
    AssertionError
        If one is. Raised, not asserted, so that ``python -O`` does not remove it.
    """
    both = sorted({str(s) for s in train} & {str(s) for s in test})
    if both:
        raise AssertionError(f"Speakers both trained on and tested: {', '.join(both)}.")


def by_clip(
    labels: Sequence[int] | NDArray[np.integer], *, share: float = 0.2, seed: int = 0
) -> NDArray[np.bool_]:
    """Mark a stratified `share` of the clips for the test, speakers in both parts.

    For comparison with publications only: the speakers are known to the model.
    """
    rng = np.random.default_rng(seed)
    labels = np.asarray(labels)
    test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == label))
        test[rows[: round(share * len(rows))]] = True
    return test


ALL = ("ravdess", "crema-d", "emo-db", "nemo", "ased")
"""The corpora that a voice for all of them is trained on and judged by."""

FOLDS = 5

NEUTRAL, CALM = VOICE.index("neutral"), VOICE.index("calm")


@dataclass(frozen=True, eq=False)
class Split:
    """What one model is trained on, and what it is judged by: masks over clips.

    `away` are the corpora that it never heard.
    """

    name: str
    train: Mask
    test: Mask
    away: tuple[str, ...] = ()

    def checked(self, people: NDArray[np.str_]) -> "Split":
        """The split, after it was found that no speaker is on both sides.

        Raises
        ------
        AssertionError
            If one is.
        """
        check_apart(people[self.train], people[self.test])
        return self


def speaker_folds(corpus: str, speakers: Iterable[str]) -> dict[str, int]:
    """The fold (from 0) in which each speaker of a corpus is tested.

    Examples
    --------
    >>> speaker_folds("emo-db", ["08", "03", "09", "03"])
    {'03': 0, '08': 1, '09': 2}
    """
    ordered = sorted(set(speakers))
    if corpus == "ravdess":
        return {speaker: fold_of(int(speaker)) for speaker in ordered}
    return {speaker: place % FOLDS for place, speaker in enumerate(ordered)}


def folds_of(corpora: NDArray[np.str_], speakers: NDArray[np.str_]) -> NDArray[np.int8]:
    """The fold of each clip [n], by its corpus and its speaker."""
    folds = np.zeros(len(corpora), np.int8)
    for corpus in np.unique(corpora):
        own = corpora == corpus
        of = speaker_folds(str(corpus), speakers[own].tolist())
        folds[own] = [of[speaker] for speaker in speakers[own].tolist()]
    return folds


def by_speaker(folds: NDArray[np.integer]) -> Iterator[Split]:
    """Five models, each trained on all corpora and judged by the speakers of one fold."""
    for fold in range(FOLDS):
        yield Split(f"fold-{fold}", folds != fold, folds == fold)


def left_out(corpora: NDArray[np.str_], *, together: int = 1) -> Iterator[Split]:
    """A model for each corpus that is away from training; or for each so many `together`."""
    for away in combinations(ALL, together):
        test = np.isin(corpora, away)
        yield Split("without-" + "-".join(away), ~test, test, away)


def classes_of(corpus: str) -> tuple[int, ...]:
    """The voice's classes that a corpus has.

    Examples
    --------
    >>> [VOICE[c] for c in classes_of("ased")]
    ['neutral', 'happy', 'sad', 'angry', 'fearful']
    """
    emotions = set(CORPORA[corpus].emotions.values())
    return tuple(c for c, emotion in enumerate(VOICE) if emotion in emotions)


def judged_classes(corpus: str, away: Sequence[str] = ()) -> tuple[int, ...]:
    """The classes that a model is judged by on a corpus: those that it and the training have."""
    trained = {c for other in ALL if other not in away for c in classes_of(other)}
    return tuple(c for c in classes_of(corpus) if c in trained)


def restricted(posteriors: Floats, classes: Sequence[int]) -> NDArray[np.float64]:
    """Posteriors [n, classes of the voice] on some classes, 0 elsewhere; rows sum to 1.

    Where calm is not among them it counts with neutral.
    """
    kept = np.zeros(posteriors.shape)
    kept[:, list(classes)] = posteriors[:, list(classes)]
    if CALM not in classes:
        kept[:, NEUTRAL] += posteriors[:, CALM]
    return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12))
