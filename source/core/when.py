"""A time in a recording as people write it: seconds, or minutes and seconds."""

import re
from typing import Any

from source.core.errors import BadRequest
from source.core.figures import shortened

TIME = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?)")

LATEST = 1_000_000.0
"""Seconds after which there is no recording."""

HINT = "Give seconds (72.5), or minutes and seconds (1:12.5)."


def seconds_of(text: str) -> float | None:
    """Seconds from the start of a recording; None where the text is no time.

    Examples
    --------
    >>> seconds_of("72,5"), seconds_of("1:12.5"), seconds_of("1:01:12"), seconds_of("soon")
    (72.5, 72.5, 3672.0, None)
    """
    match = TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    whole = 3600.0 * float(hours or 0) + 60.0 * float(minutes or 0)
    return round(whole + float(seconds.replace(",", ".")), 3)


def written(seconds: float) -> str:
    """A time as `seconds_of` reads it: minutes, and seconds to the tenth where they are not whole.

    Examples
    --------
    >>> written(72.0), written(72.54), written(3672.5), written(59.96)
    ('1:12', '1:12.5', '1:01:12.5', '1:00')
    """
    tenths = round(seconds * 10)
    whole, tenth = divmod(tenths, 10)
    hours, minutes = divmod(whole // 60, 60)
    begin = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{begin}:{whole % 60:02}" + (f".{tenth}" if tenth else "")


class When:
    """Which texts an option takes that is a time; see `core.options.Option.syntax`."""

    values = "seconds, or m:ss"
    type = "number"
    examples = (12.5, 65.0)

    def check(self, value: Any, *, hint: str | None = None) -> float:
        """The time in seconds, of a number or of a text.

        Raises
        ------
        BadRequest
            If it is no time.

        Examples
        --------
        >>> When().check("1:05"), When().check(12)
        (65.0, 12.0)
        """
        seconds = seconds_of(str(value)) if isinstance(value, str | int | float) else None
        if seconds is None or seconds > LATEST:
            raise BadRequest(f"There is no time “{shortened(value)}”.", hint=hint or HINT)
        return seconds

    def read(self, text: str) -> float:
        """The value a form sent; see `check`."""
        return self.check(text)

    def shown(self, value: float | None) -> str:
        """The value as a page shows it; nothing where there is none."""
        return "" if value is None else written(value)
