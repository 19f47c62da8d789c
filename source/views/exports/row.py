"""What an export is: a row of the table, and what its function is given."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Protocol

import numpy as np
from numpy.typing import NDArray

from source.core.names import kept_name
from source.core.result import Result
from source.views.labels import relabelled

Stretch = tuple[float, float]
"""From and to, in seconds."""


class Excerpts(Protocol):
    """What can be taken out of the recording itself: `source.drawing.excerpts` does so."""

    def picture(self, result: Result) -> bytes | None:
        """The picture of a still with what a Result says drawn over it, as JPEG.

        None where there is no picture, or it cannot be read any more.
        """

    def sound(self, start: float, end: float) -> tuple[int, Iterator[NDArray[np.float32]]]:
        """Rate in hertz, and the samples (mono, -1 to 1) of a stretch, block by block."""


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes
    ----------
    name : str
        What people call it.
    media_type : str
        What HTTP calls it.
    opens : str
        What opens it, in a few words.
    """

    name: str
    media_type: str
    opens: str


@dataclass(frozen=True)
class Subject:
    """What is to be exported.

    Attributes
    ----------
    result : Result
        As it was measured.
    view : str
        The label view that is asked for.
    theme : str
        "light" or "dark": the ground of pictures.
    recordings : tuple of Path
        The recording, or both files of a pair; empty where they are not there any more.
    excerpts : Excerpts or None
        Takes pictures and sound out of them; None as above.
    stretch : (float, float) or None
        The seconds that are asked for, of an export that has them; None for all.
    drawings : tuple of Path
        What was drawn beside the Result.
    """

    result: Result
    view: str = "native"
    theme: str = "light"
    recordings: tuple[Path, ...] = ()
    excerpts: Excerpts | None = None
    stretch: Stretch | None = None
    drawings: tuple[Path, ...] = ()

    @cached_property
    def shown(self) -> Result:
        """The Result in the label view."""
        return relabelled(self.result, self.view)

    def named(self, ending: str) -> str:
        """The name of a file in a package: the recording's, with another ending."""
        return kept_name(self.result.source.name, ending)


def always(result: Result) -> bool:
    """Whether there is something to write, for a format that has room for any Result."""
    return True


def same(row: "Export", subject: Subject) -> str:
    """The ending of an export that is called alike whatever is in it."""
    return row.suffix


@dataclass(frozen=True)
class Export:
    """One way to take a Result along.

    Attributes
    ----------
    name : str
        What it is asked for by: on the command line, in an address.
    format : Format
        What kind of file it is.
    title : str
        What is in it, in a word or two; unique within its format.
    suffix : str
        What the file's name has behind the recording's: ``_bar.svg``.
    write : callable
        Gives the whole file, or an open file that begins at its start if it may be large.
    offered : callable
        Whether a Result holds something for it.
    needs_recording : bool
        Whether it is made from the recording, too; then it goes when the recording goes.
    needs_drawing : str
        What the name of its file ends in, without the suffix, if it is a drawing that was made
        beside the Result: “_annotated”.
    takes_stretch : bool
        Whether it may be of a stretch of the recording: ``sound:12.5-30``, ``?from=12.5&to=30``.
    ending : callable
        The suffix of one file, where it depends on what is exported.
    """

    name: str
    format: Format
    title: str
    suffix: str
    write: Callable[[Subject], bytes | IO[bytes]]
    offered: Callable[[Result], bool] = always
    needs_recording: bool = False
    needs_drawing: str = ""
    takes_stretch: bool = False
    ending: Callable[["Export", Subject], str] = field(default=same, repr=False)


@dataclass(frozen=True)
class File:
    """An export as a file.

    Attributes
    ----------
    content : file
        Open at its start; whoever gets it closes it.
    suffix : str
        What its name has behind the recording's.
    """

    content: IO[bytes]
    suffix: str

    @classmethod
    def of(cls, row: Export, subject: Subject) -> "File":
        """What a row of the table makes of a subject."""
        made = row.write(subject)
        content = io.BytesIO(made) if isinstance(made, bytes) else made
        return cls(content, row.ending(row, subject))
