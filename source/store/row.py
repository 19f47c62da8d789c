"""A job as a row of the database."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Double, String
from sqlalchemy.orm import Mapped, mapped_column

from source.core.emotions import EMOTIONS
from source.core.errors import AverError
from source.core.options import Options
from source.core.progress import Progress
from source.core.typed import fits, hints
from source.store.base import DAMAGED, Base, Document, UtcTime
from source.store.job import STATES, Job

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

INSTEAD: dict[str, Any] = {
    "names": ("damaged entry",),
    "analysis": "auto",
    "state": "failed",
    "created": LONG_AGO,
    "expires": LONG_AGO,
}
"""What stands in a job for what could not be read and has no default."""

HEADLINE = {"label": str, "score": float, "certain": bool}
"""What every headline has; those of the first release have nothing else."""

MORE = {"filled": float, "text": str, "share": str}
"""What a headline may have."""

ERROR = {"code": str, "message": str, "hint": str, "status": int}
"""What an error has that was written down."""


class JobRow(Base):
    """A job as it is written."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    session: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    stopping: Mapped[bool] = mapped_column(default=False)
    analysis: Mapped[str] = mapped_column(String(10))
    options: Mapped[dict[str, Any]] = mapped_column(Document)
    names: Mapped[list[str]] = mapped_column(Document)
    files: Mapped[list[str]] = mapped_column(Document)
    kind: Mapped[str] = mapped_column(String(10))
    seconds: Mapped[float | None] = mapped_column(Double)
    progress: Mapped[dict[str, Any]] = mapped_column(Document)
    worker: Mapped[str | None] = mapped_column(String(64))
    heartbeat: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[dict[str, Any] | None] = mapped_column(Document)
    headline: Mapped[dict[str, Any] | None] = mapped_column(Document)
    created: Mapped[datetime] = mapped_column(UtcTime)
    started: Mapped[datetime | None] = mapped_column(UtcTime)
    ended: Mapped[datetime | None] = mapped_column(UtcTime)
    expires: Mapped[datetime] = mapped_column(UtcTime, index=True)
    recordings: Mapped[dict[str, Any] | None] = mapped_column(Document, deferred=True)
    """What is known of each file, by its number; none of it in jobs of older releases."""
    edits: Mapped[dict[str, Any] | None] = mapped_column(Document, deferred=True)
    """What its owner changed in its result (`core.edits`); None where nothing was."""
    was: Mapped[dict[str, Any] | None] = mapped_column(Document)
    """``{"state", "expires"}`` before its owner deleted it: that can be undone for a moment."""
    fingerprint: Mapped[str | None] = mapped_column(String(64), index=True, deferred=True)
    """What it has in common with a job that would find the same; none in older releases."""

    def job(self) -> Job:
        """The job this row describes, also where another release wrote it or it is damaged.

        A damaged value is left at its default, or at what stands `INSTEAD`; then, and where this
        release cannot read the options, the job is not `readable`.
        """
        kinds = {name: kind for name, kind in hints(Job).items() if name != "readable"}
        stored: dict[str, Any] = {
            **{name: getattr(self, name) for name in kinds},
            "names": _sequence(self.names),
            "files": _sequence(self.files),
            "progress": _built(Progress, self.progress),
            "options": _built(Options, self.options),
        }
        wrong = {name for name, kind in kinds.items() if not fits(kind, stored[name])}
        wrong |= {name for name in kinds.keys() - wrong if not _makes_sense(name, stored)}
        read: dict[str, Any] = {name: stored[name] for name in kinds.keys() - wrong}
        instead = {name: value for name, value in INSTEAD.items() if name in wrong}
        return Job(**read, **instead, readable=not wrong)


def _sequence(stored: Any) -> Any:
    return tuple(stored) if isinstance(stored, list) else DAMAGED


def _built(kind: type[Any], stored: Any) -> Any:
    """A dataclass of what it has a place for; the rest stays in the row."""
    if not isinstance(stored, dict):
        return DAMAGED
    try:
        return kind(**{name: value for name, value in stored.items() if name in hints(kind)})
    except (AverError, TypeError, ValueError):
        return DAMAGED


def _makes_sense(name: str, stored: Mapping[str, Any]) -> bool:
    """Whether a value of the right type is one that a job can have."""
    value = stored[name]
    if name == "state":
        return value in STATES
    if name == "names":
        return bool(value)
    if name == "files":  # of a refused file there is but the name
        names = stored["names"]
        return not value or (isinstance(names, tuple) and len(value) <= len(names))
    if value is None:
        return True
    if name == "error":
        return _has(ERROR, value)
    if name == "headline":
        may = {key: kind for key, kind in MORE.items() if value.get(key) is not None}
        return _has({**HEADLINE, **may}, value) and value["label"] in EMOTIONS
    return True


def _has(kinds: Mapping[str, Any], stored: Mapping[str, Any]) -> bool:
    return all(key in stored and fits(kind, stored[key]) for key, kind in kinds.items())
