"""Numbers over time with less room than there are: means over columns, gaps left out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from source.core.timeline import portions
from source.views.spans import STEPS

Values = tuple[float, ...]
Timed = tuple[float, float, Values]
"""Start and end in seconds, and what was measured in between."""


@dataclass(frozen=True)
class Column:
    """Mean values over what was measured in ``[start, end)``."""

    start: float
    end: float
    values: Values


def columns(stretches: Sequence[Timed], seconds: float, *, most: int) -> list[Column]:
    """Stretches as they are or, of more than `most`, as means over equal columns.

    A column in which nothing was measured is absent.

    Examples
    --------
    >>> columns([(0.0, 1.0, (1.0,)), (1.0, 2.0, (0.0,)), (3.0, 4.0, (0.5,))], 4.0, most=2)
    [Column(start=0.0, end=2.0, values=(0.5,)), Column(start=2.0, end=4.0, values=(0.5,))]
    """
    if len(stretches) <= most:
        return [Column(*stretch) for stretch in stretches]
    return _over(stretches, np.linspace(0.0, seconds, most + 1).tolist())


def rows(stretches: Sequence[Timed], seconds: float, *, most: int) -> list[Column]:
    """Means over at most `most` rows of equal, round length for a table."""
    step = next((s for s in (0.5, *STEPS) if seconds / s <= most), seconds / most)
    return _over(stretches, [*np.arange(0.0, seconds - 1e-6, step).tolist(), seconds])


def mean(stretches: Sequence[Timed]) -> Values:
    """The mean of everything measured; at least one stretch has a length."""
    lengths = np.array([end - start for start, end, _ in stretches])
    values = np.array([values for *_, values in stretches])
    return tuple(float(v) for v in lengths @ values / lengths.sum())


def _over(stretches: Sequence[Timed], edges: list[float]) -> list[Column]:
    values = np.array([values for *_, values in stretches])
    spans = ((start, end, index) for index, (start, end, _) in enumerate(stretches))
    means = []
    for start, end, inside in zip(edges, edges[1:], portions(spans, edges), strict=False):
        if inside:
            weights = np.array(list(inside.values()))
            mean = weights @ values[list(inside)] / weights.sum()
            means.append(Column(start, end, tuple(float(v) for v in mean)))
    return means
