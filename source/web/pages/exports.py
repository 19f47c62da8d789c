"""What a result can be taken along as: one address for every row of the table of exports."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from source.core import result_schema
from source.core.errors import NotFound
from source.web import work
from source.web.callers import caller
from source.web.exporting import exported
from source.web.pages.blueprint import pages
from source.web.pages.results import view


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
    return exported(
        work.visible_job(job_id, caller()),
        name,
        view=view(),
        theme="dark" if request.args.get("theme") == "dark" else "light",
        start=request.args.get("from", ""),
        end=request.args.get("to", ""),
        inline=inline,
    )
