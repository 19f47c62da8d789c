"""Who trains and who is tested: the folds every figure is made with.

The five RAVDESS folds are those of the published comparison (Luna-Jiménez et al. 2021),
less the actors kept aside (21 to 24).
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

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
