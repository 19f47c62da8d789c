"""From logits to scores that are true: temperature, threshold, and posteriors without peeking."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from source.runtime.model import softmax
from source.training import metrics

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

COLDEST, WARMEST = 0.05, 20.0
"""Range of temperatures."""


@dataclass(frozen=True)
class Calibration:
    """What a model ships with.

    Attributes
    ----------
    temperature : float > 0
        The logits are divided by it before the softmax.
    threshold : float
        Smallest score that is called certain, 0 to 1.
    coverage : float
        Share of the answers it was fitted to that are certain.
    """

    temperature: float
    threshold: float
    coverage: float


def posteriors(logits: Floats, *, temperature: float = 1.0) -> NDArray[np.float64]:
    """Posteriors of logits ``[n, classes]`` in double precision, whatever the network's."""
    return softmax(np.asarray(logits, np.float64), temperature=temperature)


def fit_temperature(logits: Floats, labels: Ints) -> float:
    """The temperature (0.05 to 20) that minimises the negative log likelihood.

    Guo C et al. (2017), "On calibration of modern neural networks". The likelihood is convex in
    the inverse temperature, so that a search between the limits ends in its one minimum.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    logits = np.asarray(logits, np.float64)
    above = logits - logits[np.arange(len(labels)), labels][:, None]

    def loss(log_temperature: float) -> float:
        return float(logsumexp(above / np.exp(log_temperature), axis=1).mean())

    limits = (np.log(COLDEST), np.log(WARMEST))
    best = minimize_scalar(loss, bounds=limits, method="bounded", options={"xatol": 1e-10})
    return float(np.exp(best.x))


def calibrate(logits: Floats, labels: Ints, *, target: float) -> Calibration:
    """Fit temperature and threshold; `target` of the answers called certain are right."""
    temperature = fit_temperature(logits, labels)
    fitted = posteriors(logits, temperature=temperature)
    return Calibration(temperature, *metrics.abstention(labels, fitted, target=target))


def cross_fitted(logits: Floats, labels: Ints, folds: NDArray[np.generic]) -> NDArray[np.float64]:
    """Posteriors of each fold at the temperature of the others ``[n, classes]``.

    A single fold is its own other.
    """
    fitted = np.zeros(np.shape(logits))
    for fold in np.unique(folds):
        own = folds == fold
        others = own if own.all() else ~own
        temperature = fit_temperature(logits[others], labels[others])
        fitted[own] = posteriors(logits[own], temperature=temperature)
    return fitted
