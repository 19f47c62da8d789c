"""One scored table: what was asked, what was answered, and who or what each row belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training import metrics

ROUNDS = 1000
"""Draws of a bootstrap."""

SEED = 0
"""Of its draws."""

Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Scored:
    """Answers to clips, pictures or films that were not trained on.

    Attributes
    ----------
    labels : int [n]
        Which class is right.
    posteriors : float [n, classes]
        Calibrated; rows sum to 1.
    classes : tuple of str
        Name of each column.
    clusters : [n]
        What is drawn as a whole in a bootstrap: the speaker or person of each row.
    groups : mapping of str to [n]
        Further properties of each row, such as ``gender``; an empty string where not known.
    who : str
        What clusters are, in the plural.
    """

    labels: NDArray[np.integer]
    posteriors: NDArray[np.floating]
    classes: tuple[str, ...]
    clusters: NDArray[Any]
    groups: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    who: str = "speakers"

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def answers(self) -> NDArray[np.int64]:
        """The likeliest class of each row ``[n]``."""
        return np.asarray(self.posteriors.argmax(axis=1))

    @property
    def confusion(self) -> NDArray[np.int64]:
        """How often each label (row) was answered as what (column)."""
        return metrics.confusion(self.labels, self.answers, classes=len(self.classes))

    def only(self, rows: NDArray[np.bool_]) -> "Scored":
        """The same for some rows."""
        return Scored(
            self.labels[rows], self.posteriors[rows], self.classes, self.clusters[rows],
            {name: values[rows] for name, values in self.groups.items()}, self.who,
        )  # fmt: skip

    def parts(self, group: str) -> dict[str, "Scored"]:
        """The rows of each value of a group, by its name; rows without a value left out."""
        values = np.asarray(self.groups[group]).astype(str)
        order = sorted(set(values) - {""}, key=lambda v: (int(v) if v.isdigit() else -1, v))
        return {value: self.only(values == value) for value in order}

    def intervals(self) -> dict[str, Interval]:
        """95 % intervals over clusters: ``accuracy``, ``uar``, ``macro_f1``, and by class recall.

        Whole clusters are drawn with replacement (`metrics.bootstrap`'s draws, computed on one
        confusion matrix a cluster); the key of a recall is ``recall <class>``.
        """
        names, index = np.unique(np.asarray(self.clusters), return_inverse=True)
        counts = np.zeros((len(names), len(self.classes), len(self.classes)))
        np.add.at(counts, (index, self.labels, self.answers), 1.0)
        rng = np.random.default_rng(SEED)
        drawn = np.stack([
            np.bincount(rng.integers(0, len(names), len(names)), minlength=len(names))
            for _ in range(ROUNDS)
        ])  # fmt: skip
        tables = np.einsum("rc,cij->rij", drawn, counts)
        right = np.einsum("rii->ri", tables)
        asked, answered = tables.sum(axis=2), tables.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            recall = right / asked
            f1 = 2.0 * right / (asked + answered)
        found = {
            "accuracy": _interval(right.sum(axis=1) / asked.sum(axis=1)),
            "uar": _interval(_mean(recall)),
            "macro_f1": _interval(_mean(f1)),
        }
        for column, name in enumerate(self.classes):
            told = recall[np.isfinite(recall[:, column]), column]
            if len(told):
                found[f"recall {name}"] = _interval(told)
        return found


def _mean(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Mean of each row over the classes that occur in its draw."""
    known = np.isfinite(values)
    return np.asarray(np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _interval(values: NDArray[np.floating]) -> Interval:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
