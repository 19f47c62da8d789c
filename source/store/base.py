"""What every table is made of, and how a damaged value of a row is read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """Of every table."""


class Damaged:
    """What a value that cannot be read is read as: one bad row must not hide the good ones."""


DAMAGED: Final = Damaged()


class UtcTime(TypeDecorator[datetime]):
    """A time in UTC, also where the database keeps no zone; `DAMAGED` where it is no time."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write without a zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read as UTC."""
        return None if value is None else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read what is no time as `DAMAGED`."""
        return _guarded(super().result_processor(dialect, coltype))


class Document(TypeDecorator[Any]):
    """JSON; `DAMAGED` where it is none."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read what is no JSON as `DAMAGED`."""
        return _guarded(super().result_processor(dialect, coltype))


class database_time(FunctionElement[datetime]):  # noqa: N801  (it is written as a function)
    """The time of the database, in UTC: one clock for all machines, read within a statement."""

    type = UtcTime()
    inherit_cache = True


@compiles(database_time)
def _database_time(_: Any, compiler: Any, **__: Any) -> str:
    if compiler.dialect.name == "sqlite":
        return "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"  # as SQLAlchemy writes times
    if compiler.dialect.name == "postgresql":
        return "(clock_timestamp() AT TIME ZONE 'UTC')"
    return "CURRENT_TIMESTAMP"


def _guarded(read: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    if read is None:
        return None

    def process(value: Any) -> Any:
        try:
            return read(value)
        except (ValueError, TypeError, RecursionError):
            return DAMAGED

    return process
