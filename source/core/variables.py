"""What is known of each recording beside what was read in it: participant, condition, and so on.

Variables come from a table in CSV, or from the names of the files. A study that compares
participants or conditions needs them beside the results.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from source.core.errors import BadRequest
from source.core.figures import shortened

FILE = "file"
"""The column that names the recording."""

BASELINE = "baseline"
"""The column that says what the voice of the recording is read against, as ``--baseline`` does."""

MOST_COLUMNS = 50

MOST_TABLE = 400_000
"""Bytes of a table that a page takes."""

LONGEST = 200
"""Characters of a value, and of the name of a variable."""

PLACE = re.compile(r"\{(\w+)\}")
SHAPE = "Write a pattern such as {participant}_{condition}."
TABLE = "The first line names the columns, and the column “file” the recordings: file,condition."


@dataclass(frozen=True)
class Variables:
    """A table of recordings and what is known of each.

    Attributes
    ----------
    names : tuple of str
        The variables, in the order of the table.
    rows : mapping of str to (mapping of str to str)
        The values of each recording, by its name in the table; what is empty is left out.
    """

    names: tuple[str, ...] = ()
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def key(self, name: str) -> str | None:
        """The row of a recording: its name, its path from some folder on, with or without ending.

        Examples
        --------
        >>> table = read_table("file,condition\\nann/1.wav,calm\\nann/2,loud\\n")
        >>> table.key("study/ann/1.wav"), table.key("ann/2.wav"), table.key("bob/1.wav")
        ('ann/1.wav', 'ann/2', None)
        """
        parts = _path(name).split("/")
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            for form in (tail, tail.rpartition(".")[0]):
                if form in self.rows:
                    return form
        return None

    def of(self, name: str) -> Mapping[str, str]:
        """What is known of a recording, by its name; nothing where the table has no row for it."""
        key = self.key(name)
        return {} if key is None else self.rows[key]

    def missing(self, names: Iterable[str]) -> tuple[list[str], list[str]]:
        """Recordings of these without a row, and rows without a recording."""
        named = list(names)
        used = {self.key(name) for name in named}
        return [n for n in named if self.key(n) is None], [r for r in self.rows if r not in used]


def read_table(content: str | bytes) -> Variables:
    """Read a table in CSV, separated by commas, semicolons or tabs.

    Empty cells at the ends of lines, as spreadsheets write them, do not count.

    Raises
    ------
    BadRequest
        If it is no such table: not UTF-8, without the column `FILE`, with a line too many cells
        long, or with two rows for one recording.

    Examples
    --------
    >>> read_table("file;condition\\na.wav;calm\\n").rows
    {'a.wav': {'condition': 'calm'}}
    """
    text = _text(content)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=_separator(text), strict=True))
    except csv.Error as error:
        raise BadRequest(f"The table of variables is no CSV: {error}.", hint=TABLE) from None
    lines = [full for line in lines if (full := _cells(line))]
    if not lines:
        raise BadRequest("The table of variables is empty.", hint=TABLE)
    head, *body = lines
    head = [FILE if column.casefold() == FILE else column for column in head]
    _check_head(head)
    place = head.index(FILE)
    rows: dict[str, dict[str, str]] = {}
    for number, line in enumerate(body, start=2):
        if len(line) > len(head):
            raise BadRequest(
                f"Row {number} of the table of variables has {len(line)} cells, but there are "
                f"{len(head)} columns.",
                hint="Put quotation marks around a value that has a comma in it.",
            )
        name = _path(line[place]) if place < len(line) else ""
        if not name:
            raise BadRequest(f"Row {number} of the table of variables names no file.", hint=TABLE)
        if name in rows:
            raise BadRequest(
                f"The table of variables has two rows for “{shortened(name)}”.",
                hint="Leave one of them out.",
            )
        cells = zip(head, line, strict=False)
        rows[name] = {column: cell[:LONGEST] for column, cell in cells if column != FILE and cell}
    return Variables(tuple(column for column in head if column != FILE), rows)


def by_pattern(pattern: str, names: Iterable[str]) -> Variables:
    """Read the variables off the names of files, without their folders and endings.

    Parameters
    ----------
    pattern : str
        Names in braces, and what stands between them: ``{participant}_{condition}``. A value is
        as short as it can be, and the last takes the rest.

    Raises
    ------
    BadRequest
        If the pattern has no name in braces, one twice, or two without anything in between.

    Examples
    --------
    >>> by_pattern("{participant}_{condition}", ["a/ann_calm_2.wav", "x.wav"]).rows
    {'a/ann_calm_2.wav': {'participant': 'ann', 'condition': 'calm_2'}}
    """
    shape = _compiled(pattern)
    rows = {}
    for name in names:
        last = _path(name).rpartition("/")[2]
        match = shape.fullmatch(last.rpartition(".")[0] or last)
        if match is not None:
            rows[_path(name)] = {key: value[:LONGEST] for key, value in match.groupdict().items()}
    return Variables(tuple(PLACE.findall(pattern)), rows)


def _compiled(pattern: str) -> re.Pattern[str]:
    names = PLACE.findall(pattern)
    if not names or len(pattern) > LONGEST or FILE in names or any(n[0].isdigit() for n in names):
        raise BadRequest(
            f"The pattern “{shortened(pattern)}” names no variable.",
            hint=SHAPE,
        )
    if len(set(names)) < len(names):
        raise BadRequest(f"The pattern “{shortened(pattern)}” has a name twice.", hint=SHAPE)
    if "}{" in pattern:
        raise BadRequest(
            f"In the pattern “{shortened(pattern)}” nothing separates two variables.", hint=SHAPE
        )
    texts = PLACE.split(pattern)[::2]
    parts = [re.escape(texts[0])]
    for number, (name, text) in enumerate(zip(names, texts[1:], strict=True), start=1):
        # what follows begins with this character: values without it keep the search linear
        inner = "." if number == len(names) else f"[^{re.escape(text[0])}]"
        parts += [f"(?P<{name}>{inner}+)", re.escape(text)]
    return re.compile("".join(parts))


def _path(name: str) -> str:
    """A name as it is compared: file systems write the same letters in different ways."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")


def _cells(line: list[str]) -> list[str]:
    """The cells of a line without the empty ones at its end."""
    cells = [cell.strip() for cell in line]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(content: str | bytes) -> str:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest(
            "The table of variables is not UTF-8 text.",
            hint="In a spreadsheet, choose “CSV UTF-8” when you save it.",
        ) from None


def _separator(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _check_head(head: list[str]) -> None:
    if FILE not in head:
        named = shortened(", ".join(head))
        raise BadRequest(
            f"The table of variables has no column “{FILE}”; it has {named}.", hint=TABLE
        )
    if "" in head or len(set(head)) < len(head):
        raise BadRequest(
            "The table of variables has a column without a name, or two of one name.", hint=TABLE
        )
    if len(head) > MOST_COLUMNS or any(len(column) > LONGEST for column in head):
        raise BadRequest(
            f"The table of variables has {len(head)} columns; at most {MOST_COLUMNS} are taken, "
            f"with names of at most {LONGEST} characters.",
            hint=TABLE,
        )
