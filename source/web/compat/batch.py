"""The batch routes of Hume's Expression Measurement API, which closed on 14 June 2026."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue

from source.core.analyses import ANALYSES
from source.core.errors import AverError, NoFile, NotReady, TooLarge, UnknownOption
from source.core.ranges import Range
from source.jobs import Job
from source.web import work
from source.web.callers import caller, digest
from source.web.compat import sent
from source.web.compat.batch_asked import MODELS, Asked
from source.web.compat.batch_file import described
from source.web.compat.batch_predictions import predictions
from source.web.errors import none_taken

PART = "."
"""What stands between the names of our jobs in that of a batch: each is one file of it."""

STATUS = {"waiting": "QUEUED", "running": "IN_PROGRESS", "done": "COMPLETED"}
"""The status of each state of a job; of all others it is `FAILED`."""

FAILED = "FAILED"
STATUSES = (*STATUS.values(), FAILED)
SORTED_BY = ("created", "started", "ended")


def start() -> ResponseReturnValue:
    """Take the files of a batch in, each as a job of its own."""
    asked = Asked.read(request)
    files = asked.files
    if not files:
        raise NoFile(hint="Send at least one: -F file=@clip.mp4.")
    most = int(current_app.config["AVER"].number("MAX_FILES"))
    if len(files) > most:
        raise TooLarge.number(len(files), most)
    jobs: list[str] = []
    refused: list[tuple[str, AverError]] = []
    for name, stream in files:
        try:
            job = sent.submitted(asked.senses, [(name, stream)], **asked.options)
            jobs.append(job.id)
        except AverError as error:
            refused.append((name, error))
    if not jobs:
        raise none_taken(refused)
    return jsonify(job_id=PART.join([*jobs, *_written_down(refused, asked)]))


def jobs() -> ResponseReturnValue:
    """The caller's jobs, newest first unless the address asks for another order."""
    limit = Range("limit", 1, 1000, whole=True).check(request.args.get("limit") or "50")
    statuses = set(request.args.getlist("status")) or set(STATUSES)
    for status in statuses:
        _check("status", status, STATUSES)
    by = _check("sort_by", request.args.get("sort_by") or "created", SORTED_BY)
    way = _check("direction", request.args.get("direction") or "desc", ("asc", "desc"))
    every = work.every_job(caller())
    found = [job for job in every if _status([job]) in statuses and _is_in_time(job)]
    found.sort(key=lambda job: (getattr(job, by) or job.created, job.id), reverse=way == "desc")
    return jsonify([_written([job], digests=False) for job in found[: int(limit)]])


def job(job_id: str) -> ResponseReturnValue:
    """How far one batch is."""
    return jsonify(_written(_of(job_id), digests=True))


def job_predictions(job_id: str) -> ResponseReturnValue:
    """What was measured in each file of a batch that is over."""
    batch = _of(job_id)
    if not all(one.over for one in batch):
        raise NotReady("The job is not over yet.", hint="Ask for its state until it is COMPLETED.")
    return jsonify([predictions(one) for one in batch])


def _of(job_id: str) -> list[Job]:
    """Our jobs of a batch; raises `NotFound` where one is not there or another caller's."""
    return [work.jobs().get(name, caller()) for name in dict.fromkeys(job_id.split(PART))]


def _written_down(refused: list[tuple[str, AverError]], asked: Asked) -> list[str]:
    """Keep why files were refused, so that the predictions can say so; the names of these jobs."""
    if not refused:
        return []
    known = {job.id for job in work.jobs().unread(caller())}
    analysis = sent.ANALYSES_OF[asked.senses][0]
    work.jobs().refuse(refused, sent.options(analysis, **asked.options), caller())
    return [job.id for job in work.jobs().unread(caller()) if job.id not in known]


def _written(batch: Sequence[Job], *, digests: bool) -> dict[str, Any]:
    first = batch[0]
    senses = ANALYSES[first.analysis].senses
    return {
        "type": "INFERENCE",
        "job_id": PART.join(job.id for job in batch),
        "user_id": digest(caller().owner)[:32],
        "request": {
            "callback_url": None,
            "files": [
                described(job, index, digests=digests)
                for job in batch
                for index in range(len(job.names))
            ],
            "models": {name: MODELS[name].config(first.options) for name in MODELS
                       if MODELS[name].sense in senses},
            "notify": False,
            "text": [],
            "urls": [],
        },
        "state": _state(batch),
    }  # fmt: skip


def _state(batch: Sequence[Job]) -> dict[str, Any]:
    over = all(job.over for job in batch)
    errors = [job.error["message"] for job in batch if job.error]
    return {
        "status": _status(batch),
        "created_timestamp_ms": _ms(min(job.created for job in batch)),
        "started_timestamp_ms": _ms(min((j.started for j in batch if j.started), default=None)),
        "ended_timestamp_ms": _ms(max(j.ended or j.created for j in batch) if over else None),
        "num_predictions": sum(job.state == "done" for job in batch),
        "num_errors": sum(job.over and job.state != "done" for job in batch),
        "message": errors[0] if errors else None,
    }


def _status(batch: Sequence[Job]) -> str:
    all_of = {STATUS.get(job.state, FAILED) for job in batch}
    if len(all_of) == 1:
        return all_of.pop()
    return "COMPLETED" if all(job.over for job in batch) else "IN_PROGRESS"


def _is_in_time(job: Job) -> bool:
    when = request.args.get("when")
    if not when:
        return True
    _check("when", when, ("created_before", "created_after"))
    now = _ms(datetime.now(job.created.tzinfo))
    text = request.args.get("timestamp_ms") or str(now)
    moment = Range("timestamp_ms", 0, 1e15, "milliseconds").check(text)
    created = _ms(job.created) or 0
    return bool(created < moment if when == "created_before" else created > moment)


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _check(what: str, value: str, valid: tuple[str, ...]) -> str:
    if value not in valid:
        raise UnknownOption(what, value, valid)
    return value
