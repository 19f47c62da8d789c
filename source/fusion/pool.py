"""The log-linear pool: evidence of the senses, weighted by class and by trust, is added up.

Source: Genest C, Zidek JV (1986), "Combining probability distributions", Statistical Science
1(1): 114-135; priors as in Saerens M, Latinne P, Decaestecker C (2002), "Adjusting the outputs
of a classifier to new a priori probabilities", Neural Computation 14(1): 21-41.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FLOOR = 1e-6
"""Smallest probability that counts: no sense rules an emotion out for good."""


@dataclass(frozen=True, eq=False)
class Weights:
    """What a pool has learned.

    Attributes
    ----------
    senses : np.ndarray [shape=(s, c)]
        Weight of each sense's evidence of each class, where both senses are fully trusted.
    bias : np.ndarray [shape=(c,)]
        Added where both are.
    priors : np.ndarray [shape=(s, c)]
        How often each sense's network met each class in training; rows sum to 1.
    """

    senses: Floats
    bias: Floats
    priors: Floats


def pooled(posteriors: Floats, trust: Floats, weights: Weights) -> Floats:
    """One posterior of those of all senses.

    The evidence of a sense is the logarithm of its posterior over the prior of its training. A
    sense that is not trusted takes no part: what the other one says is then left as it is. In
    between, weights, priors and bias come in as far as the other sense is trusted.

    Parameters
    ----------
    posteriors : np.ndarray [shape=(n, s, c)]
        Calibrated; of a sense that is not trusted any.
    trust : np.ndarray [shape=(n, s)]
        0 (missing) to 1; only their proportions count.

    Returns
    -------
    np.ndarray [shape=(n, c)]
        Rows sum to 1.
    """
    relative = trust / trust.max(axis=1, keepdims=True)
    senses = relative.shape[1]
    others = np.stack(
        [np.delete(relative, sense, axis=1).max(axis=1, initial=0.0) for sense in range(senses)],
        axis=1,
    )[:, :, None]
    evidence = np.log(np.maximum(posteriors, FLOOR)) - others * np.log(weights.priors)
    power = relative[:, :, None] * (1.0 + (weights.senses - 1.0) * others)
    together = np.sort(relative, axis=1)[:, -2] if senses > 1 else np.zeros(len(relative))
    scores = (power * evidence).sum(axis=1) + together[:, None] * weights.bias
    scores -= scores.max(axis=1, keepdims=True)
    shares = np.exp(scores)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
