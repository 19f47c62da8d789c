"""What was drawn beside a result: annotated recordings, pictures of where it looked."""

import re
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from source.core.analyses import ANALYSES
from source.core.errors import BadRequest, NotFound
from source.core.options import NO_FACES_READ, drawing_options
from source.jobs import made_type
from source.views.units import clock
from source.web import upload, work
from source.web.callers import caller
from source.web.naming import name_it
from source.web.pages.blueprint import pages
from source.web.sending import file_sent


def drawn(visible: work.VisibleJob) -> dict[str, Any]:
    """A job's drawings for its page: copies, where it looked, what is missing, and the files."""
    files, missing = work.jobs().drawings(visible.job.id, visible.owner)
    shown: dict[str, Any] = {"copies": [], "explained": [], "missing": missing, "files": files}
    for file in files:
        address = url_for("pages.drawing", job_id=visible.job.id, name=file.name)
        entry: dict[str, Any] = {
            "url": address,
            "download": f"{address}?download=1",
            "sort": "video" if file.suffix in (".mp4", ".webm") else "image",
        }
        if re.search(r"_(annotated|subtitled)$", file.stem):
            shown["copies"].append({**entry, "subtitles": file.stem.endswith("_subtitled")})
        else:
            second = re.search(r"_([\d.]+)\.png$", file.name)
            entry["at"] = clock(float(second[1])) if second else ""
            entry["second"] = float(second[1]) if second else 0.0
            shown["explained"].append(entry)
    shown["explained"].sort(key=lambda e: e["second"])
    return shown


@pages.get("/results/<job_id>/drawings/<name>")
def drawing(job_id: str, name: str) -> ResponseReturnValue:
    """One drawing, for its own session; parts of it by Range."""
    visible = work.visible_job(job_id, caller())
    path = next((f for f in work.jobs().drawings(job_id, visible.owner)[0] if f.name == name), None)
    if path is None:
        raise NotFound("There is no such drawing.", hint="It may have been deleted.")
    answer = file_sent(path, made_type(path))
    if request.args.get("download"):
        name_it(answer, visible.job.names[0], name.removeprefix("drawing"))
    else:
        answer.headers["Content-Disposition"] = "inline"
    return answer


@pages.post("/results/<job_id>/drawings")
def draw(job_id: str) -> ResponseReturnValue:
    """Have drawings made: the recording is analysed once more, and drawn by the worker."""
    old = work.jobs().get(job_id, caller())
    if not any(option.suits(ANALYSES[old.analysis]) for option in drawing_options()):
        raise BadRequest(NO_FACES_READ, hint="Choose an analysis of faces.")
    drawings = upload.drawings(request.form, old.analysis)
    if not any(value not in (False, None) for value in drawings.values()):
        raise BadRequest("No drawing was selected.", hint="Select at least one checkbox.")
    new = work.jobs().again(job_id, caller(), **drawings)
    return redirect(url_for("pages.job", job_id=new.id), 303)
