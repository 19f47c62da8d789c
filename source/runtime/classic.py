"""Random forest and support vector machine, voting softly, with numpy alone.

scikit-learn fits both in training; what they learnt is kept as plain arrays, so that serving
neither imports it nor unpickles anything.
"""

import io
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from source.core.result import RanOn
from source.runtime.card import Card
from source.runtime.device import numpy_on_cpu
from source.runtime.forest import leaves
from source.runtime.model import softmax

FILE = "model.npz"
KIND = "classic/forest-svm"
"""The architecture's name on a card."""

FLOOR = 1e-6
"""Smallest posterior before the logarithm."""


@dataclass(frozen=True, eq=False)
class Vote:
    """What was learnt, as arrays.

    Attributes
    ----------
    columns : np.ndarray [shape=(d,), int]
        Which features of the input are used.
    mean, spread : np.ndarray [shape=(d,), float64]
        Taken off every feature; what it is then divided by.
    feature, cut, left, right : np.ndarray [shape=(trees, nodes)]
        The forest's splits (`source.runtime.forest.leaves`); at a leaf, `left` is its row in
        `answers`.
    answers : np.ndarray [shape=(leaves, classes), float32]
        Posteriors of the leaves of all trees.
    support : np.ndarray [shape=(vectors, d), float32]
        Support vectors, standardised.
    weights : np.ndarray [shape=(vectors, classes), float32]
        Dual coefficients, summed over the pairs each class takes part in.
    offset : np.ndarray [shape=(classes,), float64]
        Intercepts, summed likewise.
    gamma : float
        Width of the radial kernel.
    warmth : float
        The machine's class scores are divided by it before the softmax.
    share : float
        The forest's part of the vote, 0 (there is no forest) to 1.
    """

    columns: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    feature: np.ndarray
    cut: np.ndarray
    left: np.ndarray
    right: np.ndarray
    answers: np.ndarray
    support: np.ndarray
    weights: np.ndarray
    offset: np.ndarray
    gamma: float
    warmth: float
    share: float

    def standardised(self, batch: np.ndarray) -> np.ndarray:
        """The features that are used, less their mean over their spread, float32 [n, d]."""
        return standardised(batch[:, self.columns], self.mean, self.spread)

    def forest(self, batch: np.ndarray) -> np.ndarray:
        """The forest's posteriors of standardised features [shape=(n, classes)]."""
        node = leaves(self.feature, self.cut, self.left, self.right, batch)
        rows = self.left[np.arange(len(self.feature))[None], node]
        return np.asarray(self.answers[rows].mean(axis=1, dtype=np.float64))

    def machine(self, batch: np.ndarray) -> np.ndarray:
        """The machine's score of each class, of standardised features [shape=(n, classes)]."""
        return np.asarray(near(batch, self.support, self.gamma) @ self.weights + self.offset)

    def posteriors(self, batch: np.ndarray) -> np.ndarray:
        """Both votes together, of standardised features [shape=(n, classes)]."""
        by_machine = softmax(self.machine(batch), temperature=self.warmth)
        if self.share == 0.0:
            return by_machine
        return np.asarray(self.share * self.forest(batch) + (1.0 - self.share) * by_machine)

    def to_bytes(self) -> bytes:
        """The arrays as an ``.npz`` file."""
        content = io.BytesIO()
        np.savez_compressed(content, **vars(self))
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Vote":
        """Read what `to_bytes` wrote."""
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            arrays = {f.name: kept[f.name] for f in fields(cls)}
        values: dict[str, Any] = {k: float(v) if v.ndim == 0 else v for k, v in arrays.items()}
        return cls(**values)


def standardised(batch: np.ndarray, mean: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Features [shape=(n, d)] less their mean over their spread, float32."""
    return np.asarray((np.asarray(batch, np.float64) - mean) / spread, np.float32)


def near(batch: np.ndarray, other: np.ndarray, gamma: float) -> np.ndarray:
    """Radial kernel, 1 (the same) to 0, of features [shape=(n, d)] and (m, d): (n, m)."""
    one, other = batch.astype(np.float64), other.astype(np.float64)
    apart = (one**2).sum(1)[:, None] + (other**2).sum(1)[None] - 2.0 * one @ other.T
    return np.asarray(np.exp(-gamma * np.maximum(apart, 0.0)))


class Classic:
    """Runs a `Vote`; its embedding is the standardised features."""

    def __init__(self, card: Card, folder: Path) -> None:
        self.vote = Vote.from_bytes(card.verified(folder, FILE))
        self.sha256 = card.sha256[FILE]

    @property
    def ran(self) -> RanOn:
        """NumPy, on the processor."""
        return numpy_on_cpu()

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits (logarithms of the posteriors) and embeddings of a batch."""
        known = self.vote.standardised(batch)
        posteriors = self.vote.posteriors(known)
        return np.log(np.maximum(posteriors, FLOOR)).astype(np.float32), known
