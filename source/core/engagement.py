"""Engagement on a scale of 1 to 5, from emotions that were measured.

A simple rule of thumb from teaching practice, not a trained model: each emotion has a base
score, which a low confidence pulls down, and each environment weighs emotions differently.
"""

from collections.abc import Iterable, Mapping

from source.core.emotions import Emotion

BASE = {"happy": 4.5, "surprise": 5.0, "neutral": 3.0, "sad": 2.0, "angry": 1.5}
"""Base score by emotion; any other has 1.0."""

WEIGHTS: dict[str, dict[str, float]] = {
    "classroom": {"happy": 1.1, "surprise": 1.5, "neutral": 1.0, "sad": 0.8, "angry": 0.6},
    "product_demo": {"happy": 1.3, "surprise": 1.2, "neutral": 0.7, "sad": 0.5, "angry": 0.4},
    "seminar": {"happy": 0.9, "surprise": 1.2, "neutral": 1.1, "sad": 0.7, "angry": 0.6},
    "general": {"happy": 1.1, "surprise": 1.2, "neutral": 1.0, "sad": 0.7, "angry": 0.6},
}
"""Weight of each emotion in each environment; any other emotion has 1.0."""

_NAMES = {"surprised": "surprise", "calm": "neutral"}


def base_score(label: str, confidence: float) -> float:
    """The score before any environment: pulled towards 1 where confidence is below 0.8.

    Examples
    --------
    >>> base_score("happy", 0.9), base_score("happy", 0.4)
    (4.5, 1.8)
    """
    base = BASE.get(_NAMES.get(label, label), 1.0)
    return base if confidence >= 0.8 else max(1.0, base * confidence)


def score(label: str, confidence: float, weights: Mapping[str, float]) -> float:
    """The score of one sample in one environment, 1 to 5."""
    weight = weights.get(_NAMES.get(label, label), 1.0)
    return min(5.0, max(1.0, base_score(label, confidence) * weight))


def engagement(samples: Iterable[tuple[float, Emotion]]) -> dict[str, float] | None:
    """Mean score of each setting over the measured moments; None if there are none.

    Parameters
    ----------
    samples : iterable of (float, Emotion)
        Each with its weight: its seconds, or 1 for a still picture.
    """
    measured = list(samples)
    whole = sum(weight for weight, _ in measured)
    if not whole:
        return None
    return {
        name: round(sum(w * score(e.label, e.score, weights) for w, e in measured) / whole, 4)
        for name, weights in WEIGHTS.items()
    }
