"""The Result in its written form; every JSON text of a Result is made here."""

import json

from source.core.result import Result
from source.views.exports.row import Subject
from source.views.labels import relabel

INDENT = 1
"""Spaces a level of a file that people may look into: few, since most of it is numbers."""


def result_json(result: Result, *, view: str = "native", indent: int | None = None) -> str:
    """A Result as JSON text in ASCII, without a line end.

    Parameters
    ----------
    result : Result
        As it was measured.
    view : str
        The label view of the text.
    indent : int, optional
        Spaces a level; one line where it is None.

    Raises
    ------
    UnknownOption
        If there is no such view.
    """
    return json.dumps(relabel(result, view), indent=indent)


def json_file(subject: Subject) -> bytes:
    """The file that the command line saves and a page gives."""
    return f"{result_json(subject.result, view=subject.view, indent=INDENT)}\n".encode("ascii")
