"""The upload pages, and taking what they send."""

from dataclasses import replace
from typing import BinaryIO, cast

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from source.core.analyses import ANALYSES
from source.core.baseline import two_baselines
from source.core.errors import AverError, NoFile
from source.core.options import OPTIONS
from source.web import own, purpose, upload, work
from source.web.accept import by_program
from source.web.callers import caller
from source.web.compat import upload_pages
from source.web.errors import none_taken
from source.web.headers import upload_by_script
from source.web.pages.blueprint import pages
from source.web.pressure import takes_recordings


@takes_recordings
def _page(kind: upload.UploadPage) -> ResponseReturnValue:
    if request.method == "POST":
        if by_program():
            return upload_pages.answer(kind.name)
        return _take(kind.name, again=kind)
    return _form(kind)


def _form(kind: upload.UploadPage, error: AverError | None = None) -> ResponseReturnValue:
    settings = own.settings()
    page = render_template(
        "upload.html",
        kind=kind,
        kinds=upload.PAGES.values(),
        error=error,
        preset=settings.options(),
        **purpose.words(),
    )
    return page, error.status if error else 200


def _take(analysis: str, *, again: upload.UploadPage | None) -> ResponseReturnValue:
    """Hand the files in; refused ones are written down with why, the others go on."""
    settings = own.settings()
    try:
        options = upload.options(request.form, analysis, settings)
        options = replace(options, purpose=purpose.given(request.form))
        files = [
            (f.filename or "", cast(BinaryIO, f.stream)) for f in request.files.getlist("files")
        ]
        files = [(name, stream) for name, stream in files if name]
        if not files:
            raise NoFile()
        baseline = _baseline(analysis)
        left_out = upload.left_out(request.form.getlist("left_out"), settings)
        jobs, refused = work.jobs().submit_each(files, options, caller(), baseline=baseline)
        if left_out:
            work.jobs().refuse(left_out, options, caller())
        refused = [*refused, *left_out]
        if not jobs:
            raise none_taken(refused)
        purpose.remember(options.purpose)
    except AverError as error:
        if upload_by_script() or again is None:
            raise
        return _form(again, error)
    written = {job.names[0] for job in work.jobs().unread(caller())} if refused else set()
    for name, problem in refused:
        if name not in written:  # every page tells what was written down, until it is dismissed
            flash(str(problem), "error")
    if len(jobs) == 1:
        place = url_for("pages.job", job_id=jobs[0].id)
    else:
        flash(f"{len(jobs)} recordings were received.", "info")
        place = url_for("pages.history")
    return jsonify(location=place) if upload_by_script() else redirect(place, 303)


def _baseline(analysis: str) -> tuple[str, BinaryIO] | None:
    """The recording of the speaker's normal voice that was sent along, where it has an effect.

    Raises
    ------
    BadRequest
        If the field for a baseline is filled in, too.
    """
    sent = request.files.get("baseline_file")
    if sent is None or not sent.filename or not OPTIONS["baseline"].suits(ANALYSES[analysis]):
        return None
    if text := request.form.get("baseline", "").strip():
        raise two_baselines(text, sent.filename)
    return sent.filename, cast(BinaryIO, sent.stream)


@pages.post("/analyse")
@takes_recordings
def analyse() -> ResponseReturnValue:
    """Take anything; the kind is found from the content. A picture and a sound may be a pair."""
    pair = request.form.get("pair") == "yes" and len(request.files.getlist("files")) == 2
    return _take("combined" if pair else "auto", again=None)


@pages.get("/analyse")
def analyse_form() -> ResponseReturnValue:
    """Somebody reloaded the address of the form: home has it."""
    return redirect(url_for("pages.home"), 303)


for _kind in upload.PAGES.values():
    pages.add_url_rule(
        _kind.path,
        endpoint=f"upload_{_kind.name}",
        view_func=_page,
        defaults={"kind": _kind},
        methods=["GET", "POST"],
    )
