"""Emotions over time as a stack of posteriors; empty where nothing was measured."""

from itertools import groupby
from typing import Any

from source.core.result import Result
from source.views import words
from source.views.charts import data
from source.views.charts import figure as fig
from source.views.palette import colour
from source.views.spans import Mean
from source.views.timeline import length

WIDE, NARROW = 1040.0, 340.0

MOST_OUTLINED = 240
"""Columns up to which bands are outlined; of more, the outlines would be all one sees."""

LEAST_STEP = 1e-4
"""Change of a score that is drawn: a fiftieth of a pixel."""


def time_axis(ax: Any, seconds: float, *, wide: bool) -> None:
    """Label seconds as a player does, at round steps that leave room between them."""
    most = 11 if wide else 5
    for step in (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600):
        if seconds / step <= most:
            break
    ticks = [i * step for i in range(int(seconds / step) + 1)]
    short = step < 1
    ax.set_xticks(ticks, [f"{t:g} s" if short else words.clock(t) for t in ticks])
    ax.set_xlim(0, seconds)


def trend(result: Result, *, title: str, roles: fig.Roles, wide: bool = True) -> fig.Drawing:
    """Every moment as a stack that reaches 100 %; what is not sure is hatched.

    The bands are steps: they hold the scores of a moment from its start to its end, and nothing
    is drawn between moments or where nothing was measured.
    """
    seconds = length(result)
    columns = data.columns(result, most=data.COLUMNS if wide else data.NARROW_COLUMNS)
    labels = [label for label in columns[0].scores if any(c.scores[label] > 0 for c in columns)]
    width, tall = (WIDE, 220.0) if wide else (NARROW, 200.0)
    left, right = 54.0, 24.0
    keys = fig.legend(
        labels,
        unsure=any(c.certain < 1.0 for c in columns),
        gaps=data.has_gaps(((c.start, c.end) for c in columns), seconds),
        roles=roles,
    )
    begin = left if wide else 12.0
    below = 4.0 + fig.legend_height(keys, left=begin, right=width)
    figure = fig.new(width, below + 10 + tall + 32)
    fig.swatches(figure, keys, left=begin, top=4.0, right=width, roles=roles)
    ax = fig.axes(figure, left, below + 8, width - left - right, tall, roles=roles)
    fig.track(ax, 0.0, seconds, 0.0, 1.0, roles=roles)
    for run in data.runs(columns):
        _stack(ax, run, labels, ground=roles["surface"], outlined=len(columns) <= MOST_OUTLINED)
    ax.set(ylim=(0, 1))
    ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    time_axis(ax, seconds, wide=wide)
    led = ", ".join(f"{e} {words.percent(p)}" for e, p in words.shares(result.timeline).items())
    return fig.Drawing(
        figure,
        f"trend-{'wide' if wide else 'narrow'}",
        f"{title}. Leading, by share of the time: {led}",
        (left / width, 1 - right / width, below + 4),
    )


def _stack(ax: Any, run: list[Mean], labels: list[str], *, ground: str, outlined: bool) -> None:
    """One run: each column flat from its start to its end."""
    steps = [run[0]]
    for column in run[1:]:
        if any(
            abs(column.scores[label] - steps[-1].scores[label]) >= LEAST_STEP for label in labels
        ):
            steps.append(column)
    xs = [*(c.start for c in steps), run[-1].end]
    ys = [[c.scores[label] for c in (*steps, steps[-1])] for label in labels]
    ax.stackplot(
        xs,
        ys,
        step="post",
        colors=[colour(label) for label in labels],
        edgecolor=ground,
        linewidth=0.6 if outlined else 0.0,
        zorder=2,
    )
    for sure, group in groupby(run, key=lambda c: c.certain):
        if sure < 1.0:  # of a column that sums up more than it shows, the upper part
            inside = list(group)
            ax.axvspan(
                inside[0].start,
                inside[-1].end,
                sure,
                1.0,
                facecolor="none",
                edgecolor="none",
                hatch="///",
                hatchcolor=ground,
                zorder=3,
            )
