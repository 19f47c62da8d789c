"""Charts of a Result as SVG, each with its figures as a table.

``draw("bar", result)`` gives a picture for a light page, ``theme="dark"`` one for a dark page
and ``theme="page"`` one that takes its ink from the stylesheet of the page it stands in.
"""

from collections.abc import Callable

from source.core.errors import UnknownOption
from source.core.result import Result
from source.views.charts.bars import bars
from source.views.charts.data import Table, lanes_table, scores_table, shares_table, trend_table
from source.views.charts.lanes import lanes
from source.views.charts.pie import pie as _pie
from source.views.charts.trend import trend as _trend

__all__ = ["CHARTS", "Table", "available", "bar", "draw", "pie", "table", "trend"]

CHARTS: dict[str, tuple[str, Callable[..., str], Callable[[Result], Table]]] = {
    "bar": ("Average score of each emotion", bars, scores_table),
    "pie": ("Share of each emotion", _pie, shares_table),
    "trend": ("All emotions over time", _trend, trend_table),
    "lanes": ("Leading emotion over time", lanes, lanes_table),
}
"""Each chart's title, what draws it and what gives its figures."""


def available(result: Result) -> list[str]:
    """The charts this Result has figures for, in reading order."""
    return [name for name, (_, _, figures) in CHARTS.items() if figures(result).rows]


def draw(name: str, result: Result, *, theme: str = "light", wide: bool = True) -> str:
    """One chart as SVG; the same Result gives the same bytes.

    Parameters
    ----------
    name : str
        One of `CHARTS`.
    result : Result
        Whose figures are drawn; one without them gives an empty string.
    theme : {"light", "dark", "page"}
        What the chart stands on.
    wide : bool
        For a desktop (1040 units) or for a phone (340 units); bar and pie have one width.

    Raises
    ------
    UnknownOption
        If there is no chart of that name.
    """
    if name not in CHARTS:
        raise UnknownOption("chart", name, tuple(CHARTS))
    title, drawn, figures = CHARTS[name]
    return drawn(result, title=title, theme=theme, wide=wide) if figures(result).rows else ""


def table(name: str, result: Result) -> Table:
    """The figures behind one chart."""
    return CHARTS[name][2](result)


def bar(result: Result, *, dark: bool = False) -> str:
    """Mean score of each emotion as bars."""
    return draw("bar", result, theme="dark" if dark else "light")


def pie(result: Result, *, dark: bool = False) -> str:
    """Share of each emotion as a ring."""
    return draw("pie", result, theme="dark" if dark else "light")


def trend(result: Result, *, dark: bool = False) -> str:
    """Emotions over time as a stack, empty where nothing was measured."""
    return draw("trend", result, theme="dark" if dark else "light")
