"""What a visitor uses AVER for: asked once, remembered in their session."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, session

from source.core.errors import BadRequest
from source.core.options import OPTIONS
from source.core.purpose import PURPOSES
from source.settings import Settings
from source.views import use

KEY = "purpose"
"""Where a session keeps it."""

OWN = "own_purpose"
"""The field of a form for own words."""


def remembered() -> str | None:
    """What this visitor said, else the purpose of the settings; None before it was asked."""
    settings: Settings = current_app.config["AVER"]
    return session.get(KEY) or settings.text("PURPOSE") or None


def given(form: Mapping[str, str]) -> str | None:
    """The purpose that a form states, else what is remembered.

    Raises
    ------
    BadRequest
        If own words were chosen and none are there.
    """
    if "purpose" not in form:
        return remembered()
    text = form["purpose"].strip() or form.get(OWN, "").strip()
    if not text:
        raise BadRequest("The purpose is empty.", hint="Choose one, or say it in a few words.")
    return str(OPTIONS["purpose"].check(text))


def remember(purpose: str | None) -> None:
    """Keep what a visitor said for the next analyses."""
    if purpose and purpose != remembered():
        session[KEY] = purpose


def words() -> dict[str, Any]:
    """What the templates of a form need."""
    return {
        "purpose": remembered(),
        "purpose_changeable": not current_app.config["AVER"].text("PURPOSE"),
        "purposes": PURPOSES,
        "forbidden": use.FORBIDDEN,
    }
