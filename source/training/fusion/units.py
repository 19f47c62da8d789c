"""A reader of the published action units of the same films, fitted inside the folds."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from source.core.errors import NoFile
from source.training import metrics

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

FILE = Path("fusion") / "ravdess_action_units.csv"

STRENGTHS = (0.03, 0.1, 0.3)
"""Inverse penalties that are tried."""


@dataclass(frozen=True, eq=False)
class Read:
    """Posteriors of recordings by readers that saw neither them nor their fold.

    Attributes
    ----------
    outer : np.ndarray [shape=(n, c)]
        Each fold by a reader of all others.
    inner : dict of int to np.ndarray [shape=(n, c)]
        For each fold: the others, each by a reader that saw neither it nor that fold. Weights
        that are to answer the fold are fitted to these.
    """

    outer: Floats
    inner: dict[int, Floats]


def load(data: Path, names: Iterable[object]) -> Floats:
    """Mean intensities (0 to 5) and presences (0 to 1) of the units in recordings [n, 35].

    Raises
    ------
    NoFile
        If they are not there.
    """
    path = data / FILE
    if not path.is_file():
        raise NoFile(str(path), hint="docs/training.md says what the file of action units holds.")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row.pop("recording").partition("-")[2]: row for row in csv.DictReader(file)}
    return np.array([[float(value) for value in rows[str(name)].values()] for name in names])


def read(units: Floats, labels: Ints, folds: Ints) -> Read:
    """Read units [n, d] by logistic regression; the penalty is chosen among the other folds."""
    names = [int(fold) for fold in np.unique(folds)]
    shape = len(labels), int(labels.max()) + 1
    outer, inner = np.zeros(shape), {fold: np.zeros(shape) for fold in names}
    for fold in names:
        rest = folds != fold
        tried = [_others(units, labels, folds, fold, strength) for strength in STRENGTHS]
        costs = [metrics.nll(labels[rest], one[rest]) for one in tried]
        best = int(np.argmin(costs))
        inner[fold] = tried[best]
        outer[~rest] = _answer(units[rest], labels[rest], units[~rest], STRENGTHS[best])
    return Read(outer, inner)


def _others(units: Floats, labels: Ints, folds: Ints, away: int, strength: float) -> Floats:
    held = np.zeros((len(labels), int(labels.max()) + 1))
    for fold in np.unique(folds):
        if fold != away:
            known, asked = (folds != fold) & (folds != away), folds == fold
            held[asked] = _answer(units[known], labels[known], units[asked], strength)
    return held


def _answer(known: Floats, labels: Ints, asked: Floats, strength: float) -> Floats:
    from sklearn.linear_model import LogisticRegression

    mean, deviation = known.mean(axis=0), known.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=strength, max_iter=500).fit((known - mean) / deviation, labels)
    return np.asarray(fitted.predict_proba((asked - mean) / deviation))
