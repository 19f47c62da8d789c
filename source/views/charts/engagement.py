"""Engagement over time: rolling means of 30 seconds and a minute, and the mean so far."""

from collections.abc import Sequence

from source.core.engagement import STEP, Curves, environments
from source.core.result import Result
from source.views import engagement as data
from source.views import series
from source.views.charts import curve
from source.views.charts import figure as fig
from source.views.charts.data import COLUMNS, NARROW_COLUMNS
from source.views.charts.trend import NARROW, WIDE, time_axis
from source.views.timeline import length

LINES = (
    curve.Line("30 seconds", "ink", 1.2),
    curve.Line("1 minute", "muted", 2.0, (4.0, 2.0)),
    curve.Line("mean so far", "accent", 3.2),
)
"""How each curve is drawn, in the order of `views.engagement.means`."""

PANEL, BETWEEN = 150.0, 30.0
"""Height of the panel of one environment, and of the room for its name above it; in units."""


def engagement(
    result: Result,
    *,
    title: str,
    roles: fig.Roles,
    wide: bool = True,
    choices: Sequence[data.Choice] = (),
) -> fig.Drawing:
    """A panel for each choice: of everything together, every environment unless others are given.

    The scale goes from 1 to 5; where nothing was measured the curves are broken.
    """
    own = data.own_weights(result)
    panels = list(choices) or [data.Choice(name, own=own) for name in environments(own)]
    named = len(panels) > 1
    above = BETWEEN if named else 10.0
    seconds = length(result)
    width = WIDE if wide else NARROW
    left, right = 54.0, 24.0
    begin = left if wide else 12.0
    keys = curve.legend_height(LINES, left=begin, right=width)
    figure = fig.new(width, 4 + keys + len(panels) * (PANEL + above) + 32)
    curve.legend(figure, LINES, left=begin, top=4.0, right=width, roles=roles)
    said = []
    for index, choice in enumerate(panels):
        top = 4 + keys + above + index * (PANEL + above)
        ax = fig.axes(figure, left, top, width - left - right, PANEL, roles=roles)
        curve.ground(ax, seconds, 1.0, 5.0, roles=roles)
        for level in (2, 3, 4):
            ax.axhline(level, color=roles["surface"], linewidth=1.2, zorder=2)
        drawn = data.drawn_curves(result, choice)
        columns = _columns(drawn, seconds, most=COLUMNS if wide else NARROW_COLUMNS)
        for number in (2, 1, 0):  # the thick one below the others
            curve.draw(ax, columns, number, LINES[number], roles=roles)
        ax.set(ylim=(1, 5))
        ax.set_yticks([1, 2, 3, 4, 5])
        time_axis(ax, seconds, wide=wide)
        if index + 1 < len(panels):
            ax.set_xticklabels([])
        score = data.scores(result, choice).get(choice.environment)
        words = f"{data.WORDS[choice.environment]}: {score:.1f}" if score else ""
        said.append(words)
        if named:
            ax.text(
                0.0,
                1 + 9 / PANEL,
                words,
                transform=ax.transAxes,
                color=roles["ink"],
                fontsize=12.5,
            )
    return fig.Drawing(
        figure,
        f"engagement-{'wide' if wide else 'narrow'}",
        f"{title}. On a scale of 1 to 5: {', '.join(said)}",
        (left / width, 1 - right / width, 4 + keys + above),
    )


def _columns(drawn: Curves, seconds: float, *, most: int) -> list[series.Column]:
    """The three curves in at most so many columns."""
    means = list(data.means(drawn).values())
    timed = [
        (STEP * i, min(STEP * (i + 1), seconds), tuple(v for v in values if v is not None))
        for i, values in enumerate(zip(*means, strict=True))
        if values[0] is not None
    ]
    return series.columns(timed, seconds, most=most) if timed else []
