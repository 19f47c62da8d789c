"""Valence, arousal and dominance over time, of everything together and of each person."""

from collections.abc import Sequence

from source.core.result import Result
from source.views import affect, series, units
from source.views.charts import curve, data
from source.views.charts import figure as fig
from source.views.charts.trend import NARROW, WIDE, time_axis
from source.views.timeline import length

PANEL, BETWEEN = 92.0, 30.0
"""Height of the panel of one scale, and of the room above it for its name; in units."""

STYLES = (
    ("ink", 1.4, ()),
    ("muted", 1.8, (4.0, 2.0)),
    ("ink", 1.4, (1.5, 1.5)),
    ("muted", 1.8, ()),
    ("ink", 1.4, (6.0, 2.0, 1.5, 2.0)),
    ("muted", 1.8, (1.5, 2.5)),
)
"""Colour, width and dashes of each person's line."""


def tone(
    result: Result,
    *,
    title: str,
    roles: fig.Roles,
    wide: bool = True,
    found: Sequence[affect.Trace] | None = None,
) -> fig.Drawing:
    """A panel for each scale, -1 to 1; where nothing was measured a line is broken.

    `found` are its traces, where the caller has them already.
    """
    seconds = length(result)
    found = affect.traces(result) if found is None else found
    lines = [
        curve.Line(trace.name, *(STYLES[i - 1] if i else ("accent", 2.6)))
        for i, trace in enumerate(found)
    ]
    width = WIDE if wide else NARROW
    left, right = 54.0, 24.0
    begin = left if wide else 12.0
    several = len(lines) > 1
    keys = curve.legend_height(lines, left=begin, right=width) if several else 0.0
    figure = fig.new(width, 4 + keys + 3 * (PANEL + BETWEEN) + 30)
    if several:
        curve.legend(figure, lines, left=begin, top=4.0, right=width, roles=roles)
    most = data.COLUMNS if wide else data.NARROW_COLUMNS
    columns = [series.columns(trace.stretches, seconds, most=most) for trace in found]
    for index, (name, low, high) in enumerate(affect.SCALES):
        top = 4 + keys + BETWEEN + index * (PANEL + BETWEEN)
        ax = fig.axes(figure, left, top, width - left - right, PANEL, roles=roles)
        curve.ground(ax, seconds, -1.0, 1.0, roles=roles)
        ax.axhline(0.0, color=roles["surface"], linewidth=1.6, zorder=2)
        for line, own in zip(lines, columns, strict=True):
            curve.draw(ax, own, index, line, roles=roles)
        ax.set(ylim=(-1, 1))
        ax.set_yticks([-1, 0, 1], ["-1", "0", "+1"])
        time_axis(ax, seconds, wide=wide)
        if index < 2:
            ax.set_xticklabels([])
        ax.text(
            0.0,
            1 + 9 / PANEL,
            f"{name}: {low} (-1) to {high} (+1)",
            transform=ax.transAxes,
            color=roles["ink"],
            fontsize=12.5,
        )
    means = units.listing(
        [
            f"{name.lower()} {affect.signed(value)}"
            for (name, *_), value in zip(affect.SCALES, found[0].mean, strict=True)
        ]
    )
    return fig.Drawing(
        figure,
        f"tone-{'wide' if wide else 'narrow'}",
        f"{title}. On average {means}",
        (left / width, 1 - right / width, 4 + keys + BETWEEN),
    )
