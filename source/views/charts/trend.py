"""Emotions over time as a stack of posteriors; empty where nothing was measured."""

from itertools import groupby
from typing import Any

from source.core.result import Result
from source.views import words
from source.views.charts import data
from source.views.charts import figure as fig
from source.views.palette import colour
from source.views.spans import Mean

WIDE, NARROW = 1040.0, 340.0


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
    """Each run of measured moments as a stack that reaches 100 %; what is not sure is hatched."""
    seconds = data.length(result)
    columns = data.columns(result, most=data.COLUMNS if wide else data.NARROW_COLUMNS)
    labels = list(columns[0].scores)
    shown = [label for label in labels if max(c.scores[label] for c in columns) >= 0.05]
    width, tall = (WIDE, 220.0) if wide else (NARROW, 200.0)
    left, right = 54.0, 24.0
    figure = fig.new(width, 100.0)
    below = 4.0
    rows = _rows(shown, width - left - right)
    height = below + 22 * rows + 10 + tall + 32
    figure.set_figheight(height / 72)
    below = fig.swatches(
        figure,
        [(label, colour(label)) for label in shown],
        left=left,
        top=below,
        right=width - right,
        roles=roles,
    )
    ax = fig.axes(figure, left, below + 8, width - left - right, tall, roles=roles)
    for run in data.runs(columns):
        _stack(ax, run, labels, ground=roles["surface"])
    ax.set(ylim=(0, 1))
    ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    ax.grid(axis="y", color=roles["grid"], linewidth=1, zorder=0)
    ax.set_axisbelow(True)
    time_axis(ax, seconds, wide=wide)
    led = ", ".join(f"{e} {words.percent(p)}" for e, p in words.shares(result.timeline).items())
    return fig.Drawing(
        figure,
        f"trend-{'wide' if wide else 'narrow'}",
        f"{title}. Leading, by share of the time: {led}",
        (left / width, 1 - right / width, below + 4),
    )


def _rows(names: list[str], room: float) -> int:
    rows, x = 1, 0.0
    for name in names:
        need = 32 + 8.2 * len(name)
        if x + need > room and x > 0:
            rows, x = rows + 1, 0.0
        x += need
    return rows


def _stack(ax: Any, run: list[Mean], labels: list[str], *, ground: str) -> None:
    """One run: straight lines between the middles of its columns, flat to its ends."""
    xs = [run[0].start, *((c.start + c.end) / 2 for c in run), run[-1].end]
    ys = [[c.scores[label] for c in (run[0], *run, run[-1])] for label in labels]
    ax.stackplot(
        xs,
        ys,
        colors=[colour(label) for label in labels],
        edgecolor=ground,
        linewidth=0.6,
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
