"""The mean response of many recordings to one stimulus: a measure over time, with its spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from source.core.errors import UnknownOption
from source.core.result import Result
from source.views.batch import Row, variables
from source.views.exports.table import written
from source.views.groups import Group, Mean, grouped, mean
from source.views.measures import Measure, measures
from source.views.timeline import length

STEP = 0.5
"""Seconds of the shortest step."""

MOST_STEPS = 300
"""Steps of the longest curve."""


@dataclass(frozen=True)
class Step:
    """The mean of a measure between two times, in seconds, over the recordings measured there."""

    start: float
    end: float
    found: Mean


@dataclass(frozen=True)
class Response:
    """How the recordings of a group respond; a step in which none was measured is missing."""

    group: Group
    measure: Measure
    steps: tuple[Step, ...]


def responses(rows: Sequence[Row], *, measure: str = "valence", by: str = "") -> list[Response]:
    """The mean response of each group; every recording begins at 0 and counts once in a step.

    Recordings without a time line, such as pictures, are left out.

    Raises
    ------
    UnknownOption
        If there is no such measure or variable.
    """
    timed = [row for row in rows if row.result.timeline]
    known = measures([row.result for row in timed], timed[0].labels if timed else "native")
    if measure not in known:
        raise UnknownOption("measure", measure, tuple(known))
    if by and by not in variables(rows):
        raise UnknownOption("variable", by, tuple(variables(rows)))
    longest = max((length(row.result) for row in timed), default=0.0)
    edges = _edges(longest)
    return [
        Response(group, known[measure], _steps(group, known[measure], edges))
        for group in grouped(timed, by if any(by in row.variables for row in timed) else "")
    ]


def values(result: Result, measure: Measure, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """A measure of one recording in each step [n]; NaN where nothing was measured.

    The mean over the part of a step that was measured, weighted by time.
    """
    times = np.array([t for m in result.timeline for t in (m.start, m.end)])
    lengths = np.array([m.end - m.start for m in result.timeline])
    heights = np.array([measure.moment(m) for m in result.timeline])
    measured = np.diff(np.interp(edges, times, _risen(lengths)))
    summed = np.diff(np.interp(edges, times, _risen(lengths * heights)))
    return np.where(measured > 1e-6, summed / np.maximum(measured, 1e-6), np.nan)


def response_csv(rows: Sequence[Row], *, measure: str, by: str = "") -> bytes:
    """A line for each group and step: from, to, mean, spread, number of recordings."""
    head = [by or "group", "start", "end", measure, "spread", "n"]
    lines = (
        {
            head[0]: response.group.value,
            "start": step.start,
            "end": step.end,
            measure: round(step.found.mean, 6),
            "spread": None if step.found.spread is None else round(step.found.spread, 6),
            "n": step.found.n,
        }
        for response in responses(rows, measure=measure, by=by)
        for step in response.steps
    )
    return written(head, lines)


def _edges(seconds: float) -> NDArray[np.float64]:
    step = STEP * max(1, int(np.ceil(seconds / STEP / MOST_STEPS)))
    return np.arange(0.0, max(step, np.ceil(seconds / step - 1e-9) * step) + step / 2, step)


def _steps(group: Group, measure: Measure, edges: NDArray[np.float64]) -> tuple[Step, ...]:
    table = np.array([values(row.result, measure, edges) for row in group.rows])
    found = [mean(column[~np.isnan(column)].tolist()) for column in table.T]
    spans = pairwise(edges.tolist())
    return tuple(Step(a, b, one) for (a, b), one in zip(spans, found, strict=True) if one)


def _risen(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum up to the start and the end of each part, which follow each other."""
    ends = np.cumsum(parts)
    return np.stack([ends - parts, ends], axis=1).ravel()
