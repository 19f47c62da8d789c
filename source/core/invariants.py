"""What holds for every Result, whatever went in.

A Result that breaks one of these rules reports something that was not measured. The tests check
them for every input; `violations` lists the rules that a Result breaks.
"""

from collections.abc import Iterator
from itertools import pairwise

from source.core.emotions import Emotion
from source.core.overall import MAJORITY, basis
from source.core.result import Moment, Result
from source.core.timeline import merge

ROUNDING = 0.002
"""Seconds by which times may be off: they are written to the millisecond."""

CLOSE = 0.06
"""Seconds without a reading that are no gap, but the rounding of two times."""


def violations(result: Result) -> list[str]:
    """One sentence for each thing that is not as it must be; empty where all is well."""
    return [*_times(result), *_timeline(result), *_counts(result), *_answers(result)]


def _length(result: Result) -> float:
    """Seconds of the recording, or of the sound of a pair; infinite where none is known."""
    known = [s.seconds for s in (result.source, *result.sources) if s.seconds is not None]
    return max(known, default=float("inf"))


def _times(result: Result) -> Iterator[str]:
    seconds = _length(result) + ROUNDING
    for what, start, end in _stretches(result):
        if not 0.0 <= start <= end <= seconds:
            yield f"{what} [{start}, {end}) does not lie in [0, {seconds:.3f}]."
    if result.voice is not None:
        for one, other in pairwise(result.voice.segments):
            if other.start < one.end - ROUNDING:
                yield f"Two voice segments overlap at {other.start} s."
    for person in result.face.people if result.face else ():
        for a, b in pairwise(person.segments):
            if b.time < a.time or (a.end is not None and b.time < a.end - ROUNDING):
                yield f"Person {person.id} is seen twice at {b.time} s."


def _stretches(result: Result) -> Iterator[tuple[str, float, float]]:
    for segment in result.voice.segments if result.voice else ():
        yield "A voice segment", segment.start, segment.end
    for person in result.face.people if result.face else ():
        yield f"Person {person.id}", person.first, person.last
        for face in person.segments:
            end = face.time if face.end is None else face.end
            yield f"A face of person {person.id}", face.time, end
    for moment in result.timeline:
        yield "A moment", moment.start, moment.end
    for point in result.affect.path if result.affect else ():
        yield "A point of the path", point.time, point.time


def _timeline(result: Result) -> Iterator[str]:
    for one, other in pairwise(result.timeline):
        if other.start < one.end - ROUNDING:
            yield f"Two moments overlap at {other.start} s."
    measured = {
        sense: [(r.start, r.end) for r in part.readings] for sense, part in result.parts.items()
    }
    together = merge([span for spans in measured.values() for span in spans], gap=CLOSE)
    for moment in result.timeline:
        if moment.end <= moment.start:
            yield f"The moment at {moment.start} s has no length."
        if not _covered(moment, together):
            yield f"The moment [{moment.start}, {moment.end}) tells of a gap."
        for sense in moment.senses:
            if not any(a < moment.end and moment.start < b for a, b in measured.get(sense, [])):
                yield f"The moment at {moment.start} s names the {sense}, which says nothing then."


def _covered(moment: Moment, measured: list[tuple[float, float]]) -> bool:
    return any(
        start - ROUNDING <= moment.start and moment.end <= end + ROUNDING for start, end in measured
    )


def _counts(result: Result) -> Iterator[str]:
    if result.voice is not None and result.voice.speech_seconds > _length(result) + ROUNDING:
        yield f"{result.voice.speech_seconds} s of speech are more than the recording has."
    if result.face is not None:
        frames = result.face.frames
        if not 0 <= frames.used <= frames.with_face <= frames.read:
            yield f"Of {frames.read} pictures {frames.with_face} have a face, {frames.used} voted."
        for face in (face for person in result.face.people for face in person.segments):
            if face.quality.score is not None and not 0 <= face.quality.score <= 1:
                yield f"A face at {face.time} s was detected with a score of {face.quality.score}."


def _answers(result: Result) -> Iterator[str]:
    for where, emotion in _emotions(result):
        if abs(sum(emotion.scores.values()) - 1.0) > 0.001:
            yield f"The scores of {where} sum to {sum(emotion.scores.values()):.4f}."
        if emotion.scores.get(emotion.label) != max(emotion.scores.values()):
            yield f"The label of {where} is not its most probable emotion."
    if result.basis != basis(result):
        yield f"The basis is {result.basis}, and by the Result {basis(result)}."
    sure = result.emotion is not None and result.emotion.certain
    if sure and result.basis is not None and result.basis.share <= MAJORITY:
        yield f"The whole is certain of what has a share of {result.basis.share}."


def _emotions(result: Result) -> Iterator[tuple[str, Emotion]]:
    if result.emotion:
        yield "the whole", result.emotion
    for moment in result.timeline:
        yield f"the moment at {moment.start} s", moment.emotion
    for segment in result.voice.segments if result.voice else ():
        yield f"the voice at {segment.start} s", segment.emotion
    for person in result.face.people if result.face else ():
        for face in person.segments:
            if face.emotion:
                yield f"person {person.id} at {face.time} s", face.emotion
