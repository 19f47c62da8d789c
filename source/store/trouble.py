"""Faults of disk and database, as errors with one sentence."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from source.core.errors import DISK_FULL, DiskFull, Unavailable

log = logging.getLogger(__name__)


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn a full disk and a busy or broken database into what a person may see.

    Raises
    ------
    DiskFull
        Where the disk or the database has no room.
    Unavailable
        Where the database cannot be written for another reason.
    """
    from sqlalchemy.exc import OperationalError

    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise DiskFull() from error
        raise
    except (OperationalError, sqlite3.OperationalError) as error:
        if "full" in str(error):
            raise DiskFull() from error
        log.error("The database failed.", exc_info=True)
        raise Unavailable("The database does not respond.") from error
