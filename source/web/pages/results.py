"""A result as a page, or as JSON; the recording itself for the player."""

from functools import partial
from typing import Any

from flask import (
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from source.core import result_schema
from source.core.analyses import ANALYSES
from source.core.emotions import VIEWS
from source.core.errors import NotFound
from source.core.result import Result
from source.views import (
    charts,
    collection,
    exports,
    labels,
    lanes,
    told,
    trend,
    whole,
    words,
)
from source.web import own, upload, work
from source.web.accept import result_as_json, wants_json
from source.web.callers import caller
from source.web.edited import shown_result
from source.web.lanes import asked, faces
from source.web.naming import name_it
from source.web.pages.blueprint import pages
from source.web.pages.drawings import drawn
from source.web.playing import described, playable_files
from source.web.sending import file_sent


def view() -> str:
    """The label view that is asked for, else the one of the settings.

    Raises
    ------
    UnknownOption
        If there is no such view.
    """
    return labels.check(request.args.get("labels") or own.settings().text("LABELS"))


@pages.get("/results/<job_id>")
def result(job_id: str) -> ResponseReturnValue:
    """What was found, in words, charts and figures; JSON where the caller wants that."""
    visible = work.visible_job(job_id, caller())
    chosen = view()
    if wants_json():
        return result_as_json(shown_result(visible).result, chosen)
    if visible.job.state != "done":
        return redirect(url_for("pages.job", job_id=job_id), 303)
    edited = shown_result(visible)
    found = edited.result
    kept = current_app.extensions["drawn"]
    facts = kept.facts(job_id, chosen, found, partial(_facts, found, chosen))
    part = asked()
    media, made = playable_files(visible), drawn(visible)
    return render_template(
        "result.html",
        **facts,
        lanes=lanes.lanes(facts["result"], **part) if part else facts["time_line"],
        job=visible.job,
        example=visible.example,
        faces=faces(visible),
        here=partial(_here, job_id, chosen, edited.off),
        drawings=upload.PAGES[found.analysis].drawings,
        media=media,
        exports=exports.by_format(
            exports.available(
                found,
                recorded=len(media) == len(visible.job.names),
                drawn=made["files"],
            )
        ),
        schema=url_for("pages.schema", name=result_schema.NAME),
        made=made,
        edited=edited,
        flag_words=lanes.FLAGS,
        collection=collection.report(edited.measured),
        view=chosen,
        views=VIEWS,
    )


def _facts(found: Result, chosen: str) -> dict[str, Any]:
    """All that a page says of a Result, whoever looks at it."""
    read = labels.relabelled(found, chosen)
    return {
        "result": read,
        "headline": words.headline(read),
        "beside": words.beside(read),
        "noun": words.noun(read),
        "who": lanes.who(read),
        "when": words.when(read),
        "marks": words.marks(read, disagreeing=False),
        "flagged": lanes.to_look_at(read),
        "people": whole.people(read),
        "whole": whole.whole(read),
        "trend": trend.trend(read),
        "told": told.told(read),
        "analysis": ANALYSES[read.analysis].title,
        "explained": {n: chart.explanation_of(read) for n, chart in charts.CHARTS.items()},
        "time_line": lanes.lanes(read),
    }


@pages.get("/results/<job_id>/media")
@pages.get("/results/<job_id>/media/<int:index>")
def media(job_id: str, index: int = 0) -> ResponseReturnValue:
    """The recording, for the player of its own session; parts of it by Range.

    Only sound, pictures and video are sent, under a type found from their content.
    """
    visible = work.visible_job(job_id, caller())
    shown = work.jobs().shown(job_id, visible.owner, index)
    if shown.path is None:
        raise NotFound(
            "This recording cannot be played in a browser.", hint="The result is not affected."
        )
    answer = file_sent(shown.path, shown.type)
    name_it(answer, visible.job.names[index], inline=True)
    return answer


@pages.route("/results/<job_id>/preview/<int:index>", methods=["GET", "POST"])
def preview(job_id: str, index: int) -> ResponseReturnValue:
    """How a file is shown; POST has a copy made of it that any browser plays."""
    if request.method == "POST":
        shown = work.jobs().ask_for_copy(job_id, caller(), index)
    else:
        shown = work.jobs().shown(job_id, work.visible_job(job_id, caller()).owner, index)
    if wants_json():
        return jsonify(described(job_id, index, shown))
    return redirect(url_for("pages.result", job_id=job_id), 303)


def _here(job_id: str, chosen: str, off: bool, start: float = 0.0, end: float = 0.0) -> str:
    """The address of this result with the time line between two seconds; of all by default."""
    asked: dict[str, Any] = {"job_id": job_id, "_anchor": "time-line"}
    if end:
        asked |= {"from": f"{max(0.0, start):.2f}", "to": f"{end:.2f}"}
    if chosen != "native":
        asked["labels"] = chosen
    if off:
        asked["edits"] = "off"
    return url_for("pages.result", **asked)
