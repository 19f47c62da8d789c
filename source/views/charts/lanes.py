"""Voice, each person and all together as lanes over one time axis."""

from typing import Any

from source.core.result import Result
from source.views import words
from source.views.charts import data
from source.views.charts import figure as fig
from source.views.charts.trend import NARROW, WIDE, time_axis
from source.views.palette import colour, on

Span = tuple[float, float, int]
"""Start and end in seconds, and the row."""

HALF = 0.31
"""Half the height of a lane, as a share of its row."""


def lanes(result: Result, *, title: str, theme: str, wide: bool = True) -> str:
    """A row for each: blocks in the emotion's colour with its word where there is room.

    A block that is not sure is hatched; where nothing was measured the lane is empty.
    """
    rows = data.lanes(result)
    seconds = data.length(result)
    width = WIDE if wide else NARROW
    row, left, right = 40.0, 86.0, 24.0
    figure = fig.new(width, row * len(rows) + 34)
    ax = fig.axes(figure, left, 2, width - left - right, row * len(rows))
    scale = (width - left - right) / seconds
    spans: dict[tuple[str, bool], list[Span]] = {}
    for y, lane in enumerate(rows):
        ax.barh(y, seconds, height=2 * HALF, color=fig.ROLES["grid"], alpha=0.55)
        for b in lane.blocks:
            spans.setdefault((b.label, b.certain), []).append((b.start, b.end, y))
            if b.certain and (b.end - b.start) * scale > 9.5 * len(b.label) + 12:
                ax.text((b.start + b.end) / 2, y, b.label, ha="center", va="center",
                        fontsize=12.5, color=on(b.label), fontweight="bold", zorder=3)
    for (label, certain), places in spans.items():
        _fill(ax, places, colour(label), hatch=None if certain else "///")
    ax.set(ylim=(len(rows) - 0.5, -0.5))
    ax.set_yticks(range(len(rows)), [lane.name for lane in rows])
    for label in ax.get_yticklabels():
        label.set(color=fig.ROLES["ink"], fontsize=13)
    time_axis(ax, seconds, wide=wide)
    name = f"lanes-{'wide' if wide else 'narrow'}-{theme}"
    who = words.listing([lane.name for lane in rows])
    return fig.svg(figure, name=name, theme=theme, title=f"{title}: {who}",
                   plot=(left / width, 1 - right / width, 0.0))


def _fill(ax: Any, places: list[Span], face: str, *, hatch: str | None) -> None:
    """Fill stretches of lanes in one colour, as one shape: there may be thousands."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners = [
        (x, y)
        for start, end, row in places
        for x, y in ((start, row - HALF), (end, row - HALF), (end, row + HALF),
                     (start, row + HALF), (start, row - HALF))
    ]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(places)
    ax.add_artist(
        PathPatch(Path(corners, codes), facecolor=face, edgecolor=fig.ROLES["surface"],
                  linewidth=0.8, hatch=hatch, hatchcolor=fig.ROLES["surface"], zorder=2)
    )
