"""Kinds of parameters, and those that several operations have."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from source.core.emotions import VIEWS
from source.core.errors import BadRequest, UnknownOption
from source.core.figures import shortened
from source.core.ranges import Range
from source.settings import SWITCH
from source.web.api.operation import Parameter


def choice(name: str, help: str, values: Sequence[str], default: str | None = None) -> Parameter:
    """One of a few words."""

    def read(text: str) -> str:
        if text not in values:
            raise UnknownOption(name, text, tuple(values))
        return text

    schema: dict[str, Any] = {"type": "string", "enum": list(values)}
    return Parameter(name, help, _with(schema, default), read, default)


def number(name: str, help: str, range: Range, default: float) -> Parameter:
    """A number in a range."""
    kind = "integer" if range.whole else "number"
    schema = {"type": kind, "minimum": range.low, "maximum": range.high}
    return Parameter(name, help, _with(schema, default), range.check, default)


def switch(name: str, help: str) -> Parameter:
    """Yes or no; no where it is not given."""

    def read(text: str) -> bool:
        return on(name, text)

    return Parameter(name, help, {"type": "boolean", "default": False}, read, False)


def moment(name: str, help: str) -> Parameter:
    """A time, such as 2026-11-27T12:00:00Z."""

    def read(text: str) -> datetime:
        try:
            # A plus sign that was not escaped arrives as a space.
            read = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
            return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadRequest(
                f"The {name} “{shortened(text)}” is no time.", hint="Give 2026-11-27T12:00:00Z."
            ) from None

    return Parameter(name, help, {"type": "string", "format": "date-time"}, read)


def text(name: str, help: str, **schema: Any) -> Parameter:
    """Any text."""
    return Parameter(name, help, {"type": "string", **schema})


def on(name: str, text: str) -> bool:
    """Whether a text says yes.

    Raises
    ------
    BadRequest
        If it says neither yes nor no.
    """
    if text.lower() not in SWITCH:
        raise BadRequest(f"The {name} “{shortened(text)}” is neither true nor false.")
    return SWITCH[text.lower()]


def _with(schema: dict[str, Any], default: Any) -> dict[str, Any]:
    return schema if default is None else {**schema, "default": default}


LONGEST_WAIT = 120

LABELS = choice("labels", "Label view of the answer.", tuple(VIEWS))

EDITS = choice(
    "edits", "`off` shows the Result as it was measured, without corrections.", ("on", "off"), "on"
)

FRESH = switch(
    "fresh",
    "Analyse again, though the same bytes with the same options were analysed already.",
)


def wait(default: float) -> Parameter:
    """How long the answer may wait for the end of the work."""
    return number(
        "wait",
        "Seconds to wait for the end of the analysis before the answer is given. A busy server "
        "answers sooner.",
        Range("wait", 0, LONGEST_WAIT, "seconds"),
        default,
    )
