"""Corrections of a result: people, markers, exclusions, neutral expressions, undo."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue

from source.core.edited import applied
from source.core.edits import Edits
from source.core.errors import BadRequest, ImpossibleEdit, TooLarge
from source.web.api.answers import sent
from source.web.api.blueprint import api
from source.web.api.operation import JSON, Answer, Asked
from source.web.api.results import READING
from source.web.api.schemas import EDIT, Corrections, corrections, json_of, read_edit
from source.web.callers import caller
from source.web.work import jobs

TAG = "Corrections"

LONGEST = 64_000
"""Bytes of a change."""

NOW = (Answer("All corrections, and what they lead to.", json_of(Corrections)),)
CHANGING = (*READING, ImpossibleEdit)


@api.operation("GET", "/results/<job_id>/edits", tag=TAG, answers=NOW, errors=READING)
def get_edits(asked: Asked, job_id: str) -> ResponseReturnValue:
    """List the corrections of a result, its people, markers and excluded stretches."""
    return _shown(job_id, jobs().edits(job_id, caller()))


@api.operation(
    "POST",
    "/results/<job_id>/edits",
    tag=TAG,
    body={JSON: EDIT},
    answers=NOW,
    errors=(*CHANGING, BadRequest),
)
def add_edit(asked: Asked, job_id: str) -> ResponseReturnValue:
    """Make one correction.

    `rename`, `merge` and `split` change people, `mark` and `exclude` the time line, `neutral` says
    where a face is at rest, and `remove` takes back a mark, an exclusion or a neutral stretch.
    Every answer of the result shows the corrections from then on; what was measured is kept.
    """
    if request.mimetype not in (JSON, ""):
        raise BadRequest(f"A change is sent as {JSON}.", hint=f"Set Content-Type to {JSON}.")
    size = request.content_length or 0
    if size > LONGEST:
        raise TooLarge(
            f"The change has {size:,} bytes; the limit is {LONGEST:,}.", hint="Shorten its note."
        )
    request.max_content_length = LONGEST  # also of what comes without a length
    body = request.get_data()
    try:
        change = read_edit(body)
    except ValueError as error:
        raise BadRequest(f"This is no change: {str(error).rstrip('.')}.") from None
    return _change(job_id, lambda edits: edits.add(change))


@api.operation("POST", "/results/<job_id>/edits/undo", tag=TAG, answers=NOW, errors=CHANGING)
def undo_edit(asked: Asked, job_id: str) -> ResponseReturnValue:
    """Undo the last correction; nothing happens if there is none."""
    return _change(job_id, Edits.undo)


@api.operation("POST", "/results/<job_id>/edits/redo", tag=TAG, answers=NOW, errors=CHANGING)
def redo_edit(asked: Asked, job_id: str) -> ResponseReturnValue:
    """Make the correction again that was undone last; nothing happens if there is none."""
    return _change(job_id, Edits.redo)


def _change(job_id: str, change: Callable[[Edits], Edits]) -> ResponseReturnValue:
    return _shown(job_id, jobs().edit(job_id, caller(), change))


def _shown(job_id: str, edits: Edits) -> ResponseReturnValue:
    measured = jobs().result(job_id, caller())
    return sent(corrections(applied(measured, edits.done), edits))
