"""CSV as spreadsheets and pandas read it, the same bytes on every machine."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from source.views.exports.row import Format

CSV = Format("CSV", "text/csv", "Excel, R, pandas, SPSS")

_FORMULA = re.compile(r"(?:(?<=[;\t\r\n])|^)(?=[\s\x00]*[=+\-@＝＋－＠]|[\t\r\n])")
"""Where a spreadsheet may begin a formula: at the start of a cell, also in a full-width form, and
behind what parts cells where the decimal point is a comma."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")

IN_MEMORY = 16 << 20
"""Bytes up to which a table is not written to the disk meanwhile."""


def written(head: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """A small table, whole; see `streamed`."""
    with streamed(head, rows) as file:
        return file.read()


def streamed(head: Sequence[str], rows: Iterable[Mapping[str, object]]) -> IO[bytes]:
    """A table in UTF-8, one line a row, as an open file; what a row lacks is an empty cell.

    Parameters
    ----------
    head : sequence of str
        The columns.
    rows : iterable of mapping
        Cells by column; None is an empty cell.

    Raises
    ------
    ValueError
        If a row has a column that `head` lacks.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  the caller closes
    text = io.TextIOWrapper(file, "utf-8", "replace", newline="")
    writer = csv.DictWriter(text, head, restval="", lineterminator="\n")
    writer.writerow({column: cell(column) for column in head})
    writer.writerows({column: cell(value) for column, value in row.items()} for row in rows)
    text.detach()  # writes what it holds, and leaves the file open
    file.seek(0)
    return file


def cell(value: object) -> object:
    """A value as it is written: where a spreadsheet would compute a text stands an apostrophe.

    Examples
    --------
    >>> cell(-0.5), cell("-0.5"), cell("=1+1"), cell("a;=1+1"), cell(None), cell(True)
    (-0.5, '-0.5', "'=1+1", "a;'=1+1", '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return _FORMULA.sub("'", value)
    return value
