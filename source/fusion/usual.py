"""How far measures of a sound or a picture lie from those of normal ones."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

SHRINK = 0.05
"""Share of the identity in the covariance of standardised measures."""


@dataclass(frozen=True, eq=False)
class Usual:
    """Where the measures of normal readings lie.

    Attributes
    ----------
    mean, deviation : np.ndarray [shape=(k,), float32]
    inverse : np.ndarray [shape=(k, k), float32]
        Inverse covariance of standardised measures.
    """

    mean: Floats
    deviation: Floats
    inverse: Floats

    def distance(self, measures: Floats) -> Floats:
        """Logarithm of the Mahalanobis distance [n] of measures [n, k].

        Source: Mahalanobis PC (1936), "On the generalised distance in statistics".
        """
        known = (np.asarray(measures, np.float64) - self.mean) / self.deviation
        squares = np.einsum("ni,ij,nj->n", known, self.inverse, known)
        return np.asarray(0.5 * np.log(np.maximum(squares, 1e-6)))


def of(measures: Floats) -> Usual:
    """Where measures [n, k] of normal readings lie."""
    mean, deviation = measures.mean(axis=0), measures.std(axis=0) + 1e-6
    spread = np.cov(((measures - mean) / deviation).T)
    shrunk = (1 - SHRINK) * spread + SHRINK * np.eye(len(spread))
    arrays = (mean, deviation, np.linalg.inv(shrunk))
    return Usual(*(np.asarray(a, np.float32) for a in arrays))
