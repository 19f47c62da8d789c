"""The terminal: its width, its colours, and one line on it that says how far we are."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from typing import TextIO

MOST = 100
"""Widest a text is set: longer lines are hard to read."""


def printable(text: str) -> str:
    """A name as it can be shown: what would steer the terminal is written out.

    Examples
    --------
    >>> printable("a\\x1b[2Jb.wav")
    'a\\\\x1b[2Jb.wav'
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep what native libraries write to stderr by themselves from the user.

    LiteRT and codecs greet and grumble there and have no switch for it. What Python writes to
    `sys.stderr` still arrives.
    """
    try:
        own = sys.stderr.fileno() == 2
    except (AttributeError, OSError, ValueError):
        own = False
    if not own:  # somebody has put another stream in its place
        yield
        return
    python, kept = sys.stderr, os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    sys.stderr = os.fdopen(
        os.dup(kept), "w", encoding=python.encoding, errors=python.errors, buffering=1
    )
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # a full disk: nothing can be said there
            sys.stderr.close()
        sys.stderr = python
        os.dup2(kept, 2)
        os.close(nothing)
        os.close(kept)


class Style:
    """How to write on one stream: colours only where they can be seen and are wanted.

    Attributes
    ----------
    width : int
        Columns to use.
    colours, blocks : bool
        Whether escape sequences, and block characters, may be written.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        stream = stream or sys.stdout
        terminal = stream is not None and stream.isatty()
        self.width = max(40, min(shutil.get_terminal_size((80, 24)).columns, MOST))
        self.colours = (
            terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        )
        if self.colours and os.name == "nt":
            os.system("")  # switches escape sequences on in an old console
        try:
            "█▏·–…".encode(getattr(stream, "encoding", None) or "ascii")
            self.blocks = True
        except (LookupError, UnicodeEncodeError):
            self.blocks = False

    def bold(self, text: str) -> str:
        """Text that stands out."""
        return self._in("1", text)

    def dim(self, text: str) -> str:
        """Text that steps back."""
        return self._in("2", text)

    def coloured(self, text: str, hexadecimal: str) -> str:
        """Text in a colour ``#rrggbb``, as near as the terminal comes to it."""
        red, green, blue = (int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5))
        if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
            return self._in(f"38;2;{red};{green};{blue}", text)
        cube = 16 + 36 * round(red / 51) + 6 * round(green / 51) + round(blue / 51)
        return self._in(f"38;5;{cube}", text)

    def bar(self, share: float, width: int) -> str:
        """A bar for a share of 0 to 1, padded to `width` columns."""
        if not self.blocks:
            return ("#" * round(share * width)).ljust(width)
        eighths = round(share * width * 8)
        whole, rest = divmod(eighths, 8)
        return ("█" * whole + " ▏▎▍▌▋▊▉"[rest].strip()).ljust(width)

    def plain(self, text: str) -> str:
        """Text with what the stream cannot show replaced by its nearest."""
        if self.blocks:
            return text
        for sign, near in (("–", "-"), ("·", "-"), ("…", "..."), ("“", '"'), ("”", '"')):
            text = text.replace(sign, near)
        return text

    def _in(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colours else text


class StatusLine:
    """One line on stderr that is written over; nothing at all where that is no terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        terminal = self._stream is not None and self._stream.isatty()
        self._on = terminal and os.environ.get("TERM") != "dumb"
        self._shown = ""

    def show(self, text: str) -> None:
        """Put `text` in the line, cut to the terminal's width."""
        width = shutil.get_terminal_size((80, 24)).columns - 1
        text = text if len(text) <= width else text[: width - 1] + "…"
        if self._on and text != self._shown:
            self._write(f"\r\033[K{text}")
            self._shown = text

    def clear(self) -> None:
        """Take the line away, so that something else can be printed."""
        if self._on and self._shown:
            self._write("\r\033[K")
            self._shown = ""

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, UnicodeEncodeError):
            self._stream.write(text)
            self._stream.flush()
