"""The database: SQLite in the data folder, or any server SQLAlchemy knows."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from source.core.errors import BadRequest, DamagedDatabase
from source.store.files import keep_private
from source.store.job import now
from source.store.schema import bring_up_to_date
from source.store.trouble import kind_of, storage_errors

BUSY_SECONDS = 30
"""How long a writer waits for another one."""

SCRUB_SECONDS = 2
"""How long emptying the log waits for those who read."""


class Database:
    """Short transactions on one engine.

    Parameters
    ----------
    url : str
        SQLAlchemy URL; SQLite in `folder` where it is empty.
    folder : Path
        The data folder.

    Raises
    ------
    BadRequest
        If the URL makes no sense or its driver is not installed.
    NewerDatabase
        If a newer release wrote it.
    DamagedDatabase
        If it is damaged, or something else.
    Unavailable
        If the database does not respond.
    """

    def __init__(self, url: str, *, folder: Path) -> None:
        file = None if url else folder / "aver.db"
        if file is not None:
            own_database(file)
        self._engine = _engine(url or f"sqlite:///{file}")
        if self._engine.dialect.name == "sqlite":
            _tune_sqlite(self._engine)
        self._writing = self._engine.execution_options(writing=True)
        with storage_errors(file):
            self._create()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only looks. Raises `Unavailable` where the database cannot."""
        with storage_errors(), Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that is kept if the block ends well, and undone if it raises.

        Raises `Unavailable` where the database cannot, `DiskFull` where there is no room.
        """
        with (
            storage_errors(),
            Session(self._writing, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def scrub(self) -> bool:
        """Leave nothing of deleted rows in SQLite's files; gives whether that is so now.

        SQLite writes zeros over what is deleted (`secure_delete`), but into the write-ahead
        log, which still holds the pages as they were before: it is emptied into the database
        and cut to nothing. Where others are at work in that moment it is not; ask again later.
        """
        if self._engine.dialect.name != "sqlite":
            return True  # a server looks after its own files
        with storage_errors(), self._engine.connect() as connection:
            cursor = connection.connection.cursor()
            try:
                cursor.execute(f"PRAGMA busy_timeout = {SCRUB_SECONDS * 1000}")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                row = cursor.fetchone()
                return row is not None and not row[0]
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
                cursor.close()

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._engine.dispose()

    def _create(self) -> None:
        try:
            with self._writing.begin() as connection:
                bring_up_to_date(connection)
        except DBAPIError:
            if self._engine.dialect.name == "sqlite":
                raise
            # on a server another process did the same at the same moment
            with self._writing.begin() as connection:
                bring_up_to_date(connection)
        self.close()  # so that a process that forks now shares no connection


class Table:
    """What can be asked of and done to one table.

    Parameters
    ----------
    database : Database
        Where the table is.
    clock : callable
        Tells the time in UTC.
    """

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock


def own_database(path: Path) -> None:
    """Make a database's file one that only its owner can read, and those SQLite puts beside it.

    SQLite gives the files beside it the rights of the database itself. Raises `DamagedDatabase`
    where a folder stands in its place.
    """
    if path.is_dir():
        raise DamagedDatabase(f"The folder {path}, which stands where a file should,")
    with storage_errors():
        if not path.exists():
            path.touch(mode=0o600)
        for file in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            keep_private(file)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):  # the driver we pin
            parsed = parsed.set(drivername="postgresql+pg8000")
        patience = {"timeout": 30} if parsed.drivername == "postgresql+pg8000" else {}
        # What fails is logged, and parameters hold names of recordings.
        return create_engine(
            parsed, pool_pre_ping=True, hide_parameters=True, connect_args=patience
        )
    except (ArgumentError, ImportError, ValueError) as error:
        kind = kind_of(url)
        why = "its driver is not installed" if isinstance(error, ImportError) else "it is no URL"
        raise BadRequest(
            f"The setting DATABASE_URL, which begins with “{kind}”, cannot be used: {why} of a "
            "database.",
            hint="Use SQLAlchemy's URL format and install the driver (for PostgreSQL, "
            "requirements-scale.txt), or leave it empty.",
        ) from None


def _tune_sqlite(engine: Engine) -> None:
    """Let readers go on while one writes, and writers queue up instead of failing.

    The driver's own transaction handling is switched off: it begins only at the first write,
    and a transaction that has read before it writes is refused as "locked" at once, whatever
    the busy timeout. So writers take the lock when they begin.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        _use_wal(cursor)
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # deleted means deleted
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _use_wal(cursor: Any) -> None:
    """Switch to the write-ahead log; the switch itself does not heed the busy timeout."""
    import sqlite3

    for attempt in range(100):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
            time.sleep(0.05)
