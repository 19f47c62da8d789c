"""From what each sense found to one answer and one time line."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from source.core.affect import affect
from source.core.emotions import Emotion, mean_scores
from source.core.engagement import engagement
from source.core.result import Affect, AffectPoint, Anomaly, Face, Moment, Voice
from source.core.timeline import overlap, steps
from source.fusion.anomaly import THRESHOLD
from source.fusion.late import WEIGHTS, agreement, fuse

STEP = 0.5
"""Seconds of one step of the time line."""


@dataclass(frozen=True)
class Reading:
    """One sense's posterior over a stretch of time, and how strange it looks."""

    start: float
    end: float
    scores: Mapping[str, float]
    anomaly: float | None = None
    trusted: bool = True


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
    hold: float,
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
    hold : float
        Seconds that one look at a face stands for.
    thresholds : mapping of sense to float
        From the models' cards. That of a fused answer is their mean, weighted as the senses are.
    anomalies : mapping of sense to sequence of float
        Strangeness of each voice segment, and of each face segment that was read, in order.
    fused : bool
        Whether to answer in the seven classes of both senses, or in the one sense's own.
    """
    overall = {
        sense: part.emotion.scores
        for sense, part in (("voice", voice), ("face", face))
        if part is not None and part.emotion is not None
    }
    if not overall:
        return Combined(None, (), None, None, None)

    def trusted(sense: str, emotion: Emotion) -> bool:
        """Whether there was enough to see or hear: a score that reaches the threshold is sure."""
        return emotion.certain or emotion.score < thresholds[sense]

    def read(posteriors: Mapping[str, Mapping[str, float]], sure: bool = True) -> Emotion:
        weights = [WEIGHTS[s] for s in posteriors]
        total = sum(w * thresholds[s] for s, w in zip(posteriors, weights, strict=True))
        scores = fuse(posteriors) if fused else next(iter(posteriors.values()))
        return Emotion.from_scores(scores, threshold=total / sum(weights), trusted=sure)

    whole = (("voice", voice.emotion if voice else None), ("face", face.emotion if face else None))
    emotion = read(overall, all(trusted(s, e) for s, e in whole if e is not None))
    readings = {
        "voice": _voice_readings(voice, anomalies.get("voice", ()), trusted),
        "face": _face_readings(face, anomalies.get("face", ()), hold, trusted),
    }
    strange = [r.anomaly for found in readings.values() for r in found if r.anomaly is not None]
    moments = tuple(_moments(readings, seconds, read)) if seconds else ()
    samples = [m.emotion for m in moments] or [emotion]
    return Combined(
        emotion,
        moments,
        _affect(emotion, moments),
        _anomaly(strange),
        engagement(samples),
    )


Trusted = Callable[[str, Emotion], bool]


def _voice_readings(
    voice: Voice | None, anomalies: Sequence[float], trusted: Trusted
) -> list[Reading]:
    segments = voice.segments if voice else ()
    strange: list[float | None] = [*anomalies] or [None] * len(segments)
    return [
        Reading(s.start, s.end, s.emotion.scores, a, trusted("voice", s.emotion))
        for s, a in zip(segments, strange, strict=True)
    ]


def _face_readings(
    face: Face | None, anomalies: Sequence[float], hold: float, trusted: Trusted
) -> list[Reading]:
    people = face.people if face else ()
    found = [(s.time, s.emotion) for p in people for s in p.segments if s.emotion is not None]
    strange: list[float | None] = [*anomalies] or [None] * len(found)
    return [
        Reading(time, time + hold, emotion.scores, a, trusted("face", emotion))
        for (time, emotion), a in zip(found, strange, strict=True)
    ]


def _moments(readings, seconds: float, read) -> Iterable[Moment]:  # type: ignore[no-untyped-def]
    """Walk the time line; a step in which no sense found anything is left out."""
    spans = steps(seconds, step=STEP)
    by_step: dict[int, dict[str, list[tuple[Reading, float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for sense, found in readings.items():
        for reading in found:
            first = int(reading.start / STEP)
            for index in range(first, min(len(spans), int(reading.end / STEP) + 1)):
                shared = overlap((reading.start, reading.end), spans[index])
                if shared > 1e-6:
                    by_step[index][sense].append((reading, shared))
    for index in sorted(by_step):
        parts = by_step[index]
        posteriors = {
            sense: mean_scores([r.scores for r, _ in found], [w for _, w in found])
            for sense, found in parts.items()
        }
        strange = [r.anomaly for found in parts.values() for r, _ in found]
        known = [a for a in strange if a is not None]
        yield Moment(
            *spans[index],
            emotion=read(posteriors, all(_mostly_trusted(found) for found in parts.values())),
            senses=tuple(s for s in ("voice", "face") if s in posteriors),
            agreement=agreement(*posteriors.values()) if len(posteriors) == 2 else None,
            anomaly=round(max(known), 6) if known else None,
        )


def _mostly_trusted(found: Sequence[tuple[Reading, float]]) -> bool:
    return 2 * sum(w for r, w in found if r.trusted) >= sum(w for _, w in found)


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
