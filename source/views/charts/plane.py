"""The plane of valence and arousal: where the emotions lie, and the path of a recording."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from source.core.affect import COORDINATES
from source.core.result import Result
from source.views import affect, series
from source.views.affect import Trace
from source.views.charts import figure as fig
from source.views.palette import colour
from source.views.spans import CLOSE
from source.views.timeline import length

WIDTH, SMALL = 400.0, 196.0
"""Width of the chart, and of the panel of one person; in units."""

STEPS, SMALL_STEPS = 60, 30
"""Most steps of a path that are drawn: of more one would see only a knot."""

SIDES = dict.fromkeys(("fearful", "disgust", "happy", "surprised"), "left")
"""On which side of its point an emotion's word stands; the others are on the right."""


def plane(
    result: Result,
    *,
    title: str,
    roles: fig.Roles,
    wide: bool = True,
    found: Sequence[Trace] | None = None,
) -> fig.Drawing:
    """Valence to the right, arousal upwards; each path goes from pale to strong.

    Below the plane of everything together there is a smaller one for each person. `found` are
    its traces, where the caller has them already.
    """
    whole, *people = affect.traces(result) if found is None else found
    rows = (len(people) + 1) // 2
    height = WIDTH + 8 + rows * (SMALL + 26)
    figure = fig.new(WIDTH, height)
    ax = fig.axes(figure, 22, 20, WIDTH - 44, WIDTH - 44, roles=roles)
    labels = result.as_measured.emotion.scores if result.as_measured.emotion else {}
    _ground(ax, roles, labels=list(labels))
    _path(ax, whole, length(result), roles=roles, steps=STEPS)
    for index, trace in enumerate(people):
        top = WIDTH + 30 + (index // 2) * (SMALL + 26)
        left = 4 + (index % 2) * (SMALL + 8)
        small = fig.axes(figure, left, top, SMALL - 8, SMALL - 8, roles=roles)
        _ground(small, roles, labels=())
        _path(small, trace, length(result), roles=roles, steps=SMALL_STEPS)
        small.set_title(trace.name, color=roles["ink"], fontsize=12.5, pad=6)
    said = "; ".join(
        f"{t.name}: valence {affect.signed(t.mean[0])}, arousal {affect.signed(t.mean[1])}"
        for t in (whole, *people)
    )
    return fig.Drawing(figure, "plane", f"{title}. {said}")


def _ground(ax: Any, roles: fig.Roles, *, labels: Any) -> None:
    """The circle with its axes, and the emotions where they lie."""
    from matplotlib.patches import Circle

    ax.add_patch(Circle((0, 0), 1.0, facecolor=roles["grid"], alpha=0.45, linewidth=0, zorder=1))
    for xs, ys in (((-1, 1), (0, 0)), ((0, 0), (-1, 1))):
        ax.plot(xs, ys, color=roles["surface"], linewidth=1.6, zorder=1.5)
    for label in labels:
        valence, arousal, _ = COORDINATES[label]
        ax.plot([valence], [arousal], marker="o", markersize=8, color=colour(label), zorder=3)
        side = SIDES.get(label, "right")
        ax.text(
            valence + (0.05 if side == "right" else -0.05),
            arousal,
            label,
            ha="left" if side == "right" else "right",
            va="center",
            color=roles["ink"],
            fontsize=12,
            zorder=3,
        )
    if labels:
        for x, y, word, across in (
            (0, 1.02, "excited", "center"),
            (0, -1.09, "calm", "center"),
            (-1.0, 0.03, "unpleasant", "left"),
            (1.0, 0.03, "pleasant", "right"),
        ):
            ax.text(x, y, word, ha=across, color=roles["muted"], fontsize=12)
    ax.set(xlim=(-1.04, 1.04), ylim=(-1.04, 1.04), xticks=[], yticks=[], aspect="equal")


def _path(ax: Any, trace: Trace, seconds: float, *, roles: fig.Roles, steps: int) -> None:
    """A path in equal steps of time, from pale to strong, and its mean as a ring."""
    columns = series.columns(trace.stretches, seconds, most=steps) if seconds else []
    for index, (one, other) in enumerate(pairwise(columns)):
        if other.start - one.end > CLOSE:
            continue
        ax.plot(
            [one.values[0], other.values[0]],
            [one.values[1], other.values[1]],
            color=roles["accent"],
            alpha=0.25 + 0.75 * (index + 1) / len(columns),
            linewidth=1.8,
            solid_capstyle="round",
            zorder=4,
        )
    if len(columns) > 1:
        last = columns[-1].values
        ax.plot([last[0]], [last[1]], marker="o", markersize=5, color=roles["accent"], zorder=5)
    ax.plot(
        [trace.mean[0]],
        [trace.mean[1]],
        marker="o",
        markersize=13,
        markerfacecolor="none",
        markeredgecolor=roles["ink"],
        markeredgewidth=2.4,
        zorder=6,
    )
