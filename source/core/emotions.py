"""The emotions AVER speaks of, and the views other vocabularies take of them.

A *posterior* is a mapping from emotion label to probability that sums to 1.
Nothing here knows where a posterior came from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EMOTIONS = (
    "neutral",
    "calm",
    "happy",
    "sad",
    "angry",
    "fearful",
    "disgust",
    "surprised",
    "contempt",
)
"""Every label, in the order in which it is always listed."""

VOICE = tuple(e for e in EMOTIONS if e != "contempt")
"""The eight classes of RAVDESS, which the voice is read as."""

FACE = tuple(e for e in EMOTIONS if e != "calm")
"""The eight classes of FER+, which a face is read as."""

FUSED = tuple(e for e in EMOTIONS if e not in ("calm", "contempt"))
"""The seven classes both senses know; calm counts with neutral."""

VIEWS: dict[str, dict[str, tuple[str, ...]]] = {
    "native": {e: (e,) for e in EMOTIONS},
    "ravdess8": {
        "neutral": ("neutral", "contempt"),
        "calm": ("calm",),
        "happy": ("happy",),
        "sad": ("sad",),
        "angry": ("angry",),
        "fearful": ("fearful",),
        "disgust": ("disgust",),
        "surprised": ("surprised",),
    },
    "ekman7": {
        "angry": ("angry",),
        "disgust": ("disgust", "contempt"),
        "fear": ("fearful",),
        "happy": ("happy",),
        "neutral": ("neutral", "calm"),
        "sad": ("sad",),
        "surprise": ("surprised",),
    },
    "crema6": {
        "neutral": ("neutral", "calm"),
        "happy": ("happy", "surprised"),
        "sad": ("sad",),
        "angry": ("angry",),
        "fear": ("fearful",),
        "disgust": ("disgust", "contempt"),
    },
    "five": {
        "happy": ("happy",),
        "surprise": ("surprised",),
        "neutral": ("neutral", "calm", "contempt"),
        "sad": ("sad", "fearful"),
        "angry": ("angry", "disgust"),
    },
    "groups5": {
        "Angry": ("angry",),
        "Happy": ("happy",),
        "Neutral": ("neutral", "calm", "contempt"),
        "Sad/Fear": ("sad", "fearful"),
        "Surprise/Disgust": ("surprised", "disgust"),
    },
}
"""Label views: the name of a view, then for each of its labels the emotions counted in it."""


@dataclass(frozen=True)
class Emotion:
    """What one posterior says.

    Attributes
    ----------
    label : str
        The most probable emotion; the first in listing order where two are equal.
    score : float
        Its calibrated probability, 0 to 1.
    certain : bool
        Whether `score` reaches the threshold stated on the model's card, and there was enough
        to see or hear for that to mean something.
    scores : dict of str to float
        The whole posterior, in listing order; sums to 1.
    """

    label: str
    score: float
    certain: bool
    scores: dict[str, float]

    @classmethod
    def from_scores(
        cls, scores: Mapping[str, float], *, threshold: float, trusted: bool = True
    ) -> "Emotion":
        """Read the answer off a posterior.

        Parameters
        ----------
        scores : mapping of str to float
            Probabilities; divided by their sum, so that rounding never shows.
        threshold : float
            The smallest score that is called certain.
        trusted : bool
            False where there was too little to see or hear: then nothing is certain.

        Raises
        ------
        ValueError
            If `scores` is empty, has an unknown label, is not finite or does not sum to about 1.
        """
        unknown = sorted(set(scores) - set(EMOTIONS))
        if unknown:
            raise ValueError(f"Unknown emotions: {', '.join(unknown)}.")
        total = sum(scores.values())
        if not 0.98 <= total <= 1.02:
            raise ValueError(f"A posterior sums to 1, this one to {total:.4f}.")
        ordered = {e: round(scores[e] / total, 6) for e in EMOTIONS if e in scores}
        label = max(ordered, key=lambda e: ordered[e])
        certain = trusted and ordered[label] >= threshold
        return cls(label, ordered[label], certain, ordered)


def view(scores: Mapping[str, float], name: str) -> dict[str, float]:
    """Show a posterior in another vocabulary.

    Parameters
    ----------
    scores : mapping of str to float
        A posterior over (some of) `EMOTIONS`.
    name : str
        One of `VIEWS`.

    Returns
    -------
    dict of str to float
        The same probability mass under the view's labels; ``native`` keeps only the labels given.

    Raises
    ------
    KeyError
        If there is no view of that name.

    Examples
    --------
    >>> view({"neutral": 0.5, "calm": 0.25, "happy": 0.25}, "ekman7")["neutral"]
    0.75
    """
    if name == "native":
        return dict(scores)
    groups = VIEWS[name]
    return {
        label: round(sum(scores.get(e, 0.0) for e in parts), 6) for label, parts in groups.items()
    }


def to_fused(scores: Mapping[str, float]) -> dict[str, float]:
    """Express a voice or face posterior in the seven classes of both.

    Calm is added to neutral. Contempt, which no voice can be read as, is left out and the
    rest is divided by what remains.
    """
    kept = {e: scores.get(e, 0.0) for e in FUSED}
    kept["neutral"] += scores.get("calm", 0.0)
    total = sum(kept.values())
    if total <= 0.0:  # nothing but contempt: closest of the seven is disgust
        return {e: float(e == "disgust") for e in FUSED}
    return {e: value / total for e, value in kept.items()}


def fused_label(label: str) -> str | None:
    """The class of both senses that an emotion belongs to; None for contempt, which has none."""
    if label == "calm":
        return "neutral"
    return label if label in FUSED else None


def mean_scores(
    posteriors: Sequence[Mapping[str, float]], weights: Sequence[float] | None = None
) -> dict[str, float]:
    """Average posteriors over the same labels, weighted (by duration, say).

    Raises
    ------
    ValueError
        If there is nothing to average or the weights do not sum to more than 0.
    """
    weights = [1.0] * len(posteriors) if weights is None else list(weights)
    total = sum(weights)
    if not posteriors or total <= 0.0:
        raise ValueError("There is nothing to average.")
    return {
        e: sum(w * p[e] for w, p in zip(weights, posteriors, strict=True)) / total
        for e in posteriors[0]
    }
