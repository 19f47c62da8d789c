"""Charts of a Result as SVG or PNG, each with its figures as a table.

``draw("bar", result)`` gives a picture for a light page, ``theme="dark"`` one for a dark page
and ``theme="page"`` one that takes its ink from the stylesheet of the page it stands in.
``picture("bar", result)`` gives the same as PNG.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from source.core.errors import UnknownOption
from source.core.result import Result
from source.views import affect
from source.views import engagement as scored
from source.views.charts import data, figure, letters, png, svg
from source.views.charts.bars import bars
from source.views.charts.data import lanes_table, scores_table, shares_table, trend_table
from source.views.charts.engagement import engagement
from source.views.charts.lanes import lanes
from source.views.charts.pie import pie as _pie
from source.views.charts.plane import plane
from source.views.charts.tone import tone
from source.views.charts.trend import trend as _trend
from source.views.table import Table

__all__ = [
    "CHARTS",
    "Chart",
    "Table",
    "available",
    "bar",
    "draw",
    "picture",
    "pie",
    "table",
    "trend",
]


@dataclass(frozen=True)
class Chart:
    """One kind of chart.

    Attributes
    ----------
    word : str
        Its short name.
    title : str
        What stands above it.
    explained : str
        What it shows: the text behind “What is this?”.
    draw : callable
        Draws it: ``draw(result, title=..., roles=..., wide=...)``.
    figures : callable
        Gives the figures behind it.
    over_time : bool
        Whether it has a time axis, and so one width for desktops and one for phones.
    still_title : str
        What stands above it where there is no time line; `title` where it is empty.
    still_explained : str
        The same for `explained`.
    apart : bool
        Whether it has a place of its own and is drawn when somebody asks for it.
    offered : callable, optional
        Whether a Result has figures for it, where that is known without working them out.
    """

    word: str
    title: str
    explained: str
    draw: Callable[..., figure.Drawing]
    figures: Callable[[Result], Table]
    over_time: bool = False
    still_title: str = ""
    still_explained: str = ""
    apart: bool = False
    offered: Callable[[Result], bool] | None = None

    def has_figures(self, result: Result) -> bool:
        """Whether a Result has figures for it."""
        if self.offered is not None:
            return self.offered(result)
        return bool(self.figures(result).rows)

    def title_of(self, result: Result) -> str:
        """What stands above it: of a recording without a time line it shows no time."""
        return self.title if result.timeline else self.still_title or self.title

    def explanation_of(self, result: Result) -> str:
        """What it shows of this Result."""
        return self.explained if result.timeline else self.still_explained or self.explained


DERIVED = (
    "Derived from the emotion scores: published ratings place each emotion between unpleasant and "
    "pleasant, calm and excited, yielding and in control (Russell and Mehrabian, 1977). The place "
    "is the mean of these, weighted with the scores."
)
"""What valence, arousal and dominance are."""


def _moves(result: Result) -> bool:
    """Whether something was measured at more than one time."""
    return len(result.timeline) > 1


def _read(result: Result) -> bool:
    """Whether anything was read."""
    return result.emotion is not None


CHARTS = {
    "bar": Chart(
        "Bars",
        "Average score of each emotion",
        "The probability of each emotion, averaged over everything that was measured. The bars "
        "add up to 100 %.",
        bars,
        scores_table,
        offered=_read,
        still_title="Score of each emotion",
        still_explained="The probability of each emotion. If there are several faces, it is the "
        "average over them. The bars add up to 100 %.",
    ),
    "pie": Chart(
        "Ring",
        "Share of time each emotion leads",
        "How much of the measured time each emotion leads. Hatched parts are not sure.",
        _pie,
        shares_table,
        offered=_read,
        still_title="The same scores as a ring",
        still_explained="How the emotions share the probability. Hatched parts are not sure.",
    ),
    "trend": Chart(
        "Trend",
        "All emotions over time",
        "The probabilities of all emotions at each moment, stacked to 100 %. A thick band is "
        "a likely emotion. Hatched moments are not sure; pale ones were not measured.",
        _trend,
        trend_table,
        over_time=True,
        offered=lambda result: len(result.timeline) > 1,
    ),
    "lanes": Chart(
        "Lanes",
        "Leading emotion over time",
        "The leading emotion of the voice, of each face, and of everything together. Hatched "
        "stretches are not sure; in pale ones nothing was measured. If a recording is too long "
        "to show every change, each column shows the shares that were measured in it. The score "
        "in the table is that of the leading emotion, averaged over the stretch. Select a point "
        "to jump to that moment.",
        lanes,
        lanes_table,
        over_time=True,
        offered=data.has_lanes,
    ),
    "tone": Chart(
        "Tone",
        "Valence, arousal and dominance over time",
        f"{DERIVED} The panels show the three scales over time, of everything together and of "
        "each person. Where nothing was measured, a line is broken.",
        tone,
        affect.tone_table,
        over_time=True,
        apart=True,
        offered=_moves,
    ),
    "plane": Chart(
        "Plane",
        "Path in the plane of valence and arousal",
        f"{DERIVED} The path goes from pale to strong, and the ring is the mean. An emotion's own "
        "place is reached only where its probability is 100 %.",
        plane,
        affect.plane_table,
        still_title="Place in the plane of valence and arousal",
        still_explained=f"{DERIVED} The ring shows the place. An emotion's own place is reached "
        "only where its probability is 100 %.",
        apart=True,
        offered=_read,
    ),
    "engagement": Chart(
        "Engagement",
        "Engagement over time",
        " ".join(scored.FORMULA),
        engagement,
        scored.overview_table,
        over_time=True,
        apart=True,
        offered=_moves,
    ),
}
"""Every chart, in reading order."""


def available(result: Result) -> list[str]:
    """The charts this Result has figures for, in reading order."""
    return [name for name, chart in CHARTS.items() if chart.has_figures(result)]


def draw(
    name: str, result: Result, *, theme: str = "light", wide: bool = True, **shown: Any
) -> str:
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
    **shown
        What else the function of the chart takes: the `choices` of engagement, the traces that
        were `found` for tone.

    Raises
    ------
    UnknownOption
        If there is no chart of that name.
    """
    drawing = _drawing(name, result, svg.STAND_INS, wide=wide, **shown)
    return svg.svg(drawing, theme=theme) if drawing else ""


