"""Faults of disk and database, as errors with one sentence."""

import errno
import logging
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from source.core.errors import DISK_FULL, DamagedDatabase, DiskFull, Unavailable, Unwritable

log = logging.getLogger(__name__)

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""Codes with which SQLite says that a file is damaged, or no database of its kind."""

NO_WRITING = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
)
"""Codes with which SQLite says that it cannot write or read its file."""

USELESS = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ENOTDIR, errno.EISDIR, errno.EMFILE}
)
"""Numbers with which a system says that a file or folder cannot be used."""


@contextmanager
def storage_errors(place: Path | None = None) -> Iterator[None]:
    """Turn a full disk and a busy or broken database into what a person may see.

    Parameters
    ----------
    place : Path, optional
        The SQLite file or the folder, named in the sentence that says what is wrong with it.
        Given where the server starts; a page does not tell where the server keeps its files.

    Raises
    ------
    DiskFull
        Where the disk or the database has no room.
    Unwritable
        Where a file or folder cannot be written or read.
    DamagedDatabase
        Where SQLite says that its file is damaged.
    Unavailable
        Where the database cannot be written for another reason.
    """
    from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise DiskFull() from error
        if error.errno in USELESS:
            raise _unwritable(place, error.strerror) from error
        raise
    except (DatabaseError, InterfaceError, sqlite3.DatabaseError) as error:
        if _says(error, DAMAGED):
            if place is None:
                log.error("The database failed.", exc_info=True)
            name = f"The database {place}" if place else "The database of the server"
            raise DamagedDatabase(name) from error
        away = isinstance(error, OperationalError | InterfaceError | sqlite3.OperationalError)
        if not away and type(error) is not DatabaseError:  # which PostgreSQL's driver raises
            raise
        if "full" in str(error):
            raise DiskFull() from error
        if _says(error, NO_WRITING):
            raise _unwritable(place, "its database cannot be opened or written") from error
        log.error("The database failed.", exc_info=True)
        raise Unavailable("The database does not respond.") from error


def _says(error: Exception, codes: Collection[int]) -> bool:
    """Whether SQLite said so, itself or through SQLAlchemy."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return code is not None and code & 0xFF in codes  # the rest of a code is a detail


def _unwritable(place: Path | None, why: str | None) -> Unwritable:
    if place is not None:
        return Unwritable(str(place), (why or "").lower())
    log.error("The data folder cannot be used.", exc_info=True)
    return Unwritable()


def kind_of(url: str) -> str:
    """What a URL begins with, to be told: the rest may hold a password.

    Examples
    --------
    >>> kind_of("redis://:secret@host"), kind_of("secret")
    ('redis', '…')
    """
    kind, colon, _ = url.partition("://")
    return kind if colon and kind.replace("+", "").isalnum() else "…"
