"""Work under way, and the history of it."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from source.jobs import Job
from source.web import work
from source.web.headers import fragment_wanted
from source.web.pages import pages
from source.web.playing import playable_files
from source.web.security import visitor

PAGE = 50
"""Jobs on one page of the history."""

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


def _shown(found: work.Mine) -> dict[str, Any]:
    return {
        "job": found.job, "example": found.example, "share": share(found.job),
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


@pages.post("/jobs/<job_id>/delete")
def delete(job_id: str) -> ResponseReturnValue:
    """Delete a job, its recording and its result."""
    name = " + ".join(work.mine(job_id).names)
    work.jobs().delete(job_id, visitor())
    current_app.extensions["drawn"].forget(job_id)
    flash(f"“{name}” and everything found in it were deleted.", "info")
    return redirect(url_for("pages.history"), 303)


@pages.get("/history")
def history() -> ResponseReturnValue:
    """This visitor's own recordings, newest first."""
    before = request.args.get("before") or None
    found = work.jobs().list(visitor(), limit=PAGE + 1, before=before)
    more = found[PAGE - 1].id if len(found) > PAGE else None
    shown = found[:PAGE]
    values = {
        "jobs": shown, "more": more, "before": before, "shares": {j.id: share(j) for j in shown},
        "busy": any(j.state in ("waiting", "running") for j in shown),
    }
    return render_template("_history.html" if fragment_wanted() else "history.html", **values)
