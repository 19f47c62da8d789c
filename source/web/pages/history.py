"""This visitor's recordings: the list of them, and deleting them for good."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from source.core.errors import NotFound
from source.jobs import UNDO
from source.jobs.public import share
from source.store.job import Job
from source.views.units import duration
from source.web import work
from source.web.callers import caller
from source.web.headers import fragment_wanted, upload_by_script
from source.web.pages.blueprint import pages
from source.web.paths import own_path
from source.web.streams import stream

PAGE = 50
"""Jobs on one page of the history."""

LONGEST_NAME = 80
"""Longest name in a flashed message, in characters: the message is kept in the cookie."""


@pages.get("/history")
def history() -> ResponseReturnValue:
    """This visitor's own recordings, newest first."""
    return render_template("_history.html" if fragment_wanted() else "history.html", **_shown())


@pages.get("/history/events")
def history_events() -> ResponseReturnValue:
    """The list, sent whenever it changes, while something is under way."""

    def look() -> tuple[str, bool]:
        shown = _shown()
        return render_template("_history.html", **shown), not shown["busy"]

    return stream(look, who=caller().owner, turns=4)  # a long list takes some 15 ms to write


def _shown() -> dict[str, Any]:
    before = request.args.get("before") or None
    jobs = work.jobs().list(caller(), limit=PAGE + 1, before=before)
    more = jobs[PAGE - 1].id if len(jobs) > PAGE else None
    shown = jobs[:PAGE]
    return {
        "away": [] if before else work.jobs().away(caller()),
        "undo": duration(UNDO.total_seconds()),
        "jobs": shown,
        "more": more,
        "before": before,
        "shares": {j.id: share(j) for j in shown},
        "busy": any(j.state in ("waiting", "running") for j in shown),
        "pictured": {j.id for j in shown if j.kind == "image" and j.state == "done" and _shows(j)},
    }


def _shows(job: Job) -> bool:
    """Whether a browser can show a picture, or a copy of it."""
    try:
        return work.jobs().shown(job.id, caller(), 0).path is not None
    except NotFound:
        return False


@pages.get("/jobs/<job_id>/delete")
def ask_to_delete(job_id: str) -> ResponseReturnValue:
    """Ask before a recording is deleted, and whether at once."""
    job = work.jobs().get(job_id, caller())
    back = "result" if job.state == "done" else "job"
    return _ask(
        job=job,
        action=url_for("pages.delete", job_id=job_id),
        put_away=url_for("pages.put_away", job_id=job_id) if job.over else None,
        back=url_for(f"pages.{back}", job_id=job_id),
    )


@pages.post("/jobs/<job_id>/delete")
def delete(job_id: str) -> ResponseReturnValue:
    """Delete a job, its recording and its result."""
    job = work.jobs().get(job_id, caller())
    name = " + ".join(job.names)
    name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    work.jobs().delete(job_id, caller())
    current_app.extensions["drawn"].forget(job_id)
    flash(
        f"“{name}” was removed from the list."
        if job.state == "refused"
        else f"“{name}” and its results were deleted.",
        "info",
    )
    return redirect(url_for("pages.history"), 303)


@pages.post("/jobs/<job_id>/put-away")
def put_away(job_id: str) -> ResponseReturnValue:
    """Delete a job so that it can be undone for a moment."""
    if not work.jobs().put_away(job_id, caller()):
        flash("It was deleted and erased at once.", "info")
    current_app.extensions["drawn"].forget(job_id)
    return redirect(url_for("pages.history"), 303)


@pages.post("/history/put-away")
def put_all_away() -> ResponseReturnValue:
    """Delete everything of this visitor's so that it can be undone for a moment."""
    for job_id in work.jobs().put_all_away(caller()):
        current_app.extensions["drawn"].forget(job_id)
    return redirect(url_for("pages.history"), 303)


@pages.post("/history/put-back")
def put_back() -> ResponseReturnValue:
    """Undo a deletion, or every one that can still be undone."""
    back = work.jobs().put_back(caller(), request.form.get("job") or None)
    flash("It is back." if len(back) == 1 else f"{len(back)} recordings are back.", "info")
    return redirect(url_for("pages.history"), 303)


@pages.post("/history/erase")
def erase_away() -> ResponseReturnValue:
    """Erase now what could still be brought back."""
    work.jobs().erase_away(caller())
    flash("Everything you deleted has been erased.", "info")
    return redirect(url_for("pages.history"), 303)


@pages.get("/history/delete")
def ask_to_delete_all() -> ResponseReturnValue:
    """Ask before everything is deleted."""
    return _ask(
        job=None,
        action=url_for("pages.delete_all"),
        put_away=url_for("pages.put_all_away"),
        back=url_for("pages.history"),
    )


@pages.post("/history/delete")
def delete_all() -> ResponseReturnValue:
    """Delete everything of this visitor's."""
    for job_id in work.jobs().delete_all(caller()):
        current_app.extensions["drawn"].forget(job_id)
    flash("All your recordings and their results were deleted.", "info")
    return redirect(url_for("pages.history"), 303)


@pages.post("/refused/dismiss")
def dismiss() -> ResponseReturnValue:
    """Hide the notice about refused files on every page; the history still lists them."""
    work.jobs().dismiss(caller())
    if upload_by_script():
        return "", 204
    return redirect(own_path(request.form.get("back", "/")), 303)


def _ask(**values: Any) -> ResponseReturnValue:
    values["undo"] = duration(UNDO.total_seconds())
    return render_template("_ask.html" if fragment_wanted() else "ask.html", **values)
