"""Late fusion: calibrated posteriors of the senses are averaged; any sense may be missing."""

from collections.abc import Mapping

import numpy as np

from source.core.emotions import FUSED, mean_scores, to_fused

WEIGHTS = {"voice": 0.5, "face": 0.5}
"""How much each sense counts. Of those present, the weights are divided by their sum."""


def fuse(posteriors: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Weighted mean, in the seven classes both senses know.

    Parameters
    ----------
    posteriors : mapping of {"voice", "face"} to posterior
        Only the senses that found something; at least one.

    Examples
    --------
    >>> fuse({"voice": {"calm": 1.0}})["neutral"]
    1.0
    """
    senses = sorted(posteriors)
    return mean_scores([to_fused(posteriors[s]) for s in senses], [WEIGHTS[s] for s in senses])


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
