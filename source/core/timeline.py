"""Time lines: sorted, half-open stretches of seconds, and what can be done with them."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

import numpy as np

Key = TypeVar("Key", bound=Hashable)


class Stretch(Protocol):
    """Anything with a start and an end in seconds."""

    @property
    def start(self) -> float: ...  # noqa: D102
    @property
    def end(self) -> float: ...  # noqa: D102


def check_segments(segments: Sequence[Stretch], *, seconds: float | None = None) -> None:
    """Enforce the one contract for time.

    Raises
    ------
    ValueError
        If a stretch is empty or negative, starts before 0, starts before the one before it
        or ends after the recording (a tenth of a second is allowed for).
    """
    last = 0.0
    for index, segment in enumerate(segments):
        if not segment.start < segment.end:
            raise ValueError(
                f"Segment {index} must end after it starts, not [{segment.start}, {segment.end})."
            )
        if segment.start < last:
            raise ValueError(
                f"Segment {index} starts at {segment.start} s, before the one before it ({last} s)."
            )
        if seconds is not None and segment.end > seconds + 0.1:
            raise ValueError(
                f"Segment {index} ends at {segment.end} s, after the recording ({seconds} s)."
            )
        last = segment.start


def merge(spans: Sequence[tuple[float, float]], *, gap: float = 0.0) -> list[tuple[float, float]]:
    """Join stretches that overlap or lie at most `gap` seconds apart.

    Examples
    --------
    >>> merge([(0.0, 1.0), (1.2, 2.0), (5.0, 6.0)], gap=0.3)
    [(0.0, 2.0), (5.0, 6.0)]
    """
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def without(
    start: float, end: float, spans: Sequence[tuple[float, float]], *, least: float = 1e-3
) -> list[tuple[float, float]]:
    """What is left of a stretch without others, to the millisecond.

    Parameters
    ----------
    start, end : float [s]
    spans : sequence of (float, float)
        What is taken out: sorted, not overlapping.
    least : float [s]
        A piece that is not longer is dropped.

    Examples
    --------
    >>> without(0.0, 9.0, [(2.0, 3.0), (8.0, 12.0)])
    [(0.0, 2.0), (3.0, 8.0)]
    """
    left, at = [], start
    for a, b in spans:
        if b <= at or a >= end:
            continue
        left.append((at, a))
        at = b
    left.append((at, end))
    return [(round(a, 3), round(b, 3)) for a, b in left if b - a > least]


def steps(seconds: float, *, step: float = 0.5) -> list[tuple[float, float]]:
    """Cut ``[0, seconds)`` into steps; the last may be shorter, none is empty.

    Examples
    --------
    >>> steps(1.2)
    [(0.0, 0.5), (0.5, 1.0), (1.0, 1.2)]
    """
    count = max(1, int(np.ceil(round(seconds / step, 6)))) if seconds > 0 else 0
    edges = [round(i * step, 6) for i in range(count)] + [round(seconds, 6)]
    return list(itertools.pairwise(edges))


def overlap(a: Stretch | tuple[float, float], b: Stretch | tuple[float, float]) -> float:
    """Seconds that two stretches share (0 or more)."""
    a_start, a_end = a if isinstance(a, tuple) else (a.start, a.end)
    b_start, b_end = b if isinstance(b, tuple) else (b.start, b.end)
    return max(0.0, min(a_end, b_end) - max(a_start, b_start))


def portions(
    spans: Iterable[tuple[float, float, Key]], edges: Sequence[float]
) -> list[dict[Key, float]]:
    """How many seconds of each key lie in each column.

    The one rule by which a time line is shown with less room than it has stretches: what is
    drawn or listed of a column is what was measured in it, in the same proportions.

    Parameters
    ----------
    spans : iterable of (float, float, key)
        Stretches in seconds; what lies outside of the columns is left out.
    edges : sequence of float
        Rising; column i reaches from ``edges[i]`` to ``edges[i + 1]``.

    Returns
    -------
    list of dict
        One a column; a column in which there is nothing is empty.

    Examples
    --------
    >>> portions([(0.0, 1.5, "a"), (1.5, 2.0, "b")], [0.0, 1.0, 2.0, 3.0])
    [{'a': 1.0}, {'a': 0.5, 'b': 0.5}, {}]
    """
    columns: list[dict[Key, float]] = [{} for _ in range(len(edges) - 1)]
    for start, end, key in spans:
        first = max(0, bisect_right(edges, start) - 1)
        for index in range(first, min(len(columns), bisect_left(edges, end))):
            shared = min(end, edges[index + 1]) - max(start, edges[index])
            if shared > 0.0:
                columns[index][key] = columns[index].get(key, 0.0) + shared
    return columns


def rolling_mean(values: Sequence[float | None], window: int) -> list[float | None]:
    """Mean of the last `window` values, gaps (None) left out; None where all are gaps.

    Examples
    --------
    >>> rolling_mean([1.0, None, 3.0], 2)
    [1.0, 1.0, 3.0]
    """
    known = np.array([v is not None for v in values], dtype=float)
    filled = np.array([0.0 if v is None else v for v in values], dtype=float)
    sums = np.concatenate([[0.0], np.cumsum(filled)])
    counts = np.concatenate([[0.0], np.cumsum(known)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - window)
    total, count = sums[ends] - sums[starts], counts[ends] - counts[starts]
    return [float(t / c) if c else None for t, c in zip(total, count, strict=True)]
