"""What an export is: a row of the table, and what its function is given."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from source.core.result import Result
from source.views.labels import relabelled


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
        The recording, or both files of a pair; empty for an export that needs none.
    """

    result: Result
    view: str = "native"
    theme: str = "light"
    recordings: tuple[Path, ...] = ()

    @cached_property
    def shown(self) -> Result:
        """The Result in the label view."""
        return relabelled(self.result, self.view)


def always(result: Result) -> bool:
    """Whether there is something to write, for a format that has room for any Result."""
    return True


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
        Gives the whole file. A package (``.zip``) is a file like any other.
    offered : callable
        Whether a Result holds something for it.
    needs_recording : bool
        Whether it is made from the recording, too; then it goes when the recording goes.
    """

    name: str
    format: Format
    title: str
    suffix: str
    write: Callable[[Subject], bytes]
    offered: Callable[[Result], bool] = always
    needs_recording: bool = False
