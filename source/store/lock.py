"""A lock that one process holds and the system gives back when that process dies."""

import contextlib
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

_PLACE = 1 << 20
"""Byte that is locked on Windows: past the text, so that the text stays readable."""


class FileLock:
    """A locked file.

    Parameters
    ----------
    path : Path
        The file; made if need be, never deleted.

    Attributes
    ----------
    text : str
        What the file has said since it was made: 16 random hexadecimal digits, which name
        the folder it lies in.
    """

    def __init__(self, path: Path) -> None:
        self.text = ""
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Try to get the lock; False where another process has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        self.text = os.read(descriptor, 16).decode("ascii", "replace")
        if len(self.text) != 16:
            self.text = secrets.token_hex(8)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, self.text.encode())
        return True

    def touch(self) -> None:
        """Leave the time, for those who ask whether the holder still works."""
        os.utime(self._path)

    def touched(self) -> datetime | None:
        """When it was touched last, in UTC; None if it never was."""
        try:
            return datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def give_back(self) -> None:
        """Let another process have it."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        import msvcrt

        os.lseek(descriptor, _PLACE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:

    def _lock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
