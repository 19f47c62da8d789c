"""Output that nobody reads any more, as under ``| head``."""

import os
import sys

NO_READER = 141
"""Exit status of a program whose reader went away: 128 and the number of SIGPIPE."""


def unread() -> int:
    """Let what is still to be written to stdout go nowhere; gives the exit status.

    To be called for a `BrokenPipeError`. Python writes what it still holds when it ends, and
    would complain again.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NO_READER
