"""From what a program sent to the Result of it: handed in, waited for, read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from flask import current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from source.core.errors import BadRequest, NotFound, WrongKind
from source.core.options import Options
from source.core.result import Result
from source.jobs import Job
from source.views import labels
from source.web import own, purpose, upload, work
from source.web.callers import caller
from source.web.edited import shown_result
from source.web.waiting import wait_for

Files = list[tuple[str, BinaryIO]]

ANALYSES_OF = {
    ("voice", "face"): ("auto",),
    ("voice",): ("audio",),
    ("face",): ("video", "image"),
}
"""What may be asked for to read these senses: the first that takes the recording is done."""


class Pending(Exception):  # noqa: N818  (it is no error: the analysis goes on)
    """An analysis that was not over when its request had to be answered."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.id)
        self.job = job


@dataclass(frozen=True)
class Done:
    """A job that is done, and its Result with what its owner changed."""

    job: Job
    result: Result

    def shown(self, view: str) -> Result:
        """The Result in a label view, else in the one that ``?labels=`` asks for.

        Raises
        ------
        UnknownOption
            If there is no such view.
        """
        return labels.relabelled(self.result, request.args.get("labels") or view)


def files() -> Files:
    """Every file of the form, whatever its field is called, in the order of the form."""
    sent = request.files.items(multi=True)
    return [(file.filename or "", cast(BinaryIO, file.stream)) for _, file in sent]


def options(analysis: str, **values: Any) -> Options:
    """The options that the form asks for and these values, the rest from the settings.

    Raises
    ------
    OutOfRange, UnknownOption, BadRequest
        For a value that an option does not take, and for a label view that there is not: before
        anything is analysed.
    """
    labels.check(request.args.get("labels") or "native")
    asked = upload.options(request.form, analysis, own.settings())
    return replace(asked, **{"purpose": purpose.given(request.form), **values})


def submitted(senses: Sequence[str], sent: Files, **values: Any) -> Job:
    """Hand one recording, or a pair, in to have these senses read.

    Raises what `Jobs.submit` raises.
    """
    *others, last = ANALYSES_OF[tuple(senses)]
    for analysis in others:
        try:
            return work.jobs().submit(sent, options(analysis, **values), caller())
        except WrongKind:
            for _, stream in sent:
                stream.seek(0)
    return work.jobs().submit(sent, options(last, **values), caller())


def done(job: Job) -> Done:
    """Wait for a job.

    Raises
    ------
    Pending
        If it is not over in time.
    AverError
        What it failed with.
    """
    settings = current_app.config["AVER"]
    job = wait_for(job.id, caller(), seconds=settings.number("PROGRAM_WAIT"))
    if not job.over:
        raise Pending(job)
    return read(job)


def read(job: Job) -> Done:
    """The Result of a job that is over.

    Raises
    ------
    AverError
        What it failed with.
    """
    return Done(job, shown_result(work.VisibleJob(job, caller())).result)


def analysed(analysis: str, **values: Any) -> Done:
    """Hand in what the form brought, and wait for it.

    Raises
    ------
    Pending
        If it is not over in time.
    AverError
        If it cannot be analysed.
    """
    return done(work.jobs().submit(files(), options(analysis, **values), caller()))


def newest() -> Done:
    """The caller's newest analysis that is done.

    Raises
    ------
    NotFound
        If there is none.
    """
    for job in work.every_job(caller()):
        if job.state == "done":
            return read(job)
    raise NotFound(
        "Nothing has been analysed.",
        hint="Send a recording first, and send the cookie of that answer, or your token, along.",
    )


def switch(form: Mapping[str, str], name: str, *, default: bool) -> bool:
    """A field that says yes or no.

    Raises
    ------
    BadRequest
        If it says neither.
    """
    from source.settings import SWITCH

    text = form.get(name, "").strip().lower()
    if not text:
        return default
    if text not in SWITCH:
        raise BadRequest(f"The field {name} is “{text[:40]}”.", hint="Send true or false.")
    return SWITCH[text]


def pending(waiting: Pending) -> ResponseReturnValue:
    """The answer where an analysis takes longer than a request may."""
    job = waiting.job
    place = url_for("pages.job", job_id=job.id)
    body = {
        "status": "processing",
        "message": "The analysis is still going on. Ask for the result later, with the cookie of "
        "this answer or with your token.",
        "job_id": job.id,
        "job": place,
        "result": url_for("pages.result", job_id=job.id),
    }
    return jsonify(body), 202, {"Location": place, "Retry-After": "5"}
