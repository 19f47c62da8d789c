"""Late fusion: calibrated posteriors of the senses are averaged; any sense may be missing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FUSED, mean_scores, to_fused
from source.core.errors import ModelChanged
from source.core.senses import SENSES
from source.runtime import Card, default_name

Floats = NDArray[np.float32]


class Fusion(Protocol):
    """How senses answer together.

    `reads_embeddings` says whether it looks at more than posteriors.
    """

    card: Card
    reads_embeddings: bool

    def combine(
        self,
        posteriors: Mapping[str, Mapping[str, float]],
        embeddings: Mapping[str, Floats],
    ) -> dict[str, float]:
        """One posterior in the classes that all senses know.

        Parameters
        ----------
        posteriors : mapping of sense to posterior
            Only the senses that read something; at least one.
        embeddings : mapping of sense to np.ndarray [shape=(d,), dtype=float32]
            Of the same senses; empty where `reads_embeddings` is false.
        """
        ...

    def threshold(self, thresholds: Mapping[str, float]) -> float:
        """The smallest score that is certain, from those of the senses that read something."""
        ...


class LateFusion:
    """The weighted mean of the posteriors of the senses that are present.

    Parameters
    ----------
    card : Card
        Its `architecture` has the weight of each sense; of those present they are divided by
        their sum.
    """

    NAME = "late"
    reads_embeddings = False

    def __init__(self, card: Card) -> None:
        self.card = card
        weights = card.architecture["args"]["weights"]
        self._weights = {sense: float(weights[sense]) for sense in SENSES}

    def combine(
        self,
        posteriors: Mapping[str, Mapping[str, float]],
        embeddings: Mapping[str, Floats] | None = None,
    ) -> dict[str, float]:
        """The weighted mean in the seven classes that both senses know; see `Fusion`."""
        senses = sorted(posteriors)
        weights = [self._weights[sense] for sense in senses]
        return mean_scores([to_fused(posteriors[sense]) for sense in senses], weights)

    def threshold(self, thresholds: Mapping[str, float]) -> float:
        """The mean of the senses' thresholds, weighted as their posteriors are."""
        weights = {sense: self._weights[sense] for sense in thresholds}
        total = sum(w * thresholds[sense] for sense, w in weights.items())
        return total / sum(weights.values())


KINDS = {LateFusion.NAME: LateFusion}
"""Every way to fuse, by the name of its architecture on the card."""


def load_fusion(*, root: Path) -> Fusion:
    """The fusion that `index.json` in the folder of models names.

    Raises
    ------
    ModelMissing, ModelChanged
        If there is none, or if its card names no architecture that is known, with all it needs.
    """
    folder = root / "fusion" / default_name("fusion", root=root)
    card = Card.read(folder)
    try:
        return KINDS[card.architecture["name"]](card)
    except (KeyError, TypeError, ValueError):
        raise ModelChanged(card.name, folder / "card.json", expected="that AVER wrote") from None


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
