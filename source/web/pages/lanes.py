"""The time line of a result by itself: any part of it as lanes, every moment as figures."""

import json
from typing import Any

from flask import current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from source.core.errors import NotFound, UnknownOption
from source.core.result import Result
from source.views import charts, labels, lanes
from source.views.palette import emotion_of
from source.views.timeline import length
from source.web import work
from source.web.callers import caller
from source.web.edited import shown_result
from source.web.headers import fragment_wanted
from source.web.lanes import asked, faces
from source.web.pages.blueprint import pages
from source.web.pages.results import view


@pages.get("/results/<job_id>/lanes")
def lanes_between(job_id: str) -> ResponseReturnValue:
    """The lanes from one second to another, as a part of the page of the result."""
    visible = work.visible_job(job_id, caller())
    read = labels.relabelled(shown_result(visible).result, view())
    shown = lanes.lanes(read, **asked())
    if shown is None:
        raise NotFound("This result has no time line.")
    return render_template("result/_lane_rows.html", lanes=shown, faces=faces(visible))


@pages.get("/results/<job_id>/moments")
def moments(job_id: str) -> ResponseReturnValue:
    """Every moment for the script of the page, in as few bytes as it takes."""
    visible = work.visible_job(job_id, caller())
    chosen = view()

    shown = shown_result(visible)

    def write() -> tuple[str, ...]:
        read = labels.relabelled(shown.result, chosen)
        return (json.dumps(figures(read), separators=(",", ":"), ensure_ascii=False),)

    kept = current_app.extensions["drawn"].get(job_id, f"{chosen}{shown.stamp}", "moments", write)
    return current_app.response_class(kept[0], mimetype="application/json")


@pages.get("/results/<job_id>/tables/<name>")
def table(job_id: str, name: str) -> ResponseReturnValue:
    """The figures behind a chart, as a part of the page of the result or as a page of their own."""
    visible = work.visible_job(job_id, caller())
    if name not in charts.CHARTS:
        raise UnknownOption("chart", name, tuple(charts.CHARTS))
    read = labels.relabelled(shown_result(visible).result, view())
    return render_template(
        "result/_table_part.html" if fragment_wanted() else "result/table.html",
        job=visible.job,
        title=charts.CHARTS[name].title_of(read),
        table=charts.table(name, read),
    )


@pages.get("/results/<job_id>/faces/<int:person>")
def face(job_id: str, person: int) -> ResponseReturnValue:
    """The face of one person at the moment it was read best."""
    visible = work.visible_job(job_id, caller())
    path = work.jobs().faces(job_id, visible.owner).get(person)
    if path is None:
        raise NotFound(f"There is no picture of person {person}.")
    answer = send_file(work.jobs().local(path), mimetype="image/jpeg", conditional=True)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def figures(read: Result) -> dict[str, Any]:
    """What the script shows of a moment: scores of all together, and each lane's reading."""
    names = list(read.timeline[0].emotion.scores) if read.timeline else []
    return {
        "seconds": length(read),
        "labels": names,
        "moments": [
            [
                round(m.start, 2),
                round(m.end, 2),
                m.emotion.label,
                m.emotion.certain,
                list(m.emotion.scores.values()),
                " and ".join(m.senses),
            ]
            for m in read.timeline
        ],
        "lanes": lanes.readings(read),
        "flags": lanes.flagged(read),
        "colours": {e: emotion_of(e) for e in lanes.labels_of(read)},
    }