def picture(name: str, result: Result, *, theme: str = "light") -> bytes:
    """One chart as PNG, three pixels a unit; the same Result gives the same bytes.

    A Result without its figures gives no bytes. Parameters and errors are those of `draw`,
    except for the theme: "light" or "dark". Where no font of this machine has the letters of a
    name, the person is numbered.
    """
    drawing = _drawing(name, letters.drawable(result), figure.THEMES[theme], wide=True)
    return png.png(drawing, theme=theme) if drawing else b""


def _drawing(
    name: str, result: Result, roles: figure.Roles, *, wide: bool, **shown: Any
) -> figure.Drawing | None:
    if name not in CHARTS:
        raise UnknownOption("chart", name, tuple(CHARTS))
    chart = CHARTS[name]
    if not chart.has_figures(result):
        return None
    return chart.draw(result, title=chart.title_of(result), roles=roles, wide=wide, **shown)


def table(name: str, result: Result) -> Table:
    """The figures behind one chart."""
    return CHARTS[name].figures(result)


def bar(result: Result, *, dark: bool = False) -> str:
    """Mean score of each emotion as bars."""
    return draw("bar", result, theme="dark" if dark else "light")


def pie(result: Result, *, dark: bool = False) -> str:
    """Share of each emotion as a ring."""
    return draw("pie", result, theme="dark" if dark else "light")


def trend(result: Result, *, dark: bool = False) -> str:
    """Emotions over time as a stack, empty where nothing was measured."""
    return draw("trend", result, theme="dark" if dark else "light")
