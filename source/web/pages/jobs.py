"""Work under way."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from source.jobs import Job
from source.jobs.public import share
from source.web import work
from source.web.callers import caller
from source.web.headers import fragment_wanted
from source.web.pages.blueprint import pages
from source.web.playing import playable_files
from source.web.streams import stream

QUIET = timedelta(seconds=30)
"""A worker says every five seconds that it works; after so long without a word none does."""


def _so_far(job: Job) -> float:
    """Seconds since a job was handed in, until it ended."""
    return max(0.0, ((job.ended or datetime.now(UTC)) - job.created).total_seconds())


def _is_unattended(job: Job) -> bool:
    """Whether a job is not done yet, and no worker has been there for a while to do it."""
    long_ago = datetime.now(UTC) - QUIET
    if job.over or job.created > long_ago:
        return False
    worker_seen = work.jobs().worker_seen()
    return worker_seen is None or worker_seen < long_ago


@pages.get("/jobs/<job_id>")
def job(job_id: str) -> ResponseReturnValue:
    """How far a job is; leads to its result once it is done."""
    visible = work.visible_job(job_id, caller(), what="job")
    if visible.job.state == "done":
        return redirect(url_for("pages.result", job_id=job_id), 303)
    return render_template("job.html", media=playable_files(visible), **_shown(visible))


@pages.get("/jobs/<job_id>/progress")
def progress(job_id: str) -> ResponseReturnValue:
    """The part of the job page that changes."""
    visible = work.visible_job(job_id, caller(), what="job")
    if not fragment_wanted():
        return redirect(url_for("pages.job", job_id=job_id), 303)
    return render_template("_job.html", **_shown(visible))


@pages.get("/jobs/<job_id>/events")
def job_events(job_id: str) -> ResponseReturnValue:
    """The same part, sent whenever it changes."""
    work.visible_job(job_id, caller(), what="job")

    def look() -> tuple[str, bool]:
        visible = work.visible_job(job_id, caller(), what="job")
        return render_template("_job.html", **_shown(visible)), visible.job.over

    return stream(look, who=caller().owner)


def _shown(visible: work.VisibleJob) -> dict[str, Any]:
    return {
        "job": visible.job,
        "example": visible.example,
        "share": share(visible.job),
        "so_far": _so_far(visible.job),
        "ahead": work.jobs().ahead(visible.job),
        "unattended": _is_unattended(visible.job),
    }


@pages.post("/jobs/<job_id>/cancel")
def cancel(job_id: str) -> ResponseReturnValue:
    """Stop a job."""
    work.jobs().cancel(job_id, caller())
    return redirect(url_for("pages.job", job_id=job_id), 303)


@pages.post("/jobs/<job_id>/again")
def again(job_id: str) -> ResponseReturnValue:
    """Try the same recording again, with the same options."""
    new = work.jobs().again(job_id, caller())
    return redirect(url_for("pages.job", job_id=new.id), 303)
