"""Several recordings as one table, in groups, and their mean response over time."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from source.core.errors import BadRequest
from source.core.figures import number_of
from source.core.variables import BASELINE, MOST_TABLE, Variables, by_pattern, read_table
from source.views import batch as tables
from source.views import curves, groups, response
from source.views.measures import measures
from source.views.units import listing, size
from source.web.callers import caller
from source.web.chosen import Chosen, chosen
from source.web.naming import name_it
from source.web.pages.blueprint import pages
from source.web.playing import SANDBOX
from source.web.work import jobs

MOST_NAMED = 5
"""Recordings that a sentence names; the others are counted."""


@pages.get("/batch")
def batch() -> ResponseReturnValue:
    """Several of this visitor's recordings as one table."""
    found = chosen()
    shown = _arranged(found)
    by, measure = _by(found), _measure(found)
    timed = response.responses(shown, measure=measure, by=by) if _timed(shown) else []
    known = tables.columns(found.rows)
    return render_template(
        "batch.html",
        rows=shown,
        every=found.rows,
        left_out=found.left_out,
        columns=[c for n, c in known.items() if n in _narrow(found)],
        sort=request.args.get("sort", ""),
        find=request.args.get("find", ""),
        where=_where(found),
        reads=sorted({row.label for row in found.rows if row.label}),
        values={
            name: sorted({row.variables[name] for row in found.rows if name in row.variables})
            for name in tables.variables(found.rows)
        },
        by=by,
        groups=[(group, group.means()) for group in groups.grouped(shown, by)],
        measure=measure,
        measures=measures([row.result for row in found.rows], _labels(found)),
        curves=curves.drawn(timed),
        address=_address,
        order=_order,
    )


@pages.get("/batch.csv")
def batch_csv() -> Response:
    """The table as CSV."""
    return _file(tables.table_csv(_arranged(chosen())), "recordings.csv")


@pages.get("/batch/groups.csv")
def groups_csv() -> Response:
    """The means of the groups as CSV."""
    found = chosen()
    return _file(groups.groups_csv(_arranged(found), _by(found)), "groups.csv")


@pages.get("/batch/response.csv")
def response_csv() -> Response:
    """The mean response over time as CSV."""
    found = chosen()
    content = response.response_csv(_arranged(found), measure=_measure(found), by=_by(found))
    return _file(content, "response.csv")


@pages.post("/batch/variables")
def set_variables() -> ResponseReturnValue:
    """Write down what is known of the chosen recordings: from a table, or from their names."""
    found = chosen()
    names = {row.id: row.name for row in found.rows}
    table = _table(list(names.values()))
    kept = {name for name in table.names if name != BASELINE}
    tables.check_names(kept)
    of = {
        row: {k: v for k, v in table.of(name).items() if k in kept} for row, name in names.items()
    }
    of = {row: values for row, values in of.items() if values}
    if not of:
        raise BadRequest(
            "None of these recordings is in the table, or fits the pattern.",
            hint="The names must be those of the files, with or without their ending.",
        )
    jobs().set_variables(of, caller())
    flash(_told(table, [name for row, name in names.items() if row not in of], len(of)), "info")
    return redirect(url_for("pages.batch", **_address_of()), 303)


def _table(names: list[str]) -> Variables:
    sent = request.files.get("table")
    pattern = request.form.get("pattern", "").strip()
    if sent is not None and sent.filename:
        content = sent.stream.read(MOST_TABLE + 1)
        if len(content) > MOST_TABLE:
            raise BadRequest(
                f"The table of variables is larger than {size(MOST_TABLE)}.",
                hint="Leave out the columns that are not needed.",
            )
        return read_table(content)
    if not pattern:
        raise BadRequest(
            "Neither a table nor a pattern was given.",
            hint="Choose a CSV file, or write a pattern such as {participant}_{condition}.",
        )
    return by_pattern(pattern, names)


def _told(table: Variables, without: list[str], count: int) -> str:
    what = listing([name for name in table.names if name != BASELINE])
    text = f"{number_of(count, 'recording has', 'recordings have')} {what} now."
    if without:
        named = listing([f"“{name}”" for name in without[:MOST_NAMED]])
        more = len(without) - MOST_NAMED
        text += f" Without a value: {named}{f' and {more} more' if more > 0 else ''}."
    if BASELINE in table.names:
        text += " A baseline takes effect when a recording is analysed, so it was left out here."
    return text


def _arranged(found: Chosen) -> list[tables.Row]:
    return tables.arranged(
        found.rows,
        sort=request.args.get("sort", ""),
        find=request.args.get("find", ""),
        where=_where(found),
    )


def _where(found: Chosen) -> dict[str, str]:
    """The filters of the address: a column and the value it must have."""
    known = ("emotion", "sure", *tables.variables(found.rows))
    return {name: value for name in known if (value := request.args.get(f"is.{name}", ""))}


def _by(found: Chosen) -> str:
    """The variable that groups are made of; the first there is where none is asked for."""
    known = tables.variables(found.rows)
    asked = request.args.get("by")
    return (known[-1] if known else "") if asked is None else asked


def _measure(found: Chosen) -> str:
    return request.args.get("measure") or "valence"


def _timed(rows: list[tables.Row]) -> bool:
    return any(row.result.timeline for row in rows)


def _labels(found: Chosen) -> str:
    return found.rows[0].labels if found.rows else "native"


def _narrow(found: Chosen) -> list[str]:
    """The columns that a page has room for."""
    first = [column.name for column in tables.FIRST if column.name != "kind"]
    return [*first, *tables.variables(found.rows), *tables.PLAIN]


def _address_of(**changes: str) -> dict[str, Any]:
    """The parameters of this page with some changed; empty ones are left out."""
    now: dict[str, Any] = {k: v for k, v in request.args.items() if k != "job"}
    kept = {k: v for k, v in {**now, **changes}.items() if v or k == "by"}
    return {**kept, "job": list(dict.fromkeys(request.values.getlist("job")))}


def _address(endpoint: str = "pages.batch", **changes: str) -> str:
    return url_for(endpoint, **_address_of(**changes))


def _order(column: str) -> str:
    """What a click on a column's title asks for: the other way round at the second."""
    largest = f"-{column}"
    words = column in ("file", "emotion")
    first, second = (column, largest) if words else (largest, column)
    return second if request.args.get("sort") == first else first


def _file(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="text/csv")
    name_it(answer, name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
