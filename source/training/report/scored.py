"""One scored table: what is right, what was answered, and who or what each row belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training import metrics
from source.training.metrics import Interval

ROUNDS = 1000
"""Draws of a bootstrap."""

SEED = 0
"""Of its draws."""

FEW = 5
"""Clusters below which an interval over them says nothing and is left out."""


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

    @property
    def count(self) -> int:
        """How many clusters there are."""
        return len(np.unique(self.clusters))

    @cached_property
    def figures(self) -> dict[str, float]:
        """Every figure, see `metrics.figures`."""
        return metrics.figures(self.labels, self.posteriors)

    @cached_property
    def recall(self) -> dict[str, float]:
        """Recall of each class that occurs, rounded to 4 decimals."""
        counts = self.confusion
        return {
            name: round(float(counts[c, c] / counts[c].sum()), 4)
            for c, name in enumerate(self.classes)
            if counts[c].any()
        }

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """95 % intervals over clusters, see `metrics.intervals`; none where those are few."""
        return self.bootstrap() if self.count >= FEW else {}

    def bootstrap(self, *, rounds: int = ROUNDS) -> dict[str, Interval]:
        """The intervals of so many draws, however few clusters there are."""
        return metrics.intervals(
            self.labels, self.answers, self.clusters, classes=self.classes, rounds=rounds, seed=SEED
        )

    def majority(self) -> dict[str, float]:
        """What it gets right who always answers the most frequent class."""
        most = np.full(len(self), np.bincount(self.labels).argmax())
        return metrics.decided(self.labels, most)

    def certain(self, threshold: float) -> tuple[float, float]:
        """Share of right answers among those from `threshold` on, and how many are such."""
        sure = self.posteriors.max(axis=1) >= threshold
        right = metrics.accuracy(self.labels[sure], self.answers[sure]) if sure.any() else 0.0
        return right, float(sure.mean())

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
