"""Routes of older systems, answered as they answered."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from source.views import labels
from source.web import work
from source.web.accept import ProgramBlueprint, result_as_json, wants_json
from source.web.callers import caller
from source.web.edited import shown_result

compat = ProgramBlueprint("compat", __name__)


@compat.get("/analysis/<file_name>")
def analysis(file_name: str) -> ResponseReturnValue:
    """The newest result of a file of that name of this caller's: JSON, or its page for HTML."""
    view = labels.check(request.args.get("labels") or "native")
    job = work.jobs().find(file_name, caller())
    if not wants_json():
        chosen = None if view == "native" else view
        return redirect(url_for("pages.result", job_id=job.id, labels=chosen), 303)
    return result_as_json(shown_result(work.VisibleJob(job, caller())).result, view)
