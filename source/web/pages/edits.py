"""What a person changes in a result: one form for each kind of change, undo and redo."""

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from source.core.edits import (
    Edit,
    Edits,
    Exclude,
    Mark,
    Merge,
    Neutral,
    Remove,
    Rename,
    Split,
)
from source.core.errors import BadRequest, ImpossibleEdit
from source.core.figures import shortened
from source.core.when import When
from source.web import work
from source.web.callers import caller
from source.web.edited import shown_result
from source.web.headers import fragment_wanted
from source.web.pages.blueprint import pages
from source.web.pages.results import view

Form = Mapping[str, str]


def _time(form: Form, name: str) -> float:
    return When().check(form.get(name, ""))


def _number(form: Form, name: str) -> int:
    text = form.get(name, "")
    if not text.isdecimal() or len(text) > 9:
        raise BadRequest(f"“{shortened(text)}” is no number of a {name}.", hint="Choose one.")
    return int(text)


READ: dict[str, Callable[[Form], Edit]] = {
    Rename.kind: lambda form: Rename(_number(form, "person"), form.get("name", "")),
    Merge.kind: lambda form: Merge(_number(form, "person"), _number(form, "into")),
    Split.kind: lambda form: Split(_number(form, "person"), _time(form, "at")),
    Mark.kind: lambda form: Mark(_time(form, "at"), form.get("note", "")),
    Exclude.kind: lambda form: Exclude(
        _time(form, "start"), _time(form, "end"), form.get("note", "")
    ),
    Neutral.kind: lambda form: Neutral(
        _number(form, "person"), _time(form, "start"), _time(form, "end")
    ),
    Remove.kind: lambda form: Remove(_number(form, "edit")),
}
"""How the form of each kind of change is read."""


@pages.post("/results/<job_id>/edits")
def edit(job_id: str) -> ResponseReturnValue:
    """Make one change."""

    def add(edits: Edits) -> Edits:
        kind = request.form.get("kind", "")
        if kind not in READ:
            raise ImpossibleEdit(f"There is no change “{shortened(kind)}”.")
        if kind not in (Mark.kind, Exclude.kind):  # these mean the same whatever was changed before
            _as_seen(edits)
        return edits.add(READ[kind](request.form))

    return _change(job_id, add)


@pages.post("/results/<job_id>/edits/undo")
def undo(job_id: str) -> ResponseReturnValue:
    """Undo the last change."""
    return _change(job_id, lambda edits: _as_seen(edits).undo())


@pages.post("/results/<job_id>/edits/redo")
def redo(job_id: str) -> ResponseReturnValue:
    """Make the change again that was undone last."""
    return _change(job_id, lambda edits: _as_seen(edits).redo())


def _as_seen(edits: Edits) -> Edits:
    """The edits, if they are those that the page with the form showed.

    Raises
    ------
    ImpossibleEdit
        If another page changed them meanwhile: then “undo”, or “person 2”, means something else.
    """
    seen = request.form.get("seen")
    if seen and seen != edits.stamp:
        raise ImpossibleEdit(
            "The result was changed on another page meanwhile.",
            hint="Nothing was changed now. Look at it as it is (reload the page), then try again.",
        )
    return edits


def _change(job_id: str, change: Callable[[Edits], Edits]) -> ResponseReturnValue:
    """Change a result of this caller; our script gets the section anew, a form the page."""
    labels = view()
    try:
        work.jobs().edit(job_id, caller(), change)
    except BadRequest as error:
        if fragment_wanted():
            return {"error": str(error)}, error.status
        flash(str(error), "error")
    if fragment_wanted():
        visible = work.visible_job(job_id, caller())
        return render_template(
            "result/_work.html",
            job=visible.job,
            example=False,
            view=labels,
            edited=shown_result(visible),
        )
    words = None if labels == "native" else labels
    return redirect(url_for("pages.result", job_id=job_id, labels=words, _anchor="work"), 303)
