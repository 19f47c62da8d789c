"""From what each sense read to one answer and one time line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import Emotion, fused_label, mean_scores, to_fused
from source.core.engagement import engagement
from source.core.result import Affect, Anomaly, Moment
from source.core.senses import SENSES
from source.core.sensing import Part
from source.core.steps import average, sure_of, walk
from source.core.whole import affect_of, emotion_of
from source.core.whole import together as key_of
from source.fusion.anomaly import THRESHOLD
from source.fusion.late import Fusion, agreement

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SenseAnswer:
    """What one sense says of a recording.

    Attributes
    ----------
    part : Voice or Face
        Its part of the Result.
    threshold : float
        The smallest score that is certain, from the card of its model.
    embeddings : np.ndarray [shape=(n, d), dtype=float32], optional
        A row for each of the part's `readings`.
    anomalies : sequence of float
        How strange each reading is, 0 to 1; empty where there is no forest.
    """

    part: Part
    threshold: float
    embeddings: Floats | None = None
    anomalies: Sequence[float] = ()


@dataclass(frozen=True, eq=False)
class Reading:
    """One sense's answer over a stretch of time, and how strange it looks."""

    start: float
    end: float
    emotion: Emotion
    anomaly: float | None = None
    embedding: Floats | None = None


@dataclass(frozen=True)
class Combined:
    """The parts of a Result that belong to all senses together."""

    emotion: Emotion | None
    timeline: tuple[Moment, ...]
    affect: Affect | None
    anomaly: Anomaly | None
    engagement: dict[str, float] | None
    thresholds: dict[str, float] = field(default_factory=dict)


def combine(
    answers: Mapping[str, SenseAnswer], *, seconds: float | None, fusion: Fusion | None
) -> Combined:
    """One answer from the senses present.

    Parameters
    ----------
    answers : mapping of sense to SenseAnswer
        What each sense that was asked says.
    seconds : float or None
        Length of the recording; None for a picture, which has no time line.
    fusion : Fusion or None
        How the senses answer together, in the classes that all know. None where a single sense
        was asked: it answers in its own classes.
    """
    together = _Together({s: a.threshold for s, a in answers.items()}, fusion)
    readings = {sense: _readings(answer) for sense, answer in answers.items()}
    moments = tuple(_moments(readings, seconds, together)) if seconds else ()
    emotion = _overall(answers, moments, together)
    if emotion is None:
        return Combined(None, (), None, None, None)
    strange = [r.anomaly for own in readings.values() for r in own if r.anomaly is not None]
    samples = [(m.end - m.start, m.emotion) for m in moments] or [(1.0, emotion)]
    return Combined(
        emotion,
        moments,
        affect_of(emotion, moments),
        _anomaly(strange),
        engagement(samples),
        together.thresholds,
    )


class _Together:
    """How the senses answer as one: in which classes, and from which score on surely."""

    def __init__(self, thresholds: Mapping[str, float], fusion: Fusion | None) -> None:
        self._thresholds, self.fusion = thresholds, fusion

    @property
    def thresholds(self) -> dict[str, float]:
        """The smallest score that is certain, by the senses that read something together."""
        known = [sense for sense in SENSES if sense in self._thresholds]
        groups = (g for size in range(1, len(known) + 1) for g in combinations(known, size))
        return {key_of(group): round(self.threshold(group), 6) for group in groups}

    def threshold(self, senses: Sequence[str]) -> float:
        """The smallest score that is certain where these senses read something."""
        own = {sense: self._thresholds[sense] for sense in senses}
        return self.fusion.threshold(own) if self.fusion else own[senses[0]]

    def emotion(self, parts: Mapping[str, Sequence[tuple[Reading, float]]]) -> Emotion:
        """One emotion from the readings of each sense, each with its weight.

        It is certain where its score reaches the threshold and at least one sense is sure of
        the same emotion by itself (`core.steps.sure_of`).
        """
        threshold = self.threshold(list(parts))
        emotions = {s: [(r.emotion, w) for r, w in own] for s, own in parts.items()}
        if self.fusion is None:
            return average(next(iter(emotions.values())), threshold=threshold)
        embeddings = _mean_embeddings(parts) if self.fusion.reads_embeddings else {}
        scores = self.fusion.combine(_mean_posteriors(parts), embeddings)
        label = max(scores, key=lambda e: scores[e])
        sure = any(sure_of(label, [(_in_both(e), w) for e, w in own]) for own in emotions.values())
        return Emotion.from_scores(scores, threshold=threshold, trusted=sure)


def _mean_posteriors(
    parts: Mapping[str, Sequence[tuple[Reading, float]]],
) -> dict[str, dict[str, float]]:
    return {
        sense: mean_scores([r.emotion.scores for r, _ in own], [w for _, w in own])
        for sense, own in parts.items()
    }


def _mean_embeddings(
    parts: Mapping[str, Sequence[tuple[Reading, float]]],
) -> dict[str, Floats]:
    """Mean embedding of each sense [d], by weight; without the senses that have none."""
    return {
        sense: np.average([r.embedding for r, _ in own], axis=0, weights=[w for _, w in own])
        for sense, own in parts.items()
        if all(r.embedding is not None for r, _ in own)
    }


def _in_both(emotion: Emotion) -> Emotion:
    """An emotion in the classes of both senses.

    It is as certain as it was if it is still the same emotion: who is certain of contempt is not
    certain of what comes second.
    """
    scores = to_fused(emotion.scores)
    label = max(scores, key=lambda e: scores[e])
    certain = emotion.certain and label == fused_label(emotion.label)
    return Emotion(label, scores[label], certain, scores)


def _overall(
    answers: Mapping[str, SenseAnswer], moments: Sequence[Moment], together: _Together
) -> Emotion | None:
    """The answer for the whole: of all moments or, without a time line, of what there is."""
    if moments:
        return emotion_of(moments, together.thresholds)
    emotions = {sense: a.part.emotion for sense, a in answers.items() if a.part.emotion}
    if not emotions:
        return None
    if together.fusion is None:
        return next(iter(emotions.values()))  # of one face or of several: that is settled already
    return together.emotion({s: [(Reading(0.0, 0.0, e), 1.0)] for s, e in emotions.items()})


def _readings(answer: SenseAnswer) -> list[Reading]:
    """A sense's readings, each with how strange it is and with its embedding."""
    own = answer.part.readings
    strange: Sequence[float | None] = answer.anomalies or [None] * len(own)
    vectors = [None] * len(own) if answer.embeddings is None else list(answer.embeddings)
    return [
        Reading(r.start, r.end, r.emotion, anomaly, vector)
        for r, anomaly, vector in zip(own, strange, vectors, strict=True)
    ]


def _moments(
    readings: Mapping[str, Sequence[Reading]], seconds: float, together: _Together
) -> Iterator[Moment]:
    """Walk the time line; where no sense read anything there is no moment."""
    for step in walk(readings, seconds):
        strange = [
            r.anomaly for own in step.parts.values() for r, _ in own if r.anomaly is not None
        ]
        posteriors = list(_mean_posteriors(step.parts).values())
        yield Moment(
            step.start,
            step.end,
            emotion=together.emotion(step.parts),
            senses=tuple(s for s in SENSES if s in step.parts),
            agreement=agreement(*posteriors) if len(posteriors) == 2 else None,
            anomaly=round(max(strange), 6) if strange else None,
        )


def _anomaly(strange: Sequence[float]) -> Anomaly | None:
    if not strange:
        return None
    score = round(float(sum(strange) / len(strange)), 6)
    return Anomaly(score, "anomaly" if score > THRESHOLD else "normal", THRESHOLD)
