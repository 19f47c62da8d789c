"""The recordings that an address names, as rows of a batch: the caller's own, and done."""

from dataclasses import dataclass

from flask import current_app, request

from source.core.errors import AverError, BadRequest
from source.store.job import Job
from source.views import labels
from source.views.batch import Row
from source.web import work
from source.web.callers import caller
from source.web.edited import shown_result

MOST = 100
"""Recordings on one page: each is a Result that is read."""


@dataclass(frozen=True)
class Chosen:
    """Rows for the recordings that are done, and in sentences why others have none."""

    rows: list[Row]
    left_out: list[str]
    named: int
    """How many the address names."""


def view() -> str:
    """The label view that is asked for, else the one of the settings.

    Raises
    ------
    UnknownOption
        If there is no such view.
    """
    return labels.check(request.args.get("labels") or current_app.config["AVER"].text("LABELS"))


def chosen() -> Chosen:
    """The recordings named as ``job`` in the address, in that order; all done ones if none is.

    Raises
    ------
    NotFound
        If one is not there, or another caller's.
    BadRequest
        If there are more than `MOST`.
    """
    named = list(dict.fromkeys(request.values.getlist("job")))
    if len(named) > MOST:
        raise BadRequest(
            f"{len(named)} recordings were chosen; at most {MOST} are shown together.",
            hint="Choose fewer, or use the command line.",
        )
    mine = caller()
    jobs = [work.jobs().get(job_id, mine) for job_id in named] or _done()
    known = work.jobs().variables([job.id for job in jobs], mine)
    rows: list[Row] = []
    left_out: list[str] = []
    for job in jobs:
        try:
            read = shown_result(work.VisibleJob(job, mine)).result
        except AverError as error:
            left_out.append(f"“{name_of(job)}” is left out: {error}")
            continue
        rows.append(Row(job.id, name_of(job), read, view(), known.get(job.id, {})))
    return Chosen(rows, left_out, named=len(named))


def name_of(job: Job) -> str:
    """What the files of a job are called."""
    return " + ".join(job.names)


def _done() -> list[Job]:
    return [job for job in work.jobs().list(caller(), limit=MOST) if job.state == "done"]
