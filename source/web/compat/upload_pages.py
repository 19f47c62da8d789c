"""The four upload pages as A-V-E-R's programs use them, and its results by file name."""

from typing import Any

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from source.core.emotions import Emotion
from source.core.older import route
from source.core.result import Result
from source.views import frames, labels
from source.web import work
from source.web.accept import result_as_json, wants_json
from source.web.callers import caller
from source.web.compat import sent
from source.web.edited import shown_result

VIEW = route("image_analysis").view


def answer(analysis: str) -> ResponseReturnValue:
    """What a program gets that sends a file to one of the four pages."""
    try:
        return jsonify(of_kind(sent.analysed(analysis)))
    except sent.Pending as waiting:
        return sent.pending(waiting)


def get_analysis_result(stem: str) -> ResponseReturnValue:
    """The newest analysis of a file of that name, in the form of its kind."""
    return jsonify(of_kind(sent.read(work.jobs().find(stem, caller()))))


def analysis(file_name: str) -> ResponseReturnValue:
    """The newest result of a file of that name of this caller's: JSON, or its page for HTML."""
    view = labels.check(request.args.get("labels") or route("analysis").view)
    job = work.jobs().find(file_name, caller())
    if not wants_json():
        chosen = None if view == "native" else view
        return redirect(url_for("pages.result", job_id=job.id, labels=chosen), 303)
    return result_as_json(shown_result(work.VisibleJob(job, caller())).result, view)


def of_kind(found: sent.Done) -> Any:
    """A Result in the form that A-V-E-R gives such an analysis."""
    result = found.shown(VIEW)
    if result.analysis == "image":
        return _face(result.emotion)
    if result.analysis == "audio":
        return _voice(result)
    if result.analysis == "video":
        return _frames(result)
    return {"audio_analysis": _voice(result), "video_analysis": _frames(result)}


def _face(emotion: Emotion | None) -> dict[str, Any]:
    return {
        "emotion": emotion.label if emotion else None,
        "probabilities": emotion.scores if emotion else None,
    }


def _voice(result: Result) -> dict[str, Any]:
    heard = result.voice.emotion if result.voice else None
    return {
        "emotion": heard.label if heard else None,
        "probability": heard.score if heard else None,
        "probabilities": heard.scores if heard else None,
    }


def _frames(result: Result) -> list[dict[str, Any]]:
    """One entry for each face that was read, in the order of time."""
    people = result.face.people if result.face else ()
    faces = [
        (face.time, person.id, face.emotion)
        for person in people
        for face in person.segments
        if face.emotion is not None
    ]
    faces.sort(key=lambda entry: entry[:2])
    return [{"frame": frames.number(result, time), **_face(emotion)} for time, _, emotion in faces]
