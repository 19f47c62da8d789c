"""Many recordings as one table: sorted, filtered, as CSV."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from source.core.emotions import EMOTIONS
from source.core.errors import BadRequest, UnknownOption
from source.core.result import Result
from source.views.answer import Headline, headline
from source.views.exports.table import written
from source.views.labels import relabelled
from source.views.measures import TONE, leading_share, measures
from source.views.words import KINDS


@dataclass(frozen=True)
class Row:
    """One recording of a batch.

    Attributes
    ----------
    id : str
        Of its job; its name where there is none.
    name : str
        What the file is called.
    result : Result
        As it was measured.
    labels : str
        The label view in which it is shown.
    variables : mapping of str to str
        What is known of it: participant, condition, and so on.
    """

    id: str
    name: str
    result: Result
    labels: str = "native"
    variables: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def shown(self) -> Result:
        """Its Result in its label view."""
        return relabelled(self.result, self.labels)

    @cached_property
    def headline(self) -> Headline:
        """What it reads as, in a few words."""
        return headline(self.shown)

    @property
    def label(self) -> str:
        """The overall emotion; empty where nothing could be read."""
        return "" if self.shown.emotion is None else self.shown.emotion.label

    @property
    def certain(self) -> bool | None:
        """Whether that is sure; None where nothing could be read."""
        return None if self.shown.emotion is None else self.shown.emotion.certain


Value = str | float | bool | None


@dataclass(frozen=True)
class Column:
    """One column of the table: its name in CSV and addresses, its title, its value of a row."""

    name: str
    title: str
    value: Callable[[Row], Value]
    low: float = 0.0
    high: float = 1.0
    bar: bool = False

    def filled(self, row: Row) -> float:
        """How much of a bar its value fills, 0 to 1."""
        value = self.value(row)
        number = float(value) if isinstance(value, float | int) else self.low
        return min(1.0, max(0.0, (number - self.low) / (self.high - self.low)))


FIRST = (
    Column("file", "Recording", lambda row: row.name),
    Column("kind", "Kind", lambda row: KINDS[row.result.source.kind]),
    Column("seconds", "Length", lambda row: row.result.source.seconds),
    Column("emotion", "Reads as", lambda row: row.label or None),
    Column("sure", "Sure", lambda row: row.certain),
    Column("share", "Share", lambda row: leading_share(row.shown), bar=True),
)
"""What stands first in every table; the measures and the variables follow."""


def columns(rows: Sequence[Row]) -> dict[str, Column]:
    """The columns of these recordings, by name: what it is, its variables, its measures."""
    found = {column.name: column for column in FIRST}
    for row in rows:
        for name in row.variables:
            if name not in found:
                found[name] = Column(name, name, _variable(name))
    labels = rows[0].labels if rows else "native"
    for measure in measures([row.result for row in rows], labels).values():
        column = Column(
            measure.name,
            measure.title,
            _measure(measure.whole),
            measure.low,
            measure.high,
            bar=True,
        )
        found.setdefault(measure.name, column)
    return found


def variables(rows: Sequence[Row]) -> list[str]:
    """The variables that at least one of the recordings has, in the order of the columns."""
    return list(dict.fromkeys(name for row in rows for name in row.variables))


def check_names(names: Iterable[str]) -> None:
    """Whether variables can be columns of the table beside those it has.

    Raises
    ------
    BadRequest
        If one is called like a column or a measure.
    """
    taken = {column.name for column in FIRST} | {measure.name for measure in TONE} | {*EMOTIONS}
    for name in names:
        if name in taken:
            raise BadRequest(
                f"A variable cannot be called “{name}”: the table has a column of that name.",
                hint="Give the variable another name.",
            )


def arranged(
    rows: Sequence[Row], *, sort: str = "", find: str = "", where: Mapping[str, str] | None = None
) -> list[Row]:
    """The recordings that are asked for, in the order that is asked for.

    Parameters
    ----------
    sort : str
        A column, with a dash before it for the largest first; what has no value comes last.
    find : str
        A part of a name, of a variable's value, or of what it reads as; case does not matter.
    where : mapping of str to str
        Columns and the value that each must have; an empty value asks for nothing.

    Raises
    ------
    UnknownOption
        If there is no such column.
    """
    known = columns(rows)
    for name in [*([sort.removeprefix("-")] if sort else []), *(where or {})]:
        if name not in known:
            raise UnknownOption("column", name, tuple(known))
    kept = [
        row
        for row in rows
        if find.casefold() in _words(row)
        and all(not v or _same(known[c].value(row), v) for c, v in (where or {}).items())
    ]
    if sort:
        value, down = known[sort.removeprefix("-")].value, sort.startswith("-")
        there = [row for row in kept if value(row) is not None]
        there.sort(key=lambda row: in_order(value(row)), reverse=down)
        kept = there + [row for row in kept if value(row) is None]
    return kept


def table_csv(rows: Sequence[Row]) -> bytes:
    """The table as CSV, a line a recording; what was not measured is an empty cell."""
    known = columns(rows)
    return written(
        list(known),
        ({name: _cell(column.value(row)) for name, column in known.items()} for row in rows),
    )


def _cell(value: Value) -> Value:
    return round(value, 6) if isinstance(value, float) else value


def _variable(name: str) -> Callable[[Row], Value]:
    return lambda row: row.variables.get(name)


def _measure(whole: Callable[[Result], float | None]) -> Callable[[Row], Value]:
    return lambda row: whole(row.result)


def _words(row: Row) -> str:
    return "\n".join([row.name, row.label, *row.variables.values()]).casefold()


def _same(value: Value, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == ("yes" if value else "no")
    return str(value) == wanted


def in_order(value: Value) -> tuple[int, float, str]:
    """What to sort by: numbers by their size, also those in a variable; then words.

    Examples
    --------
    >>> sorted(["10", "b", "2", "nan", "A"], key=in_order)
    ['2', '10', 'A', 'b', 'nan']
    """
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        return (0, number, "") if math.isfinite(number) else (1, 0.0, value.casefold())
    return 0, float(value or 0.0), ""


PLAIN = tuple(measure.name for measure in TONE)
"""Measures that a narrow table shows; the scores of all emotions stand in the CSV."""
