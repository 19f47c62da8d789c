"""A job: one recording (or one pair) on its way to a Result."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from source.core.options import Options
from source.core.progress import Progress

STATES = ("waiting", "running", "done", "failed", "cancelled", "refused", "deleted")
"""Every state of a job; the last five are final. Of a refused one there is only this record: a
file that was sent, and why it could not be taken. A deleted one is hidden from everybody until
it is erased a moment later, or until its owner undoes that."""


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Job:
    """One look at a job. Times are UTC.

    Attributes
    ----------
    id : str
        Sorts by time of creation; cannot be guessed.
    session : str
        Whose job it is.
    names : tuple of str
        What the files were called, safe to show.
    analysis : str
        What was asked for; what was done, once it is done.
    state : str
        One of `STATES`.
    progress : Progress
        How far it has come.
    created, started, ended : datetime or None
        When it was submitted, taken up (last) and ended; a refused one ends when its owner has
        read why and put it away.
    error : dict or None
        ``AverError.to_dict()["error"]`` of a job that failed or was refused.
    headline : dict or None
        ``{"label", "score", "certain", "filled", "text", "share"}`` of a done job in which an
        emotion was found: the overall answer, how much of its bar is filled, and its headline.
    kind : str
        audio, image or video: the kind of the first file.
    seconds : float or None
        How long the recording is.
    expires : datetime
        When it will be deleted with its files.
    attempts : int
        How often it was taken up.
    stopping : bool
        Whether it runs, but was asked to stop.
    files : tuple of str
        Names on disk, in the order of `names`.
    options : Options
        What was asked for.
    readable : bool
        Whether all of it could be read. The options of another release may not be, or a value
        is damaged; then defaults stand there, with which nothing may be done again.
    """

    id: str
    session: str
    names: tuple[str, ...]
    analysis: str
    state: str
    created: datetime
    expires: datetime
    progress: Progress = field(default_factory=Progress)
    started: datetime | None = None
    ended: datetime | None = None
    error: dict[str, Any] | None = None
    headline: dict[str, Any] | None = None
    kind: str = ""
    seconds: float | None = None
    attempts: int = 0
    stopping: bool = False
    files: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    readable: bool = True

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed", "cancelled", "refused", "deleted")
