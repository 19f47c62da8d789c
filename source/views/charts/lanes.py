"""Voice, each person and all together as lanes over one time axis."""

from source.core.result import Result
from source.views import words
from source.views.charts import data
from source.views.charts import figure as fig
from source.views.charts.trend import NARROW, WIDE, time_axis
from source.views.palette import colour, on


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
    for y, lane in enumerate(rows):
        ax.barh(y, seconds, height=0.62, color=fig.ROLES["grid"], alpha=0.55)
        for b in lane.blocks:
            ax.barh(y, b.end - b.start, left=b.start, height=0.62, color=colour(b.label),
                    edgecolor=fig.ROLES["surface"], linewidth=0.8,
                    hatch=None if b.certain else "///", hatchcolor=fig.ROLES["surface"])
            if b.certain and (b.end - b.start) * scale > 9.5 * len(b.label) + 12:
                ax.text((b.start + b.end) / 2, y, b.label, ha="center", va="center",
                        fontsize=12.5, color=on(b.label), fontweight="bold")
    ax.set(ylim=(len(rows) - 0.5, -0.5))
    ax.set_yticks(range(len(rows)), [lane.name for lane in rows])
    for label in ax.get_yticklabels():
        label.set(color=fig.ROLES["ink"], fontsize=13)
    time_axis(ax, seconds, wide=wide)
    name = f"lanes-{'wide' if wide else 'narrow'}-{theme}"
    who = words.listing([lane.name for lane in rows])
    return fig.svg(figure, name=name, theme=theme, title=f"{title}: {who}",
                   plot=(left / width, 1 - right / width, 0.0))
