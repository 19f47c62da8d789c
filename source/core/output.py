"""Writing to stdout and stderr, which may be full, closed, or no longer read."""

import contextlib
import os
import sys
from typing import TextIO

from source.core.errors import NotWritten

NO_READER = 141
"""Exit status of a program whose reader went away: 128 and the number of SIGPIPE."""


def write(text: str) -> None:
    """Print a text to stdout, and make sure that it has arrived.

    Raises
    ------
    BrokenPipeError
        If nobody reads it any more, as under ``| head``.
    NotWritten
        If it cannot be written: a full disk, a closed stream.
    """
    if sys.stdout is None:
        raise NotWritten("it is closed")
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _lost(error) from None


def flush() -> None:
    """Flush stdout; raises the same errors as `write`."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _lost(error) from None


def tell(text: str) -> None:
    """Print a line to stderr; if stderr cannot be written, do nothing."""
    if sys.stderr is None:
        return
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _to_nowhere(sys.stderr)


def unread() -> int:
    """Discard the rest of stdout and return the exit status.

    To be called for a `BrokenPipeError`.
    """
    _to_nowhere(sys.stdout)
    return NO_READER


def _lost(error: OSError) -> NotWritten:
    _to_nowhere(sys.stdout)
    return NotWritten((error.strerror or str(error)).lower())


def _to_nowhere(stream: TextIO) -> None:
    """Send the rest to the null device, or Python complains again when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nothing, stream.fileno())
        finally:
            os.close(nothing)
