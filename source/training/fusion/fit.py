"""Fits a log-linear pool to pairs: weights by sense and by class, and a bias of each class."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from source.fusion.pool import FLOOR, Weights, pooled
from source.training import calibration

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]

APART = ((1e4, 1e4), (1e3, 1e2), (3e2, 1e2), (1e2, 30.0))
"""Penalties that are tried: of how far a class's weight lies from its sense's, and of its bias.
The first leaves one weight for each sense."""


def pool(
    posteriors: Floats, labels: Ints, *, priors: Floats | None = None, apart: tuple[float, float]
) -> Weights:
    """The pool that makes the labels likeliest.

    Parameters
    ----------
    posteriors : np.ndarray [shape=(n, s, c)]
        Calibrated.
    labels : np.ndarray [shape=(n,)]
    priors : np.ndarray [shape=(s, c)], optional
        Uniform by default.
    apart : (float, float)
        One of `APART`: squared distance of each class's weight from the shared one, and squared
        bias, cost so much.
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    count, senses, classes = posteriors.shape
    priors = np.full((senses, classes), 1.0 / classes) if priors is None else priors
    evidence = np.log(np.maximum(posteriors, FLOOR)) - np.log(priors)
    rows = np.arange(count)
    ends = senses, senses + senses * classes

    def loss(values: Floats) -> tuple[float, Floats]:
        shared, own, bias = np.split(values, ends)
        own = own.reshape(senses, classes)
        scores = np.einsum("nsc,sc->nc", evidence, shared[:, None] + own) + bias
        whole = logsumexp(scores, axis=1)
        cost = (whole - scores[rows, labels]).sum()
        cost += apart[0] * (own**2).sum() + apart[1] * (bias**2).sum()
        above = np.exp(scores - whole[:, None])
        above[rows, labels] -= 1.0
        slopes = np.einsum("nsc,nc->sc", evidence, above)
        return float(cost), np.concatenate([
            slopes.sum(axis=1),
            (slopes + 2 * apart[0] * own).ravel(),
            above.sum(axis=0) + 2 * apart[1] * bias,
        ])  # fmt: skip

    start = np.concatenate([np.full(senses, 0.7), np.zeros(senses * classes + classes)])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    shared, own, bias = np.split(best, ends)
    return Weights(np.maximum(shared[:, None] + own.reshape(senses, classes), 0.0), bias, priors)


def fused(posteriors: Floats, weights: Weights) -> Floats:
    """The pool's posteriors [n, c] where every sense is fully trusted."""
    return pooled(posteriors, np.ones(posteriors.shape[:2]), weights)


def chosen(
    posteriors: Floats, labels: Ints, folds: Ints, *, priors: Floats | None = None
) -> tuple[float, float]:
    """The penalties of `APART` under which folds are likeliest by the others."""
    costs = []
    for apart in APART:
        held = np.zeros((len(labels), posteriors.shape[2]))
        for own, others in _split(folds):
            weights = pool(posteriors[others], labels[others], priors=priors, apart=apart)
            held[own] = fused(posteriors[own], weights)
        costs.append(-np.log(held[np.arange(len(labels)), labels]).mean())
    return APART[int(np.argmin(costs))]


def cross_fitted(
    posteriors: Floats, labels: Ints, folds: Ints, *, apart: tuple[float, float] | None = None
) -> Floats:
    """Posteriors [n, c] of each fold by a pool that saw the others alone.

    Each sense is calibrated on the others first; the penalties are chosen among them too, unless
    they are given.
    """
    held = np.zeros((len(labels), posteriors.shape[2]))
    for own, others in _split(folds):
        known, asked = calibrated(posteriors[others], labels[others], posteriors[own])
        penalties = apart or chosen(known, labels[others], folds[others])
        held[own] = fused(asked, pool(known, labels[others], apart=penalties))
    return held


def calibrated(known: Floats, labels: Ints, *others: Floats) -> tuple[Floats, ...]:
    """Posteriors [n, s, c] at the temperature of each sense on those that are `known`."""
    logarithms = [np.log(np.maximum(p, FLOOR)) for p in (known, *others)]
    fitted = [np.zeros(p.shape) for p in logarithms]
    for sense in range(known.shape[1]):
        temperature = calibration.fit_temperature(logarithms[0][:, sense], labels)
        for made, logarithm in zip(fitted, logarithms, strict=True):
            made[:, sense] = calibration.posteriors(logarithm[:, sense], temperature=temperature)
    return tuple(fitted)


def _split(folds: Ints) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """The rows of each fold, and those of all others."""
    for fold in np.unique(folds):
        yield folds == fold, folds != fold
