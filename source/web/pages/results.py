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
from markupsafe import Markup

from source.core.analyses import ANALYSES
from source.core.emotions import VIEWS
from source.core.errors import NotFound
from source.core.result import Result
from source.views import charts, collection, exports, labels, words
from source.web import own, upload, work
from source.web.accept import result_as_json, wants_json
from source.web.callers import caller
from source.web.edited import shown_result
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
    read = labels.relabelled(edited.result, chosen)
    media = playable_files(visible)
    return render_template(
        "result.html",
        job=visible.job,
        example=visible.example,
        result=read,
        headline=words.headline(read),
        summary=words.summary(read),
        noun=words.noun(read),
        marks=words.marks(read),
        people=_people(read),
        analysis=ANALYSES[read.analysis].title,
        drawings=upload.PAGES[read.analysis].drawings,
        charts=_charts(job_id, f"{chosen}{edited.stamp}", read),
        media=media,
        exports=exports.by_format(
            exports.available(read, recorded=len(media) == len(visible.job.names))
        ),
        made=drawn(visible),
        edited=edited,
        collection=collection.report(edited.measured),
        view=chosen,
        views=VIEWS,
    )


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


def _people(read: Result) -> list[dict[str, Any]]:
    """Each person with how many faces were read, when, and what a moving face says."""
    return [
        {"person": p, "read": sum(1 for f in p.segments if f.emotion)}
        for p in (read.face.people if read.face else ())
    ]


def _charts(job_id: str, chosen: str, read: Result) -> list[dict[str, Any]]:
    kept = current_app.extensions["drawn"]
    shown = []
    for name in charts.available(read):
        if charts.CHARTS[name].apart:
            continue
        drawn = kept.get(job_id, chosen, name, partial(_draw, name, read))
        shown.append(
            {
                "name": name,
                "title": charts.CHARTS[name].title_of(read),
                "svg": [Markup(svg) for svg in drawn],
                "what": charts.CHARTS[name].explanation_of(read),
                "table": charts.table(name, read),
            }
        )
    return shown


def _draw(name: str, read: Result) -> tuple[str, ...]:
    """A chart for wide pages and, where it has time on it, one for narrow ones."""
    widths = (True, False) if charts.CHARTS[name].over_time else (True,)
    return tuple(charts.draw(name, read, theme="page", wide=wide) for wide in widths)
