"""Valence, arousal and dominance read off a posterior.

Each emotion has a place in the three-dimensional space of Mehrabian and Russell; a
posterior's place is the mean of those places under it. The coordinates are the terms'
ratings in Russell JA, Mehrabian A (1977), "Evidence for a three-factor theory of
emotions", Journal of Research in Personality 11(3): 273-294, for the nearest term.
"""

from collections.abc import Mapping

COORDINATES: dict[str, tuple[float, float, float]] = {
    "neutral": (0.0, 0.0, 0.0),
    "calm": (0.54, -0.45, 0.10),
    "happy": (0.81, 0.51, 0.46),
    "sad": (-0.63, -0.27, -0.33),
    "angry": (-0.51, 0.59, 0.25),
    "fearful": (-0.64, 0.60, -0.43),
    "disgust": (-0.60, 0.35, 0.11),
    "surprised": (0.40, 0.67, -0.13),
    "contempt": (-0.55, 0.43, 0.35),
}
"""Valence, arousal, dominance of each emotion, -1 to 1."""


def affect(scores: Mapping[str, float]) -> tuple[float, float, float]:
    """Expected valence, arousal and dominance of a posterior, each -1 to 1.

    Examples
    --------
    >>> affect({"happy": 1.0})
    (0.81, 0.51, 0.46)
    """
    places = [(p, COORDINATES[e]) for e, p in scores.items()]
    valence, arousal, dominance = (round(sum(p * c[i] for p, c in places), 6) for i in range(3))
    return valence, arousal, dominance
