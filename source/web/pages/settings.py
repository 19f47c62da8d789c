"""The settings: those that a visitor may choose, and those of the server to look at."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from source.core.errors import AverError
from source.settings import SETTINGS, Setting, Settings
from source.web import own, purpose, setting_words
from source.web.pages.blueprint import pages


@pages.route("/settings", methods=["GET", "POST"])
def settings() -> ResponseReturnValue:
    """Each setting with its meaning, unit, default and value; a form for a visitor's own."""
    error: AverError | None = None
    if request.method == "POST":
        try:
            if "forget" in request.form:
                own.forget()
                flash("Your settings are those of this server again.", "info")
            else:
                own.choose(request.form)
                flash("Your settings are kept in this browser's session.", "info")
            return redirect(url_for("pages.settings"), 303)
        except AverError as wrong:
            error = wrong
    server: Settings = current_app.config["AVER"]
    mine = own.settings()
    page = render_template(
        "settings.html",
        error=error,
        changed=own.changed(),
        own=[_row(s, server, mine) for s in SETTINGS if s.own and s.name != "PURPOSE"],
        fixed=[_row(s, server, server) for s in SETTINGS if not s.own],
        said=purpose.remembered(),
        sent=request.form,
    )
    return page, error.status if error else 200


def _row(setting: Setting, server: Settings, mine: Settings) -> dict[str, Any]:
    return {
        "setting": setting,
        "title": setting_words.title(setting),
        "takes": setting_words.values(setting),
        "default": setting_words.value(setting, setting.default),
        "server": setting_words.value(setting, server[setting.name]),
        "value": setting_words.value(setting, mine[setting.name]),
        "given": mine[setting.name],
    }
