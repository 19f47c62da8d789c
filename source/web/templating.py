"""What every template may use."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import Flask, current_app, request, url_for

from source import __version__ as VERSION  # noqa: N812
from source.core.errors import AverError
from source.core.figures import number_of
from source.core.when import written
from source.settings import ROOT
from source.views import engagement, use, words
from source.views.device import ran_on
from source.views.palette import emotion_of
from source.views.work import described
from source.web.callers import caller, is_known
from source.web.edited import OFF
from source.web.upload import right_page
from source.web.work import jobs

THEMES = ("system", "light", "dark")


def init_app(app: Flask) -> None:
    """Register filters and names."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for shown_as in (
        words.clock,
        words.duration,
        words.size,
        words.percent,
        words.listing,
        words.baseline,
        described,
        written,
        words.span,
        ran_on,
    ):
        app.add_template_filter(shown_as)
    app.add_template_filter(_colour_of, "emotion_of")
    app.add_template_filter(engagement.word, "environment")
    app.add_template_filter(right_page, "right_page")
    app.add_template_filter(ago, "ago")
    app.add_template_filter(stamp, "stamp")
    app.context_processor(_names)


def _colour_of(label: object) -> str:
    """The emotion a label is coloured as; nothing for a label no view knows."""
    try:
        return emotion_of(str(label))
    except KeyError:
        return ""


def theme() -> str:
    """The theme this browser chose."""
    chosen = request.cookies.get("theme", "system")
    return chosen if chosen in THEMES else "system"


def ago(moment: datetime) -> str:
    """How long ago, in words."""
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for step, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= step:
            count = int(seconds // step)
            return f"{number_of(count, unit)} ago"
    return "just now"


def stamp(moment: datetime | str) -> str:
    """A moment for a reader: day and time, UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


@cache
def _version_of(name: str, changed: float) -> str:
    return hashlib.sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """Address of a static file, with its version."""
    changed = (ROOT / "static" / name).stat().st_mtime
    return url_for("static", filename=name, v=_version_of(name, changed))


def carried() -> dict[str, str]:
    """What else this page was asked for that every view of the same result must be asked for, too.

    The label view, and to leave the edits out: what is downloaded is what is shown.
    """
    kept = {name: request.args[name] for name in ("labels", "edits") if name in request.args}
    return {name: value for name, value in kept.items() if name != "edits" or value == OFF}


def same_result(endpoint: str, **values: Any) -> str:
    """The address of another view of the result that is shown, in the same labels and edits."""
    job_id = (request.view_args or {})["job_id"]
    return url_for(endpoint, **{"job_id": job_id, **carried(), **values})


def unread() -> list[Any]:
    """The caller's refused files whose reason was not dismissed yet."""
    if not is_known():
        return []
    try:
        return list(jobs().unread(caller()))
    except AverError:  # a page that shows something else is shown all the same
        return []


def _names() -> dict[str, Any]:
    settings = current_app.config["AVER"]
    return {
        "asset": asset,
        "carried": carried,
        "same_result": same_result,
        "unread": unread,
        "theme": theme(),
        "themes": THEMES,
        "version": VERSION,
        "limit_mb": f"{settings.number('MAX_UPLOAD_MB'):g}",
        "limit_minutes": f"{settings.number('MAX_MINUTES'):g}",
        "limit_files": int(settings.number("MAX_FILES")),
        "prohibited": use.PROHIBITED,
        "retention": _hours(settings.number("RETENTION_HOURS")),
    }


def _hours(hours: float) -> str:
    if hours >= 48 and hours % 24 == 0:
        return f"{hours / 24:g} days"
    return "1 hour" if hours == 1 else f"{hours:g} hours"
