"""What the doctor finds: one thing, whether it is well, and how to mend it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from source.core.errors import AverError
from source.settings import Settings

OK, WARNING, WRONG = "ok", "warning", "wrong"
STATES = (OK, WARNING, WRONG)
"""Well; works, but not as it could or should; does not work."""

INSTALL = "Run: python3 setup.py install"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        What it is.
    state : str
        One of `STATES`.
    text : str
        What was found.
    cure : str
        What to do; empty where all is well.
    group : str
        The heading it stands under; `examine` sets it.
    """

    name: str
    state: str
    text: str
    cure: str = ""
    group: str = ""


Look = Callable[[Settings], Iterable[Finding]]
"""Looks at one thing or several that belong together, and changes nothing."""


def well(name: str, text: str) -> Finding:
    """Something that is as it should be."""
    return Finding(name, OK, text)


def doubtful(name: str, text: str, cure: str) -> Finding:
    """Something that works, but not as it could or should."""
    return Finding(name, WARNING, text, cure)


def wrong(name: str, text: str, cure: str) -> Finding:
    """Something that does not work."""
    return Finding(name, WRONG, text, cure)


def of_error(name: str, error: BaseException) -> Finding:
    """What an error says: ours with their cure, a missing package with ours, others by kind."""
    if isinstance(error, AverError):
        return wrong(name, error.message, error.hint)
    if isinstance(error, ImportError):
        missing = f"The package “{error.name}” cannot be loaded: {error}."
        return wrong(name, missing, INSTALL)
    return wrong(
        name,
        f"It could not be looked at ({type(error).__name__}: {error}).",
        "Run again with --traceback, and report what it says.",
    )
