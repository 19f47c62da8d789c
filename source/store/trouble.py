"""Faults of disk and database, as errors with one sentence."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from source.core.errors import DISK_FULL, DamagedDatabase, DiskFull, Unavailable

log = logging.getLogger(__name__)

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""Codes with which SQLite says that a file is damaged, or no database of its kind."""


@contextmanager
def storage_errors(database: Path | None = None) -> Iterator[None]:
    """Turn a full disk and a busy or broken database into what a person may see.

    Parameters
    ----------
    database : Path, optional
        The SQLite file, named in the sentence that says it is damaged. Given where the server
        starts; a page does not tell where the server keeps its files.

    Raises
    ------
    DiskFull
        Where the disk or the database has no room.
    DamagedDatabase
        Where SQLite says that its file is damaged.
    Unavailable
        Where the database cannot be written for another reason.
    """
    from sqlalchemy.exc import DatabaseError, OperationalError

    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise DiskFull() from error
        raise
    except (DatabaseError, sqlite3.DatabaseError) as error:
        if _damaged(error):
            if database is None:
                log.error("The database failed.", exc_info=True)
            place = f"The database {database}" if database else "The database of the server"
            raise DamagedDatabase(place) from error
        if not isinstance(error, OperationalError | sqlite3.OperationalError):
            raise
        if "full" in str(error):
            raise DiskFull() from error
        log.error("The database failed.", exc_info=True)
        raise Unavailable("The database does not respond.") from error


def _damaged(error: Exception) -> bool:
    """Whether SQLite said so, itself or through SQLAlchemy."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return code is not None and code & 0xFF in DAMAGED  # the rest of a code is a detail
