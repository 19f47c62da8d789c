"""A Result as its owner changed it: people, excluded stretches, neutral expressions, markers.

Whatever is summed up is summed up by the functions that summed up the measured Result. What cannot
be worked out anew from the Result alone is left out: how a face moves, if the faces of a person are
others now, and how strange the whole is, if a part is excluded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from source.core import disagreement, notes
from source.core.analyses import ANALYSES
from source.core.edits import (
    LONGEST_NOTE,
    VERSION,
    Edit,
    Exclude,
    Mark,
    Merge,
    Neutral,
    Remove,
    Rename,
    Split,
    plain,
)
from source.core.emotions import Emotion
from source.core.engagement import with_engagement
from source.core.errors import ImpossibleEdit
from source.core.names import one_line
from source.core.overall import basis
from source.core.people import People, against_neutral
from source.core.result import (
    Edited,
    Excluded,
    Face,
    FaceSegment,
    Marker,
    Moment,
    Person,
    Result,
    Segment,
    Voice,
)
from source.core.steps import average, overall_of, overall_of_faces, walk
from source.core.timeline import merge, without
from source.core.when import written
from source.core.whole import affect_of, emotion_of, together

Spans = Sequence[tuple[float, float]]

UNREACHED = 1.0
"""Stands for a threshold that is not known, where nothing was certain: then nothing will be."""


def applied(result: Result, edits: Sequence[Edit]) -> Result:
    """The Result as the edits leave it; the one that was measured if there are none.

    Parameters
    ----------
    result : Result
        As it was measured, in its own labels.
    edits : sequence of Edit
        In the order in which they were made.

    Raises
    ------
    ImpossibleEdit
        If one makes no sense: there is no such person or no such time.
    """
    if not edits:
        return result
    work = _Work(People.of(result.face.people if result.face else ()), length_of(result))
    for number, edit in enumerate(edits, start=1):
        work.take(edit, number, result)
    changed = _without(_with_people(result, work), work)
    if (changed.voice, changed.face, changed.timeline) != (
        result.voice,
        result.face,
        result.timeline,
    ):
        changed = with_engagement(changed, own=result.options.get("engagement_weights"))
        if changed.disagreements is not None:
            found = disagreement.find(changed.voice, changed.face)
            changed = replace(changed, disagreements=found)
    return _noted(changed, work, edits, measured=result.emotion)


def length_of(result: Result) -> float | None:
    """Seconds of the recording, or of the sound of a pair; None for a picture."""
    known = [s.seconds for s in (result.source, *result.sources) if s.seconds is not None]
    return max(known, default=None)


@dataclass
class _Work:
    """What all edits together come to."""

    people: People
    seconds: float | None
    markers: dict[int, Marker] = field(default_factory=dict)
    excluded: dict[int, Excluded] = field(default_factory=dict)

    def take(self, edit: Edit, number: int, result: Result) -> None:
        """Take in one edit."""
        match edit:
            case Rename():
                self.people.rename(edit)
            case Merge():
                self.people.merge(edit)
            case Split():
                self._check(edit.at)
                self.people.split(edit)
            case Mark():
                self._check(edit.at)
                self.markers[number] = Marker(edit.at, number, _note(edit.note))
            case Exclude():
                if result.sources:
                    raise ImpossibleEdit("A picture with a sound has no part to leave out.")
                start, end = self._stretch(edit.start, edit.end)
                self.excluded[number] = Excluded(start, end, number, _note(edit.note))
            case Neutral():
                start, end = self._stretch(edit.start, edit.end)
                if result.face is None or result.face.neutral is None:
                    raise ImpossibleEdit(
                        "This result does not say how its face model reads neutral faces.",
                        hint="Analyse the recording again.",
                    )
                self.people.set_neutral(replace(edit, start=start, end=end), number)
            case Remove():
                self._remove(edit.edit)

    def _check(self, time: float) -> None:
        if self.seconds is None:
            raise ImpossibleEdit("A picture has no time line.")
        if not 0.0 <= time <= self.seconds:
            raise ImpossibleEdit(
                f"{written(time)} is behind the end of the recording ({written(self.seconds)}).",
                hint="Give a time within the recording.",
            )

    def _stretch(self, start: float, end: float) -> tuple[float, float]:
        """A stretch within the recording: what lies behind its end is cut off."""
        self._check(start)
        assert self.seconds is not None
        if start >= min(end, self.seconds):
            raise ImpossibleEdit(
                f"A stretch must end after it begins, not from {written(start)} to {written(end)}.",
                hint="Give the earlier time first.",
            )
        return start, min(end, self.seconds)

    def _remove(self, number: int) -> None:
        for made in (self.markers, self.excluded):
            if number in made:
                del made[number]
                return
        whose = next((p for p, (*_, n) in self.people.neutral.items() if n == number), None)
        if whose is None:
            raise ImpossibleEdit(
                f"Change {number} is no marker and no stretch that is still there."
            )
        del self.people.neutral[whose]


def _note(text: str) -> str:
    note = one_line(text)
    if len(note) > LONGEST_NOTE:
        raise ImpossibleEdit(f"A note has at most {LONGEST_NOTE} characters.")
    return note


# --- people --------------------------------------------------------------------------------------


def _with_people(result: Result, work: _Work) -> Result:
    face = result.face
    if face is None:
        return result
    people, threshold = work.people, _threshold(result, "face")
    edited = {
        number: against_neutral(
            people.all[number], stretch, usual=face.neutral or {}, threshold=threshold
        )
        for number, stretch in people.neutral.items()
    }
    everybody = tuple(
        _summed(edited.get(number, person), threshold)
        if number in edited or number in people.changed
        else person
        for number, person in people.all.items()
    )
    face = replace(face, people=everybody)
    if not edited:
        return replace(result, face=face)
    face = replace(face, emotion=_of_all(everybody, threshold))
    result = replace(result, face=face)
    if ANALYSES[result.analysis].senses != ("face",):
        return result
    return _summed_up(result, _of_faces(result, face, threshold))


def _summed(person: Person, threshold: float) -> Person:
    """A person with the emotion of the faces that there are."""
    return replace(person, emotion=overall_of_faces(person.segments, threshold=threshold))


def _by_hand(person: Person) -> bool:
    return person.neutral is not None and person.neutral.edit is not None


def _of_all(people: Iterable[Person], threshold: float) -> Emotion | None:
    return overall_of_faces([s for p in people for s in p.segments], threshold=threshold)


def _of_faces(result: Result, face: Face, threshold: float) -> tuple[Moment, ...]:
    """The moments of a Result of faces alone, read anew from them."""
    if not result.timeline:
        return ()
    steps = {
        (step.start, step.end): average(
            [(reading.emotion, seconds) for reading, seconds in step.parts["face"]],
            threshold=threshold,
        )
        for step in walk({"face": face.readings}, result.timeline[-1].end)
    }
    return tuple(
        replace(m, emotion=steps.get((m.start, m.end), m.emotion)) for m in result.timeline
    )


# --- excluded stretches --------------------------------------------------------------------------


def _without(result: Result, work: _Work) -> Result:
    """The Result without its excluded stretches."""
    if not work.excluded:
        return result
    faces = [s for p in (result.face.people if result.face else ()) for s in p.segments]
    spans = _whole_pictures(merge([(e.start, e.end) for e in work.excluded.values()]), faces)
    result = replace(
        result,
        voice=result.voice and _voice_without(result.voice, spans, _threshold(result, "voice")),
        face=result.face and _face_without(result.face, spans, _threshold(result, "face")),
    )
    moments = tuple(
        replace(m, start=start, end=end)
        for m in result.timeline
        for start, end in without(m.start, m.end, spans)
    )
    if moments == result.timeline:
        return result
    return replace(_summed_up(result, moments), anomaly=None)


def _whole_pictures(spans: Spans, faces: Iterable[FaceSegment]) -> list[tuple[float, float]]:
    """The stretches, each up to the end of the picture that is shown when it ends.

    A picture stands for what is seen until the next one is read, and cannot begin later.
    """
    shown = sorted({(face.time, face.end) for face in faces if face.end is not None})
    return merge(
        [
            (start, max([end, *(until for since, until in shown if since < end < until)]))
            for start, end in spans
        ]
    )


def _voice_without(voice: Voice, spans: Spans, threshold: float) -> Voice:
    segments = tuple(
        Segment(start, end, s.emotion)
        for s in voice.segments
        for start, end in without(s.start, s.end, spans)
    )
    if segments == voice.segments:
        return voice
    return replace(
        voice,
        speech_seconds=round(sum(s.end - s.start for s in segments), 3),
        segments=segments,
        emotion=overall_of(segments, threshold=threshold),
    )


def _face_without(face: Face, spans: Spans, threshold: float) -> Face:
    people = []
    for person in face.people:
        kept = tuple(s for one in person.segments for s in _face_left(one, spans))
        if kept == person.segments:
            people.append(person)
        elif kept:
            first, last = kept[0].time, kept[-1].time
            fewer = replace(person, segments=kept, motion=None, first=first, last=last)
            people.append(_summed(fewer, threshold))
    if tuple(people) == face.people:
        return face
    return replace(face, people=tuple(people), emotion=_of_all(people, threshold))


def _face_left(face: FaceSegment, spans: Spans) -> list[FaceSegment]:
    """A face outside of the stretches; it ends where one begins."""
    if any(a <= face.time < b for a, b in spans):
        return []
    ends = [a for a, _ in spans if face.end is not None and face.time < a < face.end]
    return [replace(face, end=min(ends))] if ends else [face]


# --- summaries -----------------------------------------------------------------------------------


def _summed_up(result: Result, moments: tuple[Moment, ...]) -> Result:
    """The Result with other moments, and what is said of the whole by them."""
    emotion = emotion_of(moments, _thresholds(result, moments))
    result = replace(result, timeline=moments, emotion=emotion)
    if emotion is None:
        return replace(result, basis=None, affect=None, engagement=None)
    return replace(
        result,
        basis=basis(result),
        affect=affect_of(emotion, moments),
    )


def _threshold(result: Result, sense: str) -> float:
    """The smallest score of a sense that is certain.

    In a Result of an earlier release it is not written. There the lowest score that was called
    certain stands for it: it is never below.
    """
    used = result.models.get(sense)
    if used is not None and used.threshold is not None:
        return used.threshold
    part = result.parts.get(sense)
    return _lowest(r.emotion for r in (part.readings if part else ()))


def _thresholds(result: Result, moments: Sequence[Moment]) -> Mapping[str, float]:
    """The same for moments, by the senses that were read."""
    known = dict(result.thresholds or {})
    for key in {together(m.senses) for m in moments} - known.keys():
        known[key] = _lowest(m.emotion for m in result.timeline if together(m.senses) == key)
    return known


def _lowest(emotions: Iterable[Emotion]) -> float:
    return min((e.score for e in emotions if e.certain), default=UNREACHED)


# --- what a reader should know -------------------------------------------------------------------


def _noted(
    result: Result, work: _Work, edits: Sequence[Edit], *, measured: Emotion | None
) -> Result:
    """The Result with its edits, and notes on what they change; `measured` was its emotion."""
    remarks = list(result.notes)
    if result.emotion != measured:
        remarks = [note for note in remarks if note.code != "not_sure"]
        if result.emotion is not None and not result.emotion.certain:
            somewhere = any(moment.emotion.certain for moment in result.timeline)
            remarks.append(notes.not_sure(somewhere=somewhere))
    stretches = merge([(e.start, e.end) for e in work.excluded.values()])
    if stretches:
        seconds = sum(end - start for start, end in stretches)
        remarks.append(notes.excluded_by_hand(seconds, len(stretches)))
    people = result.face.people if result.face else ()
    neutral = [person.called for person in people if _by_hand(person)]
    if neutral:
        alone = ANALYSES[result.analysis].senses == ("face",)
        remarks.append(notes.neutral_by_hand(neutral, alone=alone))
    return replace(
        result,
        notes=tuple(remarks),
        edits=Edited(
            VERSION,
            tuple(plain(edit) for edit in edits),
            tuple(sorted(work.markers.values(), key=lambda m: m.time)),
            tuple(sorted(work.excluded.values(), key=lambda e: e.start)),
        ),
        unknown={k: v for k, v in result.unknown.items() if k not in _CHANGED},
    )


_CHANGED = ("face", "voice", "timeline", "affect", "notes")
"""Parts whose lists are others after an edit: what is unknown in them has no place any more."""
