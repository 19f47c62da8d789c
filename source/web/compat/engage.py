"""The routes of EngageAi: each caller has its own last video, table and words."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue

from source.core.errors import NotFound
from source.core.names import kept_name, stem
from source.core.older import ENGAGEMENT, route
from source.core.result import Frames, Result
from source.jobs import Job, made_type
from source.views import exports
from source.views.charts.data import shares
from source.views.exports.as_drawing import found as drawn
from source.web import work
from source.web.callers import caller
from source.web.compat import sent
from source.web.naming import name_it
from source.web.sending import content_sent, file_sent

MARK = exports.EXPORTS["annotated"].needs_drawing
"""What the name of an annotated recording has behind that of the recording."""


def process() -> ResponseReturnValue:
    """Emotions and engagement of a video, and a copy of it with both drawn on it."""
    found = sent.analysed("auto", annotate=True)
    result = found.shown(route("process").view)
    frames = result.face.frames if result.face else None
    scores = result.engagement or {}
    return jsonify(
        status="success",
        frames_processed=frames.read if frames else None,
        face_detection_rate=_detection_rate(frames),
        emotion_distribution=_distribution(result),
        duration_seconds=result.source.seconds,
        engagement_scores={name: scores.get(name) for name in ENGAGEMENT},
        analytics_file=url_for("older.analytics"),
        processed_video=_address(found.job),
    )


def process_video() -> ResponseReturnValue:
    """The same, for a program that wants the annotated video alone."""
    job = sent.analysed("auto", annotate=True).job
    return jsonify(
        status="success",
        message="The video was processed.",
        job_id=job.id,
        download_url=_address(job),
    )


def download(name: str) -> ResponseReturnValue:
    """The annotated copy of one of the caller's recordings."""
    for job in _named(name):
        path = _annotated(job)
        if path is not None:
            answer = file_sent(path, made_type(path))
            name_it(answer, job.names[0], f"{MARK}{path.suffix}")
            return answer
    raise NotFound(f"There is no annotated recording “{name[:150]}”.")


def analytics() -> ResponseReturnValue:
    """Engagement over time of the caller's last analysis."""
    found = sent.newest()
    row = exports.EXPORTS["engagement.csv"]
    file = exports.exported(row.name, exports.Subject(found.result))
    answer = content_sent(file.content, row.format.media_type)
    name_it(answer, found.job.names[0], file.suffix)
    return answer


def content_analysis() -> ResponseReturnValue:
    """What was said in the caller's last analysis."""
    found = sent.newest()
    heard = any(one.audio for one in (found.result.source, *found.result.sources))
    said = _words(found.result)
    why = "The words of this recording were not read." if heard else "It has no audio track."
    return jsonify(
        timestamp=_seconds(found.result),
        video=found.job.names[0],
        has_audio=heard,
        transcription=said,
        message=None if said else why,
    )


def scholarly_results() -> ResponseReturnValue:
    """Resources for what was said in the caller's last analysis."""
    found = sent.newest()
    return jsonify(
        timestamp=_seconds(found.result), original_query=None, optimized_query=None, results=[]
    )


def _detection_rate(frames: Frames | None) -> float | None:
    """Per cent of the pictures that were read in which there was a face."""
    return _percent(frames.with_face / frames.read) if frames and frames.read else None


def _distribution(result: Result) -> dict[str, float]:
    """Per cent of the measured time that each label of the view leads."""
    led = {label: _percent(sure + unsure) for label, sure, unsure in shares(result)}
    labels = result.emotion.scores if result.emotion else ()
    return {label: led.get(label, 0.0) for label in labels}


def _percent(share: float) -> float:
    return round(100 * share, 2)


def _seconds(result: Result) -> float:
    """When the analysis was made, in seconds since 1970."""
    return datetime.fromisoformat(result.created).timestamp()


def _words(result: Result) -> Any:
    """The part of the Result that holds what was said; None while there is none."""
    return result.to_dict().get("words")


def _annotated(job: Job) -> Path | None:
    files, _ = work.jobs().drawings(job.id, caller())
    return drawn(MARK, files)


def _address(job: Job) -> str | None:
    path = _annotated(job)
    return url_for("older.download", name=f"{job.id}{path.suffix}") if path else None


def _named(name: str) -> Iterator[Job]:
    """The caller's jobs that a name stands for: that of the address, or of a kept file."""
    try:
        yield work.jobs().get(stem(name), caller())
    except NotFound:
        ending = f"{MARK}.{name.rpartition('.')[2]}"
        every = work.every_job(caller())
        yield from (job for job in every if kept_name(job.names[0], ending) == name)
