"""How far an analysis has come."""

from collections.abc import Callable
from dataclasses import dataclass

STAGES = ("received", "reading", "fusing", "drawing", "done")
"""The steps of an analysis, in order. Voice and face are both read while `reading`;
`drawing` only where something is drawn beside the Result."""


@dataclass(frozen=True)
class Progress:
    """One look at work under way.

    Attributes
    ----------
    stage : str
        One of `STAGES`.
    seconds : float
        How much of the recording has been read; while `drawing`, drawn.
    total : float or None
        How long the recording is, where that is known.
    faces : int
        Faces read so far.
    utterances : int
        Stretches of speech read so far.
    """

    stage: str = "received"
    seconds: float = 0.0
    total: float | None = None
    faces: int = 0
    utterances: int = 0


OnProgress = Callable[[Progress], None]
Cancelled = Callable[[], bool]


def ignore(_: Progress) -> None:
    """For callers who do not want to know."""


def never() -> bool:
    """For callers who never cancel."""
    return False
