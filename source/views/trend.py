"""All emotions over time as bands of a drawing 1000 wide and 100 high."""

from dataclasses import dataclass

from source.core.result import Result
from source.views.charts import data
from source.views.spans import Mean

COLUMNS = 240
"""Most columns; what is longer is summed up in so many."""


@dataclass(frozen=True)
class Band:
    """The band of one emotion as the ``d`` of a path."""

    label: str
    path: str


def trend(result: Result) -> list[Band]:
    """A band for each emotion, stacked to 100; empty where there is no time line.

    Each is flat from the start of a column to its end, and nothing is drawn over a gap.
    """
    if len(result.timeline) < 2:
        return []
    seconds = data.length(result)
    columns = data.columns(result, most=COLUMNS)
    base = [0.0] * len(columns)
    bands = []
    for label in columns[0].scores:
        top = [below + c.scores[label] for below, c in zip(base, columns, strict=True)]
        if any(c.scores[label] >= 0.005 for c in columns):
            bands.append(Band(label, _path(columns, base, top, seconds)))
        base = top
    return bands


def _path(columns: list[Mean], base: list[float], top: list[float], seconds: float) -> str:
    """One closed figure for each run of columns that touch."""
    at = {id(column): index for index, column in enumerate(columns)}
    figures = []
    for run in data.runs(columns):
        inside = [at[id(column)] for column in run]
        upper, lower = [], []
        for index in inside:
            left, right = (t / seconds * 1000 for t in (columns[index].start, columns[index].end))
            high, low = (100 - 100 * edge[index] for edge in (top, base))
            upper += [f"{left:.1f} {high:.1f}", f"{right:.1f} {high:.1f}"]
            lower += [f"{left:.1f} {low:.1f}", f"{right:.1f} {low:.1f}"]
        figures.append("M" + "L".join(upper + lower[::-1]) + "Z")
    return "".join(figures)
