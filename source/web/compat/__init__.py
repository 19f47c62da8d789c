"""Routes of older systems, answered as they answered."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from source.views import labels
from source.web import work
from source.web.accept import result_as_json, wants_json
from source.web.security import visitor

compat = Blueprint("compat", __name__)


@compat.get("/analysis/<file_name>")
def analysis(file_name: str) -> ResponseReturnValue:
    """The newest result of a file of that name in this session: JSON, or its page for HTML."""
    view = labels.check(request.args.get("labels") or "native")
    job = work.jobs().find(file_name, visitor())
    if not wants_json(default=True):
        chosen = None if view == "native" else view
        return redirect(url_for("pages.result", job_id=job.id, labels=chosen), 303)
    return result_as_json(work.jobs().result(job.id, visitor()), view)
