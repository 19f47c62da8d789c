"""Work under way."""

from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from source.jobs import Job
from source.web import work
from source.web.headers import fragment_wanted
from source.web.pages import pages
from source.web.playing import playable_files
from source.web.security import visitor
from source.web.streams import stream

FUSING = 0.96
"""How full the bar is when everything has been read."""


def share(job: Job) -> float | None:
    """How much of a job is done, 0 to 1; None where that is not known."""
    progress = job.progress
    if job.state == "done" or progress.stage == "done":
        return 1.0
    if progress.stage in ("fusing", "drawing"):
        return FUSING
    if progress.stage == "reading" and progress.total:
        return min(FUSING, FUSING * progress.seconds / progress.total)
    return None if progress.stage == "reading" else 0.0


def _so_far(job: Job) -> float:
    """Seconds since a job was handed in, until it ended."""
    return max(0.0, ((job.ended or datetime.now(UTC)) - job.created).total_seconds())


@pages.get("/jobs/<job_id>")
def job(job_id: str) -> ResponseReturnValue:
    """How far a job is; leads to its result once it is done."""
    found = work.seen(job_id)
    if found.job.state == "done":
        return redirect(url_for("pages.result", job_id=job_id), 303)
    return render_template("job.html", media=playable_files(found), **_shown(found))


@pages.get("/jobs/<job_id>/progress")
def progress(job_id: str) -> ResponseReturnValue:
    """The part of the job page that changes."""
    found = work.seen(job_id)
    if not fragment_wanted():
        return redirect(url_for("pages.job", job_id=job_id), 303)
    return render_template("_job.html", **_shown(found))


@pages.get("/jobs/<job_id>/events")
def job_events(job_id: str) -> ResponseReturnValue:
    """The same part, sent whenever it changes."""
    work.seen(job_id)

    def look() -> tuple[str, bool]:
        found = work.seen(job_id)
        return render_template("_job.html", **_shown(found)), found.job.over

    return stream(look, who=visitor())


def _shown(found: work.Mine) -> dict[str, Any]:
    return {
        "job": found.job,
        "example": found.example,
        "share": share(found.job),
        "so_far": _so_far(found.job),
    }


@pages.post("/jobs/<job_id>/cancel")
def cancel(job_id: str) -> ResponseReturnValue:
    """Stop a job."""
    work.jobs().cancel(work.mine(job_id).id, visitor())
    return redirect(url_for("pages.job", job_id=job_id), 303)


@pages.post("/jobs/<job_id>/again")
def again(job_id: str) -> ResponseReturnValue:
    """Try the same recording again, with the same options."""
    new = work.again(work.mine(job_id))
    return redirect(url_for("pages.job", job_id=new.id), 303)
