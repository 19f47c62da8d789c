"""What is asked for: an export by its name, and a stretch of the recording behind a colon."""

from collections.abc import Mapping
from dataclasses import dataclass

from source.core import baseline
from source.core.errors import BadRequest, UnknownOption
from source.core.figures import shortened
from source.core.result import Result
from source.views.exports.row import Export, Stretch
from source.views.timeline import length

HINT = "Give two times, the earlier first, in seconds or as on a clock: 12.5-30 or 0:12-0:30."


@dataclass(frozen=True)
class Asked:
    """One export that is asked for.

    Attributes
    ----------
    name : str
        A row of the table.
    stretch : (float, float) or None
        The seconds it is to be of; None for all.
    """

    name: str
    stretch: Stretch | None = None


def read(text: str, table: Mapping[str, Export]) -> Asked:
    """Read ``bar.png`` or ``sound:12.5-30``.

    Raises
    ------
    UnknownOption
        If there is no such export.
    BadRequest
        If it takes no times, or they are none.
    """
    name, colon, times = text.partition(":")
    if name not in table:
        raise UnknownOption("export", name, tuple(table))
    if not colon:
        return Asked(name)
    if not table[name].takes_stretch:
        raise BadRequest(f"The export “{name}” takes no times.", hint=f"Ask for “{name}” alone.")
    return Asked(name, stretch(times))


def stretch(times: str) -> Stretch:
    """Read two times with a hyphen between them; seconds.

    Examples
    --------
    >>> stretch("12.5-30"), stretch("0:12-1:00")
    ((12.5, 30.0), (12.0, 60.0))

    Raises
    ------
    BadRequest
        If these are no two times, the earlier first.
    """
    found = baseline.stretch(times)
    if found is None or not found[0] < found[1]:
        raise BadRequest(f"“{shortened(times)}” is no stretch of time.", hint=HINT)
    return found


def between(start: str, end: str, result: Result) -> Stretch | None:
    """Read the two fields of a form; an empty one is the begin or the end of the recording.

    Raises
    ------
    BadRequest
        If these are no two times, the earlier first.
    """
    if not start.strip() and not end.strip():
        return None
    return stretch(f"{start.strip() or 0}-{end.strip() or round(length(result), 3)}")
