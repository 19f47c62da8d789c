"""Fusion where the person is known: what each sense usually answers to the same person."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from source.core import neutral
from source.fusion.pool import FLOOR
from source.training import metrics
from source.training.fusion import fit
from source.training.fusion.units import Read

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

SHARES = (0.5, 0.75, 1.0)
"""Shares of a person's mean answer that are tried to be taken out."""

SECONDS = 3.7
"""Mean length of a RAVDESS recording of speech."""


def answered(
    views: Sequence[Floats], labels: Ints, folds: Ints, *, units: Read | None = None
) -> Floats:
    """Posteriors [n, c] of each fold by a pool with one weight for each sense, of the others.

    Parameters
    ----------
    views : sequence of np.ndarray [shape=(n, s, c)]
        The senses' answers, prepared in different ways: the way under which the other folds are
        likeliest by each other is chosen.
    units : Read, optional
        One more sense.
    """
    held = np.zeros((len(labels), views[0].shape[2]))
    for fold in np.unique(folds):
        own, others = folds == fold, folds != fold
        each = [
            _beside(view[others], units.inner[int(fold)][others] if units else None)
            for view in views
        ]
        place = 0 if len(each) == 1 else _likeliest(each, labels[others], folds[others])
        asked = _beside(views[place][own], units.outer[own] if units else None)
        known, asked = fit.calibrated(each[place], labels[others], asked)
        held[own] = fit.fused(asked, fit.pool(known, labels[others], apart=fit.APART[0]))
    return held


def centred(posteriors: Floats, people: Ints, share: float) -> Floats:
    """Posteriors [n, s, c] less a share of the person's mean logarithm over other recordings."""
    logarithms = np.log(np.maximum(posteriors, FLOOR))
    moved = logarithms - share * usual(logarithms, people)
    shares = np.exp(moved - moved.max(axis=2, keepdims=True))
    return np.asarray(shares / shares.sum(axis=2, keepdims=True))


def usual(values: Floats, people: Ints) -> Floats:
    """The mean of each person's other rows, for each row of values [n, ...]; 0 without others."""
    means = np.zeros(values.shape)
    for person in np.unique(people):
        own = people == person
        count = int(own.sum())
        if count > 1:
            means[own] = (values[own].sum(axis=0) - values[own]) / (count - 1)
    return means


def relative(
    posteriors: Floats, neutrals: NDArray[np.bool_], people: Ints, folds: Ints,
    classes: tuple[str, ...],
) -> Floats:  # fmt: skip
    """Posteriors [n, s, c] relative to the person's other neutral recordings (`core.neutral`).

    That is what serving does with a stretch in which a person is known to be neutral. How the
    sense answers to neutral people in general is taken from the other folds.
    """
    moved = posteriors.copy()
    for sense in range(posteriors.shape[1]):
        rows = [dict(zip(classes, p.tolist(), strict=True)) for p in posteriors[:, sense]]
        general = {
            fold: neutral.mean_odds(
                (rows[i], 1.0) for i in np.flatnonzero(neutrals & (folds != fold))
            )
            for fold in np.unique(folds).tolist()
        }
        for i, row in enumerate(rows):
            same = neutrals & (people == people[i])
            same[i] = False
            known = [(rows[j], SECONDS) for j in np.flatnonzero(same)]
            if known:
                taken_off = neutral.shift(known, general[int(folds[i])])
                moved[i, sense] = list(neutral.shifted(row, taken_off).values())
    return moved


def _beside(posteriors: Floats, more: Floats | None) -> Floats:
    return posteriors if more is None else np.concatenate([posteriors, more[:, None]], axis=1)


def _likeliest(each: list[Floats], labels: Ints, folds: Ints) -> int:
    costs = [
        metrics.nll(labels, fit.cross_fitted(one, labels, folds, apart=fit.APART[0]))
        for one in each
    ]
    return int(np.argmin(costs))
