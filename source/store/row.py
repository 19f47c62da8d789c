"""A job as a row of the database."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Double, String
from sqlalchemy.orm import Mapped, mapped_column

from source.core.errors import AverError
from source.core.options import Options
from source.core.progress import Progress
from source.store.base import Base, UtcTime
from source.store.job import Job


class JobRow(Base):
    """A job as it is written."""

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    session: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    stopping: Mapped[bool] = mapped_column(default=False)
    analysis: Mapped[str] = mapped_column(String(10))
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    names: Mapped[list[str]] = mapped_column(JSON)
    files: Mapped[list[str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(String(10))
    seconds: Mapped[float | None] = mapped_column(Double)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON)
    worker: Mapped[str | None] = mapped_column(String(64))
    heartbeat: Mapped[datetime | None] = mapped_column(UtcTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    headline: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(UtcTime)
    started: Mapped[datetime | None] = mapped_column(UtcTime)
    ended: Mapped[datetime | None] = mapped_column(UtcTime)
    expires: Mapped[datetime] = mapped_column(UtcTime, index=True)
    recordings: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)
    """What is known of each file, by its number; none of it in jobs of older releases."""

    def job(self) -> Job:
        """The job this row describes, also where another release wrote it."""
        same = (
            "id",
            "session",
            "analysis",
            "state",
            "created",
            "expires",
            "started",
            "ended",
            "error",
            "headline",
            "kind",
            "seconds",
            "attempts",
            "stopping",
        )
        return Job(
            **{name: getattr(self, name) for name in same},
            names=tuple(self.names),
            files=tuple(self.files),
            progress=Progress(**_known(Progress, self.progress)),
            **_options(self.options),
        )


def _known(kind: type[Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What a dataclass has a place for; the rest stays in the row."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in stored.items() if name in names}


def _options(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A job's options; where this release cannot read them, that is said instead."""
    try:
        return {"options": Options(**_known(Options, stored))}
    except (AverError, TypeError, ValueError):
        return {"readable": False}
