"""A Result as predictions of the closed service: faces by person, a voice by utterance."""

from typing import Any

from source.core.emotions import Emotion
from source.core.errors import AverError
from source.core.older import route
from source.core.result import Face, FaceSegment, Result, Voice
from source.jobs import Job
from source.views import frames
from source.web.compat import sent
from source.web.compat.batch_file import described

UNKNOWN = "unknown"
"""The group of a voice: nobody tells apart who speaks."""


def predictions(job: Job) -> dict[str, Any]:
    """What one file of a batch gave, or in a sentence why it gave nothing."""
    name = job.names[0]
    found: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    try:
        result = sent.read(job).shown(route("batch_predictions").view)
        found.append({"file": name, "models": _models(result)})
    except AverError as error:
        if job.state == "done":  # the label view is wrong, or the Result cannot be read
            raise
        errors.append({"message": str(error), "file": name})
    return {
        "source": {"type": "file", **described(job, 0, digests=True)},
        "results": {"predictions": found, "errors": errors},
        "error": None,
    }


def _models(result: Result) -> dict[str, Any]:
    models: dict[str, Any] = {}
    if result.face is not None:
        models["face"] = _grouped(_faces(result, result.face))
    if result.voice is not None:
        models["prosody"] = _grouped(_utterances(result.voice))
    return models


def _grouped(groups: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Groups in which something was measured."""
    return {
        "metadata": None,
        "grouped_predictions": [
            {"id": name, "predictions": entries} for name, entries in groups.items() if entries
        ],
    }


def _faces(result: Result, face: Face) -> dict[str, list[dict[str, Any]]]:
    return {
        person.name or f"face_{person.id}": [
            _face(result, segment, segment.emotion)
            for segment in person.segments
            if segment.emotion is not None
        ]
        for person in face.people
    }


def _face(result: Result, face: FaceSegment, emotion: Emotion) -> dict[str, Any]:
    """One face in one picture; `prob` is null in a Result of an older release."""
    box = frames.pixels(result, face.box)
    return {
        "frame": frames.number(result, face.time),
        "time": face.time,
        "prob": face.quality.score,
        "box": dict(zip("xywh", box or (None,) * 4, strict=True)),
        "emotions": _emotions(emotion),
    }


def _utterances(voice: Voice) -> dict[str, list[dict[str, Any]]]:
    return {
        UNKNOWN: [
            {
                "text": None,
                "time": {"begin": segment.start, "end": segment.end},
                "confidence": None,
                "speaker_confidence": None,
                "emotions": _emotions(segment.emotion),
            }
            for segment in voice.segments
        ]
    }


def _emotions(emotion: Emotion) -> list[dict[str, Any]]:
    return [{"name": name, "score": score} for name, score in emotion.scores.items()]
