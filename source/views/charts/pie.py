"""Share of each emotion as a ring; what is not sure is hatched."""

from typing import Any

from source.core.result import Result
from source.views import words
from source.views.charts import data
from source.views.charts import figure as fig
from source.views.palette import colour

WIDTH = 350.0


def pie(result: Result, *, title: str, roles: fig.Roles, wide: bool = True) -> fig.Drawing:
    """A ring of the shares with its legend: of the time, or of the posterior of a still."""
    shares = sorted(data.shares(result), key=lambda row: -(row[1] + row[2]))
    unsure = sum(row[2] for row in shares)
    keys = fig.legend((row[0] for row in shares), unsure=unsure > 0, gaps=False, roles=roles)
    parts = [*(sure + not_sure for _, sure, not_sure in shares), unsure]
    height = max(210.0, 26.0 * len(keys) + 40)
    figure = fig.new(WIDTH, height)
    ax = fig.axes(figure, 2, (height - 170) / 2, 170, 170, roles=roles)
    angle = 90.0
    for label, sure, not_sure in shares:
        for share, hatch in ((sure, None), (not_sure, "///")):
            if share > 0:
                angle = _wedge(ax, angle, share, colour(label), hatch, ground=roles["surface"])
    ax.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[], yticks=[], aspect="equal")
    first = shares[0]
    ax.text(
        0,
        0.06,
        words.percent(first[1] + first[2]),
        ha="center",
        va="center",
        fontsize=24,
        fontweight="bold",
        color=roles["ink"],
    )
    ax.text(0, -0.2, first[0], ha="center", va="center", fontsize=14, color=roles["muted"])
    top = (height - 26 * len(keys)) / 2
    for row, (key, part) in enumerate(zip(keys, parts, strict=False)):
        _legend(figure, 196, top + 26 * row, key, part, roles=roles)
    time = words.base_of(result) or "the time"
    of = time if len(result.timeline) > 1 else "the probability"
    said = ", ".join(f"{label} {words.percent(a + b)}" for label, a, b in shares)
    return fig.Drawing(
        figure, "pie", f"{title}, of {of}: {said}. Not sure: {words.percent(unsure)}"
    )


def _wedge(
    ax: Any, angle: float, share: float, face: str, hatch: str | None, *, ground: str
) -> float:
    """Draw one piece clockwise from `angle`; gives where it ends."""
    from matplotlib.patches import Wedge

    end = angle - 360.0 * min(share, 0.99999)
    ax.add_patch(
        Wedge(
            (0, 0),
            0.97,
            end,
            angle,
            width=0.3,
            facecolor=face,
            hatch=hatch,
            hatchcolor=ground,
            edgecolor=ground,
            linewidth=1.5,
        )
    )
    return end


def _legend(
    figure: Any, left: float, top: float, key: fig.Swatch, share: float, *, roles: fig.Roles
) -> None:
    from matplotlib.patches import Rectangle

    wide, high = figure.get_figwidth() * 72, figure.get_figheight() * 72
    y = 1 - (top + 18) / high
    figure.add_artist(
        Rectangle(
            (left / wide, y),
            12 / wide,
            12 / high,
            facecolor=key.colour,
            edgecolor="none",
            hatch="///" if key.hatched else None,
            hatchcolor=roles["surface"],
            transform=figure.transFigure,
        )
    )
    put = figure.text
    put((left + 20) / wide, y + 1 / high, key.word, fontsize=13.5, color=roles["ink"])
    put(
        1 - 6 / wide,
        y + 1 / high,
        words.percent(share),
        fontsize=13.5,
        ha="right",
        color=roles["muted"],
    )
