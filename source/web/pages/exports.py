"""What a result can be taken along as: one address for every row of the table of exports."""

from pathlib import Path

from flask import Response, request
from flask.typing import ResponseReturnValue

from source.views import exports
from source.web import work
from source.web.callers import caller
from source.web.edited import shown_result
from source.web.naming import name_it
from source.web.pages.blueprint import pages
from source.web.pages.results import view
from source.web.playing import SANDBOX


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


def _file(job_id: str, name: str, *, inline: bool = False) -> Response:
    visible = work.visible_job(job_id, caller())
    result = shown_result(visible).result
    (name,) = exports.check([name])
    row = exports.EXPORTS[name]
    content = exports.export(
        name,
        result,
        view=view(),
        theme="dark" if request.args.get("theme") == "dark" else "light",
        recordings=_recordings(visible) if row.needs_recording else (),
    )
    answer = Response(content, mimetype=row.format.media_type)
    name_it(answer, visible.job.names[0], row.suffix, inline=inline)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _recordings(visible: work.VisibleJob) -> list[Path]:
    """What was analysed; raises `NotFound` where it is no longer stored."""
    files = range(len(visible.job.files))
    return [work.jobs().upload_path(visible.job.id, visible.owner, index) for index in files]
