"""The long table: one row for each moment, sense and person, and for what was marked by hand."""

from collections.abc import Iterator
from itertools import chain
from typing import IO

from source.core.emotions import Emotion
from source.core.result import AffectPoint, Face, FaceSegment, Result
from source.views.exports.row import Subject
from source.views.exports.series import MOOD, OF_MOMENT
from source.views.exports.table import streamed
from source.views.exports.tiers import TOGETHER, excluded, marked, mood

WHERE = ("recording", "sense", "person", "start", "end", "emotion", "score", "certain")
ABOUT = ("senses", *OF_MOMENT, *MOOD)
FACE_COLUMNS = ("left", "top", "width", "height", "size", "blur", "light", "refused", "doubt")
POSE = ("yaw", "pitch", "roll")
NOTE = "note"

MARKER, EXCLUDED = "marker", "excluded"
"""What stands in place of the sense in the rows of what was marked and left out by hand."""

Row = dict[str, object]


def long_csv(subject: Subject) -> IO[bytes]:
    """Every reading: combined moments, utterances, and each face in each picture.

    A face that was refused has a row with the reason and no emotion. `start` and `end` are
    empty in a still picture. Scores stand in one column an emotion, empty for an emotion that
    the sense does not know. Markers and excluded stretches are rows of their own, with the note.
    """
    result = subject.shown
    scores = dict.fromkeys(name for _, e in _rows(result) if e for name in e.scores)
    rows = chain(_rows(result), ((row, None) for row in _by_hand(result)))
    columns = {name: f"score_{name}" for name in scores}
    head = (*WHERE, *columns.values(), *ABOUT, *FACE_COLUMNS, *POSE, NOTE)
    return streamed(
        head,
        (
            row | ({columns[name]: score for name, score in e.scores.items()} if e else {})
            for row, e in rows
        ),
    )


def has_readings(result: Result) -> bool:
    """Whether there is a row to write."""
    return next(_rows(result), None) is not None or bool(_by_hand(result))


def _rows(result: Result) -> Iterator[tuple[Row, Emotion | None]]:
    name = result.source.name
    path = result.affect.path if result.affect else ()
    for moment in result.timeline:
        yield (
            {
                **_where(name, TOGETHER, "", moment.start, moment.end, moment.emotion),
                "senses": " ".join(moment.senses),
                "agreement": moment.agreement,
                "anomaly": moment.anomaly,
                **_affect(mood(path, moment)),
            },
            moment.emotion,
        )
    for sense, part in result.parts.items():
        if isinstance(part, Face):
            for person in part.people:
                for face in person.segments:
                    yield _face(name, sense, person.called, face, result), face.emotion
        else:
            for s in part.segments:
                yield _where(name, sense, "", s.start, s.end, s.emotion), s.emotion


def _by_hand(result: Result) -> list[Row]:
    """Markers, which have no length, and excluded stretches."""
    name = result.source.name
    stretches = [(MARKER, time, time, note) for time, note in marked(result)]
    stretches += [(EXCLUDED, start, end, note) for start, end, note in excluded(result)]
    return [
        {"recording": name, "sense": sense, "start": start, "end": end, NOTE: note}
        for sense, start, end, note in stretches
    ]


def _where(
    name: str, sense: str, person: str, start: float, end: float | None, emotion: Emotion
) -> Row:
    return {
        "recording": name,
        "sense": sense,
        "person": person,
        "start": start,
        "end": end,
        "emotion": emotion.label,
        "score": emotion.score,
        "certain": emotion.certain,
    }


def _affect(point: AffectPoint | None) -> Row:
    return {name: getattr(point, name) for name in MOOD} if point is not None else {}


def _face(name: str, sense: str, person: str, face: FaceSegment, result: Result) -> Row:
    still = result.source.kind == "image"
    quality = face.quality
    read = face.emotion
    return {
        "recording": name,
        "sense": sense,
        "person": person,
        "start": None if still else face.time,
        "end": None if still else face.end,
        "emotion": read.label if read else None,
        "score": read.score if read else None,
        "certain": read.certain if read else None,
        **dict(zip(FACE_COLUMNS, face.box, strict=False)),
        **{key: getattr(quality, key) for key in (*FACE_COLUMNS[4:], *POSE)},
    }
