"""The overall answer: what a whole recording, voice or person reads as, and when that is sure.

Many readings become one answer here and nowhere else; every page, table, note and route quotes
what is computed here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from source.core.analyses import ANALYSES
from source.core.emotions import Emotion, mean_scores
from source.core.result import Basis, Result
from source.core.senses import SENSES

MAJORITY = 0.5
"""A label is certain only if it leads for more than this share of what was measured."""

LEAST_SURE = 0.5
"""Share of what the overall label leads which must be certain by itself."""


@dataclass(frozen=True)
class Reading:
    """One of the readings that an overall answer is made of.

    Attributes
    ----------
    weight : float > 0
        What it stands for: its seconds, or 1 for a face of a picture.
    emotion : Emotion
    threshold : float
        The smallest score that is certain.
    """

    weight: float
    emotion: Emotion
    threshold: float


def overall(readings: Sequence[Reading]) -> Emotion | None:
    """The weighted mean posterior of all readings; None if there are none.

    Its label is certain where three things hold: it leads for more than half of the weight;
    while it leads, its mean score reaches the threshold; and at least half of what it leads is
    certain by itself.

    Examples
    --------
    >>> def utterance(label, certain=True):
    ...     scores = {"happy": 0.8, "sad": 0.2} if label == "happy" else {"happy": 0.3, "sad": 0.7}
    ...     return Reading(1.0, Emotion.from_scores(scores, threshold=0.6, trusted=certain), 0.6)
    >>> overall([utterance("happy"), utterance("happy"), utterance("sad")]).certain
    True
    >>> overall([utterance("happy", certain=False), utterance("happy", certain=False)]).certain
    False
    """
    if not readings:
        return None
    weights = [r.weight for r in readings]
    scores = mean_scores([r.emotion.scores for r in readings], weights)
    mean = Emotion.from_scores(scores, threshold=0.0)
    leading = [r for r in readings if r.emotion.label == mean.label]
    own = sum(r.weight for r in leading)
    ahead = sum(r.weight * (r.emotion.score - r.threshold) for r in leading)
    sure = sum(r.weight for r in leading if r.emotion.certain)
    certain = own > MAJORITY * sum(weights) and ahead >= 0.0 and sure >= LEAST_SURE * own
    return Emotion.from_scores(scores, threshold=0.0, trusted=certain)


def basis(result: Result) -> Basis | None:
    """What the overall emotion of a Result is based on; None if there is no emotion.

    Worked out from the Result, so that it holds in every label view and for Results that were
    written before it was kept.
    """
    if result.emotion is None:
        return None
    whole = own = 0.0
    for weight, emotion in _weighed(result):
        whole += weight
        own += weight if emotion.label == result.emotion.label else 0.0
    share = own / whole if whole else 1.0
    if result.timeline:
        used = {sense for m in result.timeline for sense in m.senses}
        senses = tuple(s for s in SENSES if s in used)
        return Basis(senses, round(share, 6), seconds=round(whole, 3))
    senses = tuple(sense for sense, part in result.parts.items() if part.emotion is not None)
    return Basis(senses, round(share, 6), faces=len(faces_that_count(result)) or None)


def faces_that_count(result: Result) -> list[Emotion]:
    """The faces of a still picture that count: those that can be trusted, where there are any."""
    people = [p for p in (result.face.people if result.face else ()) if p.emotion]
    trusted = [p for p in people if p.segments[0].quality.doubt is None]
    return [p.emotion for p in trusted or people if p.emotion]


def completed(result: Result) -> Result:
    """A Result written by an earlier version, with the basis of its overall answer filled in."""
    if result.basis is not None or result.emotion is None:
        return result
    rests = basis(result)
    sure = result.emotion.certain and rests is not None and rests.share > MAJORITY
    return replace(result, basis=rests, emotion=replace(result.emotion, certain=sure))


def _weighed(result: Result) -> Iterable[tuple[float, Emotion]]:
    """What the overall answer was made of: moments or, of a picture alone, its faces."""
    if result.timeline:
        return ((m.end - m.start, m.emotion) for m in result.timeline)
    if result.emotion and len(ANALYSES[result.analysis].senses) > 1:
        return [(1.0, result.emotion)]  # a picture with a sound: one answer for both senses
    return [(1.0, emotion) for emotion in faces_that_count(result)]
