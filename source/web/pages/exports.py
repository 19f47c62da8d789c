"""What a result can be taken along as: one address for every row of the table of exports."""

from pathlib import Path

from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from source.core import result_schema
from source.core.errors import NotFound
from source.jobs import made_type
from source.views import exports
from source.web import work
from source.web.callers import caller
from source.web.edited import shown_result
from source.web.naming import name_it
from source.web.pages.blueprint import pages
from source.web.pages.results import view
from source.web.sending import content_sent


@pages.get("/results/<job_id>/exports/<name>")
def export(job_id: str, name: str) -> ResponseReturnValue:
    """One export as a file to keep."""
    return _file(job_id, name)


@pages.get("/results/<job_id>.json")
def former_json(job_id: str) -> ResponseReturnValue:
    """The address that JSON had in former releases."""
    return _file(job_id, "json")


@pages.get("/results/<job_id>/charts/<chart>.svg")
def former_chart(job_id: str, chart: str) -> ResponseReturnValue:
    """The address that charts had in former releases: there the browser shows them."""
    return _file(job_id, f"{chart}.svg", inline=True)


@pages.get("/schemas/<name>")
def schema(name: str) -> ResponseReturnValue:
    """The JSON Schema of the Result."""
    if name != result_schema.NAME:
        raise NotFound(
            "There is no such schema.", hint=f"The schema of the Result is {result_schema.NAME}."
        )
    answer = jsonify(result_schema.result_schema())
    answer.mimetype = "application/schema+json"
    return answer


def _file(job_id: str, name: str, *, inline: bool = False) -> Response:
    visible = work.visible_job(job_id, caller())
    result = shown_result(visible).result
    (wanted,) = exports.check([name])
    row = exports.EXPORTS[wanted.name]
    stretch = exports.between(request.args.get("from", ""), request.args.get("to", ""), result)
    jobs, recordings = work.jobs(), _recordings(visible)
    drawings = jobs.drawings(visible.job.id, visible.owner)[0]
    if row.needs_recording:
        recordings = tuple(map(jobs.local, recordings))
    if row.needs_drawing:
        drawings = [jobs.local(path) for path in drawings]
    subject = exports.Subject(
        result,
        view=view(),
        theme="dark" if request.args.get("theme") == "dark" else "light",
        recordings=recordings,
        excerpts=jobs.excerpts(visible.job.id, visible.owner) if recordings else None,
        stretch=stretch if row.takes_stretch else None,
        drawings=tuple(drawings),
    )
    file = exports.exported(name, subject)
    drawn = made_type(Path(file.suffix)) if row.needs_drawing else ""
    answer = content_sent(file.content, drawn or row.format.media_type)
    name_it(answer, visible.job.names[0], file.suffix, inline=inline)
    if row.name == "json":
        address = url_for("pages.schema", name=result_schema.NAME)
        answer.headers["Link"] = f'<{address}>; rel="describedby"'
    return answer


def _recordings(visible: work.VisibleJob) -> tuple[Path, ...]:
    """What was analysed; empty where it is no longer stored."""
    files = range(len(visible.job.files))
    try:
        return tuple(
            work.jobs().upload_path(visible.job.id, visible.owner, index) for index in files
        )
    except NotFound:
        return ()
