"""Groups of recordings: the mean of each measure, how far apart they are, and of how many."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from source.core.errors import UnknownOption
from source.views.batch import Row, in_order, variables
from source.views.exports.table import written
from source.views.measures import measures

EVERYTHING = "all recordings"
"""The one group where no variable is chosen."""

REST = "(no value)"
"""The group of recordings that lack the variable."""


@dataclass(frozen=True)
class Mean:
    """The mean of `n` values; their spread is the standard deviation, which one value has not."""

    mean: float
    spread: float | None
    n: int


@dataclass(frozen=True)
class Group:
    """Recordings that have one value of a variable."""

    value: str
    rows: tuple[Row, ...]

    def means(self) -> dict[str, Mean | None]:
        """The mean of each measure over its recordings; None where none has it."""
        known = measures([row.result for row in self.rows], self.rows[0].labels)
        return {
            name: mean([v for row in self.rows if (v := measure.whole(row.result)) is not None])
            for name, measure in known.items()
        }


def mean(values: Sequence[float]) -> Mean | None:
    """The mean and the spread of values; every recording counts once.

    Examples
    --------
    >>> mean([1.0, 2.0, 3.0]), mean([2.0]), mean([])
    (Mean(mean=2.0, spread=1.0, n=3), Mean(mean=2.0, spread=None, n=1), None)
    """
    n = len(values)
    if not n:
        return None
    middle = math.fsum(values) / n
    squares = math.fsum((value - middle) ** 2 for value in values)
    return Mean(middle, math.sqrt(squares / (n - 1)) if n > 1 else None, n)


def grouped(rows: Sequence[Row], by: str = "") -> list[Group]:
    """The recordings by a variable, in the order of its values; those without it come last.

    Raises
    ------
    UnknownOption
        If no recording has such a variable.
    """
    if not by:
        return [Group(EVERYTHING, tuple(rows))] if rows else []
    known = variables(rows)
    if by not in known:
        raise UnknownOption("variable", by, tuple(known))
    values = sorted({row.variables[by] for row in rows if by in row.variables}, key=in_order)
    groups = [Group(v, tuple(r for r in rows if r.variables.get(by) == v)) for v in values]
    rest = tuple(row for row in rows if by not in row.variables)
    return [*groups, Group(REST, rest)] if rest else groups


def groups_csv(rows: Sequence[Row], by: str) -> bytes:
    """A line for each group and measure: mean, spread and number of recordings."""
    lines = [
        {
            by or "group": group.value,
            "measure": name,
            "mean": None if found is None else round(found.mean, 6),
            "spread": None if found is None or found.spread is None else round(found.spread, 6),
            "n": 0 if found is None else found.n,
        }
        for group in grouped(rows, by)
        for name, found in group.means().items()
    ]
    return written([by or "group", "measure", "mean", "spread", "n"], lines)
