"""A visitor's own defaults: settings of options and of the label view, kept in their session."""

from collections.abc import Mapping

from flask import current_app, session

from source.core.errors import AverError
from source.core.options import OPTIONS
from source.settings import SETTINGS, Setting, Settings, convert

KEY = "defaults"
"""Where a session keeps them: texts by the name of the setting."""

HINT = "Give a value in that range, or leave the field empty."

OWN = tuple(setting for setting in SETTINGS if setting.own)
"""The settings that a visitor may choose for themselves."""


def settings() -> Settings:
    """The settings in force for this visitor: their own defaults over those of the server."""
    server: Settings = current_app.config["AVER"]
    return server.with_values(**_chosen())


def changed() -> set[str]:
    """The names of the settings that this visitor chose."""
    return set(_chosen())


def choose(form: Mapping[str, str]) -> None:
    """Keep what a form says; an empty field is as the server has it.

    Raises
    ------
    AverError
        For a value that is none of its setting's; then nothing is kept.
    """
    server: Settings = current_app.config["AVER"]
    chosen: dict[str, str] = {}
    for setting in OWN:
        text = form.get(setting.name, "").strip()
        if text and _value(setting, text) != server[setting.name]:
            chosen[setting.name] = text
    session[KEY] = chosen


def forget() -> None:
    """Go back to what the server has."""
    session.pop(KEY, None)


def _chosen() -> dict[str, str | int | float | bool]:
    stored = session.get(KEY)
    chosen: dict[str, str | int | float | bool] = {}
    for setting in OWN:
        text = stored.get(setting.name) if isinstance(stored, dict) else None
        if isinstance(text, str):
            try:
                chosen[setting.name] = convert(setting, text)
            except AverError:  # of a release with other values
                continue
    return chosen


def _value(setting: Setting, text: str) -> str | int | float | bool:
    """The value that a form gave; like any form, it names no file of this machine."""
    option = OPTIONS.get(setting.name.lower())
    if option is not None and option.syntax is not None:
        read: str = option.syntax.read(text)
        return read
    return convert(setting, text, hint=HINT)
