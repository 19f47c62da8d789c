"""Late fusion: a log-linear pool of calibrated posteriors, learned by class and by sense."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FUSED, to_fused
from source.core.senses import SENSES
from source.fusion.pool import Weights, pooled
from source.fusion.trust import Curve, checked
from source.runtime import Card

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Evidence:
    """What one sense read over a stretch of time.

    Attributes
    ----------
    posterior : mapping of str to float
        Calibrated, in the sense's own classes; sums to 1.
    trust : float
        How far it counts beside another sense, above 0 and up to 1.
    """

    posterior: Mapping[str, float]
    trust: float = 1.0


class Fusion(Protocol):
    """How senses answer together.

    `reads_embeddings` says whether it looks at more than posteriors; `trust` has, for each
    sense, the curves of `source.fusion.trust`.
    """

    card: Card
    reads_embeddings: bool
    trust: Mapping[str, Mapping[str, Curve]]

    def combine(
        self, readings: Mapping[str, Evidence], embeddings: Mapping[str, Floats]
    ) -> dict[str, float]:
        """One posterior in the classes that all senses know.

        Parameters
        ----------
        readings : mapping of sense to Evidence
            Only the senses that read something; at least one.
        embeddings : mapping of sense to np.ndarray [shape=(d,), dtype=float32]
            Of the same senses; empty where `reads_embeddings` is false.
        """
        ...

    def threshold(self, thresholds: Mapping[str, float]) -> float:
        """The smallest score that is certain, from those of the senses that read something."""
        ...


class LateFusion:
    """The log-linear pool (`source.fusion.pool`) of the senses that are present.

    One sense alone keeps its posterior. Two are weighted by what the pool has learned of each
    class, and by how far each is trusted.

    Parameters
    ----------
    card : Card
        Its `architecture` has the weight of each class of each sense, the bias of each class,
        the priors of each sense, and the curves of trust.
    """

    NAME = "log-linear"
    FILES: tuple[str, ...] = ()
    reads_embeddings = False

    def __init__(self, card: Card, folder: Path | None = None) -> None:
        args = card.architecture["args"]
        self.card = card
        self.weights = Weights(
            np.array([[args["weights"][s][e] for e in FUSED] for s in SENSES], float),
            np.array([args["bias"][e] for e in FUSED], float),
            np.array([[args["priors"][s][e] for e in FUSED] for s in SENSES], float),
        )
        self.trust: Mapping[str, Mapping[str, Curve]] = curves(args)

    def combine(
        self, readings: Mapping[str, Evidence], embeddings: Mapping[str, Floats] | None = None
    ) -> dict[str, float]:
        """The pool in the seven classes that both senses know; see `Fusion`."""
        if len(readings) == 1:
            (only,) = readings.values()
            return to_fused(only.posterior)
        posteriors, trust = stacked(readings)
        return dict(zip(FUSED, pooled(posteriors, trust, self.weights)[0].tolist(), strict=True))

    def threshold(self, thresholds: Mapping[str, float]) -> float:
        """The only sense's own; that of the card, fitted to fused answers, where there are more."""
        return joint_threshold(self.card, thresholds)


def curves(args: Mapping[str, Any]) -> dict[str, dict[str, Curve]]:
    """The curves of trust of each sense, from the arguments on a card."""
    return {sense: checked(args["trust"][sense]) for sense in SENSES}


def stacked(readings: Mapping[str, Evidence]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posteriors [1, s, 7] and trust [1, s] of all senses, 0 for the missing ones."""
    posteriors = np.full((1, len(SENSES), len(FUSED)), 1.0 / len(FUSED))
    trust = np.zeros((1, len(SENSES)))
    for place, sense in enumerate(SENSES):
        if sense in readings:
            scores = to_fused(readings[sense].posterior)
            posteriors[0, place] = [scores[e] for e in FUSED]
            trust[0, place] = readings[sense].trust
    return posteriors, trust


def joint_threshold(card: Card, thresholds: Mapping[str, float]) -> float:
    """The threshold of one sense, or the card's for several."""
    if len(thresholds) == 1:
        return next(iter(thresholds.values()))
    return card.threshold


def agreement(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How far two posteriors say the same: 1 minus their Jensen-Shannon divergence (base 2).

    1 where they are equal, 0 where they share no class. Source: Lin J (1991), "Divergence
    measures based on the Shannon entropy", IEEE Trans. Information Theory 37(1): 145-151.

    Examples
    --------
    >>> agreement({"happy": 1.0}, {"sad": 1.0})
    0.0
    """
    p, q = (np.array([to_fused(x)[e] for e in FUSED]) for x in (one, other))
    middle = (p + q) / 2

    def divergence(a: np.ndarray) -> float:
        some = a > 0
        return float(np.sum(a[some] * np.log2(a[some] / middle[some])))

    return round(float(np.clip(1 - (divergence(p) + divergence(q)) / 2, 0.0, 1.0)), 6)
