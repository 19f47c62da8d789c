"""Voice, each person and all together as lanes over one time axis."""

from typing import Any

from source.core.emotions import EMOTIONS
from source.core.result import Result
from source.views import words
from source.views.charts import data
from source.views.charts import figure as fig
from source.views.charts.trend import NARROW, WIDE, time_axis
from source.views.palette import colour, emotion_of, on
from source.views.spans import Block
from source.views.timeline import length

Place = tuple[float, float, float, float]
"""A rectangle: left and right in seconds, bottom and top in rows."""

HALF = 0.31
"""Half the height of a lane, as a share of its row."""


def lanes(result: Result, *, title: str, roles: fig.Roles, wide: bool = True) -> fig.Drawing:
    """A row for each: blocks in the emotion's colour with its word where there is room.

    What is not sure is hatched; where nothing was measured the lane is pale. Where blocks would
    be too narrow to be seen, columns stand for them, filled in proportion to what they hold.
    """
    rows = data.lanes(result)
    seconds = length(result)
    width = WIDE if wide else NARROW
    row, left, right = 40.0, 86.0, 24.0
    spans = [span for lane in rows for span in lane.spans]
    keys = fig.legend(
        sorted({emotion.label for *_, emotion in spans}, key=_order),
        unsure=not all(emotion.certain for *_, emotion in spans),
        gaps=any(data.has_gaps(((a, b) for a, b, _ in lane.spans), seconds) for lane in rows),
        roles=roles,
    )
    begin = left if wide else 12.0
    below = 4.0 + fig.legend_height(keys, left=begin, right=width)
    figure = fig.new(width, below + row * len(rows) + 34)
    fig.swatches(figure, keys, left=begin, top=4.0, right=width, roles=roles)
    ax = fig.axes(figure, left, below, width - left - right, row * len(rows), roles=roles)
    scale = (width - left - right) / seconds
    places: dict[tuple[str, bool], list[Place]] = {}
    most = data.COLUMNS if wide else data.NARROW_COLUMNS
    for y, lane in enumerate(rows):
        fig.track(ax, 0.0, seconds, y - HALF, y + HALF, roles=roles)
        for block in lane.blocks(seconds, most=most):
            _stack(places, block, y)
            first = block.parts[0]
            room = (block.end - block.start) * scale > 9.5 * len(first.label) + 12
            if room and first.certain and first.share == 1.0:
                ax.text(
                    (block.start + block.end) / 2,
                    y,
                    first.label,
                    ha="center",
                    va="center",
                    fontsize=12.5,
                    color=on(first.label),
                    fontweight="bold",
                    zorder=3,
                )
    for (label, certain), rectangles in places.items():
        _fill(
            ax, rectangles, colour(label), hatch=None if certain else "///", ground=roles["surface"]
        )
    _by_hand(ax, result, len(rows), scale, roles)
    ax.set(ylim=(len(rows) - 0.5, -0.5))
    ax.set_yticks(range(len(rows)), [lane.name for lane in rows])
    for label in ax.get_yticklabels():
        label.set(color=roles["ink"], fontsize=13)
    time_axis(ax, seconds, wide=wide)
    who = words.listing([lane.name for lane in rows])
    return fig.Drawing(
        figure,
        f"lanes-{'wide' if wide else 'narrow'}",
        f"{title}: {who}",
        (left / width, 1 - right / width, below),
    )


def _by_hand(ax: Any, result: Result, rows: int, scale: float, roles: fig.Roles) -> None:
    """What was marked by hand: a line with a head for a moment, stripes for what is excluded."""
    for start, end, _ in data.excluded(result):
        ax.axvspan(start, end, facecolor="none", hatch="..", edgecolor=roles["grid"], lw=0)
        for edge in (start, end):
            ax.axvline(edge, color=roles["muted"], linewidth=1.0, zorder=4)
        if (end - start) * scale > 70:
            place = ((start + end) / 2, rows / 2 - 0.5)
            ax.text(*place, "excluded", ha="center", va="center", fontsize=12, color=roles["muted"])
    for time, _ in data.markers(result):
        ax.axvline(time, color=roles["ink"], linewidth=1.2, zorder=5)
        ax.plot([time], [-0.44], marker="v", markersize=7, color=roles["ink"], zorder=5)


def _order(label: str) -> int:
    """Place of a label among the emotions, so that legends name them in one order."""
    return EMOTIONS.index(emotion_of(label))


def _stack(places: dict[tuple[str, bool], list[Place]], block: Block, row: int) -> None:
    """Lay the parts of a block on each other, from the bottom of its lane."""
    bottom = row + HALF
    for part in sorted(block.parts, key=lambda p: (p.label, not p.certain)):
        top = bottom - 2 * HALF * part.share
        places.setdefault((part.label, part.certain), []).append(
            (block.start, block.end, bottom, top)
        )
        bottom = top


def _fill(ax: Any, places: list[Place], face: str, *, hatch: str | None, ground: str) -> None:
    """Fill rectangles in one colour, as one shape: there may be thousands."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners = [
        (x, y)
        for left, right, bottom, top in places
        for x, y in ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom))
    ]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(places)
    # Between blocks a line of the ground; columns touch each other.
    line = 0.8 if all(abs(b - t) > 1.99 * HALF for *_, b, t in places) else 0.0
    ax.add_artist(
        PathPatch(
            Path(corners, codes),
            facecolor=face,
            edgecolor=ground,
            linewidth=line,
            hatch=hatch,
            hatchcolor=ground,
            zorder=2,
        )
    )
