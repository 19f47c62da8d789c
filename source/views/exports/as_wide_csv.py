"""The wide table: one row for each face in each picture, in the column names of py-feat."""

from typing import IO

from source.core.emotions import Emotion
from source.core.result import FaceSegment, Person, Result
from source.views import frames
from source.views.exports.row import Subject
from source.views.exports.table import streamed
from source.views.units import clock

BOX = ("FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore")
POSE = ("Pitch", "Roll", "Yaw")
EMOTIONS = {
    "angry": "anger",
    "disgust": "disgust",
    "fearful": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprised": "surprise",
    "neutral": "neutral",
    "contempt": "contempt",
}
"""py-feat's word for each of ours, in its order; it has no contempt."""

BEHIND = ("input", "frame", "approx_time", "time", "Identity", "certain", "refused")


def wide_csv(subject: Subject) -> IO[bytes]:
    """Every face in the order of time, as py-feat's detector gives it.

    Boxes are in pixels of the upright picture. `FaceScore` is the score of the detection, which
    Results of older releases do not have. `frame` is the time times the mean frame rate, rounded.
    """
    result = subject.shown
    faces = [(f.time, p.id, p, f) for p in _people(result) for f in p.segments]
    faces.sort(key=lambda entry: entry[:2])
    labels = _labels([f.emotion for *_, f in faces if f.emotion])
    head = (*BOX, *POSE, *labels.values(), *BEHIND)
    return streamed(head, (_row(result, person, face, labels) for *_, person, face in faces))


def has_faces(result: Result) -> bool:
    """Whether a face was found."""
    return any(person.segments for person in _people(result))


def _people(result: Result) -> tuple[Person, ...]:
    return result.face.people if result.face else ()


def _labels(emotions: list[Emotion]) -> dict[str, str]:
    """The column of each label: py-feat's word; in another label view, that view's own."""
    own = dict.fromkeys(label for emotion in emotions for label in emotion.scores)
    ordered = [e for e in EMOTIONS if e in own] + [e for e in own if e not in EMOTIONS]
    return {label: EMOTIONS.get(label, label) for label in ordered}


def _row(
    result: Result, person: Person, face: FaceSegment, labels: dict[str, str]
) -> dict[str, object]:
    box: dict[str, object] = dict(zip(BOX, frames.pixels(result, face.box) or (), strict=False))
    emotion = face.emotion
    scores = {labels[e]: score for e, score in emotion.scores.items()} if emotion else {}
    return {
        **box,
        "FaceScore": face.quality.score,
        "Pitch": face.quality.pitch,
        "Roll": face.quality.roll,
        "Yaw": face.quality.yaw,
        **scores,
        "input": result.source.name,
        **_when(result, face),
        "Identity": person.called,
        "certain": emotion.certain if emotion else None,
        "refused": face.quality.refused,
    }


def _when(result: Result, face: FaceSegment) -> dict[str, object]:
    if result.source.kind == "image":
        return {"frame": 0}
    return {
        "frame": frames.number(result, face.time),
        "approx_time": clock(face.time),
        "time": face.time,
    }
