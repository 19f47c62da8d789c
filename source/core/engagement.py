"""Engagement on a scale of 1 to 5, from emotions that were measured.

A simple rule of thumb from teaching practice, not a trained model: each emotion has a base
score, which a low confidence pulls down, and each environment weighs emotions differently.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from source.core.emotions import Emotion
from source.core.result import Person, Result
from source.core.timeline import rolling_mean
from source.core.weights import OWN, read_weights

BASE = {"happy": 4.5, "surprise": 5.0, "neutral": 3.0, "sad": 2.0, "angry": 1.5}
"""Base score by emotion; any other has 1.0."""

WEIGHTS: dict[str, dict[str, float]] = {
    "classroom": {"happy": 1.1, "surprise": 1.5, "neutral": 1.0, "sad": 0.8, "angry": 0.6},
    "product_demo": {"happy": 1.3, "surprise": 1.2, "neutral": 0.7, "sad": 0.5, "angry": 0.4},
    "seminar": {"happy": 0.9, "surprise": 1.2, "neutral": 1.1, "sad": 0.7, "angry": 0.6},
    "general": {"happy": 1.1, "surprise": 1.2, "neutral": 1.0, "sad": 0.7, "angry": 0.6},
}
"""Weight of each emotion in each environment; any other emotion has 1.0."""

STEP = 0.5
"""Seconds between two samples."""

WINDOWS = {"30s_avg": 60, "1min_avg": 120}
"""Samples of each rolling mean, by its name: 30 seconds and one minute."""

SURE = 0.8
"""Confidence from which the base score counts in full."""

_NAMES = {"surprised": "surprise", "calm": "neutral"}

Stretches = Sequence[tuple[float, float, Emotion]]
"""What was measured: start and end in seconds, and the emotion; sorted, without overlaps."""


def environments(own: str | None = None) -> dict[str, Mapping[str, float]]:
    """The weights of every environment; with `own` weights also those, under ``own``.

    Examples
    --------
    >>> list(environments("happy=1.2"))
    ['classroom', 'product_demo', 'seminar', 'general', 'own']
    """
    return {**WEIGHTS, **({OWN: read_weights(own)} if own else {})}


def base_score(label: str, confidence: float) -> float:
    """The score before any environment: pulled towards 1 where confidence is below 0.8.

    Examples
    --------
    >>> base_score("happy", 0.9), base_score("happy", 0.4)
    (4.5, 1.8)
    """
    base = BASE.get(_NAMES.get(label, label), 1.0)
    return base if confidence >= SURE else max(1.0, base * confidence)


def score(label: str, confidence: float, weights: Mapping[str, float]) -> float:
    """The score of one sample in one environment, 1 to 5.

    Examples
    --------
    >>> score("neutral", 0.9, WEIGHTS["product_demo"]), score("neutral", 0.9, {"calm": 2.0})
    (2.0999999999999996, 3.0)
    """
    return min(5.0, max(1.0, base_score(label, confidence) * weight_of(label, weights)))


def weight_of(label: str, weights: Mapping[str, float]) -> float:
    """How much an emotion counts: calm as neutral unless it has a weight of its own."""
    return weights.get(label, weights.get(_NAMES.get(label, label), 1.0))


def engagement(
    samples: Iterable[tuple[float, Emotion]], *, own: str | None = None
) -> dict[str, float] | None:
    """Mean score of each environment over the measured moments; None if there are none.

    Parameters
    ----------
    samples : iterable of (float, Emotion)
        Each with its weight: its seconds, or 1 for a still picture.
    own : str, optional
        Own weights (`core.weights`), which make an environment ``own``.
    """
    measured = list(samples)
    whole = sum(weight for weight, _ in measured)
    if not whole:
        return None
    return {
        name: round(sum(w * score(e.label, e.score, weights) for w, e in measured) / whole, 4)
        for name, weights in environments(own).items()
    }


def sampled(stretches: Stretches, seconds: float) -> list[Emotion | None]:
    """The emotion at 0, 0.5, 1, … s before the end of a recording; None where none was measured.

    Examples
    --------
    >>> happy = Emotion("happy", 0.9, True, {"happy": 0.9, "sad": 0.1})
    >>> [e and e.label for e in sampled([(0.4, 1.2, happy)], 2.0)]
    [None, 'happy', 'happy', None]
    """
    samples: list[Emotion | None] = []
    index = 0
    while (time := STEP * len(samples)) < seconds:
        while index < len(stretches) and stretches[index][1] <= time:
            index += 1
        inside = index < len(stretches) and stretches[index][0] <= time
        samples.append(stretches[index][2] if inside else None)
    return samples


@dataclass(frozen=True)
class Curves:
    """Engagement over time in one environment; sample i is at ``i / 2`` seconds.

    Attributes
    ----------
    scores : list of float or None
        The score of each sample, 1 to 5; None in a gap.
    rolling : dict of str to list
        The mean of the measured samples among the last 60 and 120, by the name of the column
        (`WINDOWS`); None in a gap.
    cumulative : list of float or None
        The mean of all samples measured so far; None in a gap.
    """

    scores: list[float | None]
    rolling: dict[str, list[float | None]]
    cumulative: list[float | None]


def curves(samples: Sequence[Emotion | None], weights: Mapping[str, float]) -> Curves:
    """The curves of one environment; a gap stays a gap in all of them.

    Examples
    --------
    >>> happy = Emotion("happy", 0.9, True, {"happy": 0.9, "sad": 0.1})
    >>> sad = Emotion("sad", 0.8, True, {"happy": 0.2, "sad": 0.8})
    >>> curves([happy, None, sad], {}).cumulative
    [4.5, None, 3.25]
    """
    scores = [None if e is None else score(e.label, e.score, weights) for e in samples]

    def mean(window: int) -> list[float | None]:
        rolled = rolling_mean(scores, window)
        return [None if own is None else m for own, m in zip(scores, rolled, strict=True)]

    rolling = {name: mean(window) for name, window in WINDOWS.items()}
    return Curves(scores, rolling, mean(max(1, len(scores))))


def with_engagement(result: Result, *, own: str | None = None) -> Result:
    """The Result with the engagement of the whole and of each person.

    `own` weights make one more environment.
    """
    if result.emotion is None:
        return result
    timed = [(m.end - m.start, m.emotion) for m in result.timeline]
    whole = engagement(timed or [(1.0, result.emotion)], own=own)
    face = result.face
    if face is not None:
        face = replace(face, people=tuple(_engaged(p, own) for p in face.people))
    return replace(result, engagement=whole, face=face)


def _engaged(person: Person, own: str | None) -> Person:
    return replace(person, engagement=engagement(person_samples(person), own=own))


def person_samples(person: Person) -> list[tuple[float, Emotion]]:
    """A person's faces that were read, each with its seconds; 1 for a face of a still picture."""
    return [
        (1.0 if s.end is None else s.end - s.time, s.emotion)
        for s in person.segments
        if s.emotion is not None
    ]
