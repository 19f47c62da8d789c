"""Parts of a result that are drawn when somebody asks for them: its tone, its engagement."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from source.core.engagement import environments
from source.core.errors import NotFound
from source.core.result import Result
from source.views import affect, charts, engagement, exports, words
from source.views.table import Table
from source.web import work
from source.web.callers import caller
from source.web.edited import shown_result
from source.web.headers import fragment_wanted
from source.web.pages.blueprint import pages

FILES = ("engagement.csv", "engagement-people.csv")
"""The exports that the part about engagement offers."""


@pages.get("/results/<job_id>/tone")
def tone(job_id: str) -> ResponseReturnValue:
    """Valence, arousal and dominance in the plane and over time."""
    visible = work.visible_job(job_id, caller())
    edited = shown_result(visible)
    read = edited.result
    if read.emotion is None:
        raise NotFound("Nothing could be read in this recording, so it has no tone.")
    found = affect.traces(read)
    tables = {"plane": affect.plane_table(read, found), "tone": affect.tone_table(read, found)}
    shown = [(name, table) for name, table in tables.items() if table.rows]
    drawn = [_chart(job_id, name, read, found, table, edited.stamp) for name, table in shown]
    return _part("tone", visible, read, charts=drawn)


@pages.get("/results/<job_id>/engagement")
def engagement_part(job_id: str) -> ResponseReturnValue:
    """Engagement in one environment, of everything together or of one person."""
    visible = work.visible_job(job_id, caller())
    edited = shown_result(visible)
    read = edited.result
    if read.emotion is None:
        raise NotFound("Nothing could be read in this recording, so it has no engagement.")
    choice = engagement.choose(
        read,
        environment=request.args.get("environment", ""),
        person=request.args.get("person", ""),
        own=request.args.get("own", ""),
    )
    return _part(
        "engagement",
        visible,
        read,
        choice=choice,
        environments=[(name, engagement.WORDS[name]) for name in environments(choice.own)],
        people=engagement.people(read),
        scores=engagement.score_table(read, choice.own),
        score=engagement.scores(read, choice).get(choice.environment),
        chart=_curves(job_id, read, choice, edited.stamp) if read.timeline else None,
        formula=engagement.FORMULA,
        weights=engagement.weight_table(choice.own),
        files=[row for row in exports.available(read) if row.name in FILES],
    )


def _part(name: str, visible: work.VisibleJob, read: Result, **values: Any) -> ResponseReturnValue:
    """A part by itself for our script, else on a page of its own."""
    template = f"result/_{name}_part.html" if fragment_wanted() else f"result/{name}.html"
    return render_template(
        template,
        job=visible.job,
        result=read,
        noun=words.noun(read),
        moving=len(read.timeline) > 1,
        **values,
    )


def _chart(
    job_id: str,
    name: str,
    read: Result,
    found: Sequence[affect.Trace],
    table: Table,
    stamp: str,
) -> dict[str, Any]:
    """A chart of tone as the pages show it, with its table and what it shows."""
    chart = charts.CHARTS[name]
    return _drawn(
        job_id,
        f"{name}{stamp}",
        name=name,
        draw=partial(charts.draw, name, read, theme="page", found=found),
        over_time=chart.over_time,
        title=chart.title_of(read),
        what=chart.explanation_of(read),
        table=table,
    )


def _curves(job_id: str, read: Result, choice: engagement.Choice, stamp: str) -> dict[str, Any]:
    """The curves of one choice."""
    return _drawn(
        job_id,
        f"engagement {choice}{stamp}",
        name="engagement",
        draw=partial(charts.draw, "engagement", read, theme="page", choices=[choice]),
        over_time=True,
        title=engagement.title(read, choice),
        table=engagement.curve_table(read, choice),
    )


def _drawn(job_id: str, key: str, *, draw: Any, over_time: bool, **values: Any) -> dict[str, Any]:
    def pictures() -> tuple[str, ...]:
        return tuple(draw(wide=wide) for wide in ((True, False) if over_time else (True,)))

    kept = current_app.extensions["drawn"].get(job_id, "native", key, pictures)
    return {**values, "svg": [Markup(svg) for svg in kept]}
