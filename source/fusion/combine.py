"""From what each sense found to one answer and one time line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from source.core.affect import affect
from source.core.emotions import Emotion, mean_scores, to_fused
from source.core.engagement import engagement
from source.core.overall import SENSES, overall
from source.core.overall import Reading as Weighed
from source.core.result import Affect, AffectPoint, Anomaly, Face, Moment, Voice
from source.core.steps import average, sure_of, walk
from source.fusion.anomaly import THRESHOLD
from source.fusion.late import WEIGHTS, agreement, fuse


@dataclass(frozen=True)
class Reading:
    """One sense's answer over a stretch of time, and how strange it looks."""

    start: float
    end: float
    emotion: Emotion
    anomaly: float | None = None


@dataclass(frozen=True)
class Combined:
    """The parts of a Result that belong to all senses together."""

    emotion: Emotion | None
    timeline: tuple[Moment, ...]
    affect: Affect | None
    anomaly: Anomaly | None
    engagement: dict[str, float] | None


def combine(
    voice: Voice | None,
    face: Face | None,
    *,
    seconds: float | None,
    thresholds: Mapping[str, float],
    anomalies: Mapping[str, Sequence[float]],
    fused: bool,
) -> Combined:
    """One answer from the senses present.

    Parameters
    ----------
    voice, face
        What each sense found; None where it was not asked.
    seconds : float or None
        Length of the recording; None for a picture, which has no time line.
    thresholds : mapping of sense to float
        From the models' cards. That of a fused answer is their mean, weighted as the senses are.
    anomalies : mapping of sense to sequence of float
        Strangeness of each voice segment, and of each face segment that was read, in order.
    fused : bool
        Whether to answer in the seven classes of both senses, or in the one sense's own.
    """
    answer = _Answer(thresholds, fused=fused)
    readings = {
        "voice": _voice_readings(voice, anomalies.get("voice", ())),
        "face": _face_readings(face, anomalies.get("face", ())),
    }
    moments = tuple(_moments(readings, seconds, answer)) if seconds else ()
    emotion = _overall(voice, face, moments, answer)
    if emotion is None:
        return Combined(None, (), None, None, None)
    strange = [r.anomaly for found in readings.values() for r in found if r.anomaly is not None]
    samples = [(m.end - m.start, m.emotion) for m in moments] or [(1.0, emotion)]
    return Combined(
        emotion,
        moments,
        _affect(emotion, moments),
        _anomaly(strange),
        engagement(samples),
    )


class _Answer:
    """How several senses answer as one: in which classes, and from which score on surely."""

    def __init__(self, thresholds: Mapping[str, float], *, fused: bool) -> None:
        self._thresholds, self._fused = thresholds, fused

    def threshold(self, senses: Iterable[str]) -> float:
        """The mean of the senses' thresholds, weighted as they are."""
        weights = {sense: WEIGHTS[sense] for sense in senses}
        total = sum(w * self._thresholds[sense] for sense, w in weights.items())
        return total / sum(weights.values())

    def of(self, parts: Mapping[str, Sequence[tuple[Emotion, float]]]) -> Emotion:
        """One emotion from the emotions of each sense, each with its weight.

        It is certain where its score reaches the threshold and at least one sense is sure of
        the same emotion by itself (`core.steps.sure_of`).
        """
        threshold = self.threshold(parts)
        if not self._fused:
            return average(next(iter(parts.values())), threshold=threshold)
        posteriors = {
            sense: mean_scores([e.scores for e, _ in found], [w for _, w in found])
            for sense, found in parts.items()
        }
        scores = fuse(posteriors)
        label = max(scores, key=lambda e: scores[e])
        sure = any(sure_of(label, [(_in_both(e), w) for e, w in found]) for found in parts.values())
        return Emotion.from_scores(scores, threshold=threshold, trusted=sure)


def _in_both(emotion: Emotion) -> Emotion:
    """An emotion by its label among the classes of both senses, as certain as it was."""
    scores = to_fused(emotion.scores)
    label = max(scores, key=lambda e: scores[e])
    return Emotion(label, scores[label], emotion.certain, scores)


def _overall(
    voice: Voice | None, face: Face | None, moments: Sequence[Moment], answer: _Answer
) -> Emotion | None:
    """The answer for the whole: of all moments or, without a time line, of what there is."""
    if moments:
        return overall(
            [Weighed(m.end - m.start, m.emotion, answer.threshold(m.senses)) for m in moments]
        )
    senses = {
        sense: [(part.emotion, 1.0)]
        for sense, part in (("voice", voice), ("face", face))
        if part is not None and part.emotion is not None
    }
    if list(senses) == ["face"]:
        return senses["face"][0][0]  # of one face or of several: that is settled already
    return answer.of(senses) if senses else None


def _voice_readings(voice: Voice | None, anomalies: Sequence[float]) -> list[Reading]:
    segments = voice.segments if voice else ()
    strange: list[float | None] = [*anomalies] or [None] * len(segments)
    return [Reading(s.start, s.end, s.emotion, a) for s, a in zip(segments, strange, strict=True)]


def _face_readings(face: Face | None, anomalies: Sequence[float]) -> list[Reading]:
    people = face.people if face else ()
    found = [
        (s.time, s.time if s.end is None else s.end, s.emotion)
        for p in people
        for s in p.segments
        if s.emotion is not None
    ]
    strange: list[float | None] = [*anomalies] or [None] * len(found)
    return [Reading(*part, a) for part, a in zip(found, strange, strict=True)]


def _moments(
    readings: Mapping[str, Sequence[Reading]], seconds: float, answer: _Answer
) -> Iterator[Moment]:
    """Walk the time line; where no sense found anything there is no moment."""
    for step in walk(readings, seconds):
        strange = [
            r.anomaly for found in step.parts.values() for r, _ in found if r.anomaly is not None
        ]
        parts = {s: [(r.emotion, w) for r, w in found] for s, found in step.parts.items()}
        posteriors = [
            mean_scores([e.scores for e, _ in found], [w for _, w in found])
            for found in parts.values()
        ]
        yield Moment(
            step.start,
            step.end,
            emotion=answer.of(parts),
            senses=tuple(s for s in SENSES if s in parts),
            agreement=agreement(*posteriors) if len(posteriors) == 2 else None,
            anomaly=round(max(strange), 6) if strange else None,
        )


def _affect(emotion: Emotion, moments: Sequence[Moment]) -> Affect:
    path = tuple(
        AffectPoint(round((m.start + m.end) / 2, 3), *affect(m.emotion.scores)) for m in moments
    )
    return Affect(*affect(emotion.scores), path=path)


def _anomaly(strange: Sequence[float]) -> Anomaly | None:
    if not strange:
        return None
    score = round(float(sum(strange) / len(strange)), 6)
    return Anomaly(score, "anomaly" if score > THRESHOLD else "normal", THRESHOLD)
