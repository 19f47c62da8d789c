"""Lines over time: how each is drawn, its legend, and gaps that stay gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from source.views.charts import figure as fig
from source.views.charts.figure import Swatch
from source.views.series import Column
from source.views.spans import CLOSE


@dataclass(frozen=True)
class Line:
    """How a line is drawn.

    Attributes
    ----------
    word : str
        What it shows.
    role : str
        Its colour: one of the roles.
    width : float
        In units.
    dashes : tuple of float
        Lengths of dashes and gaps; empty for a full line.
    """

    word: str
    role: str
    width: float
    dashes: tuple[float, ...] = ()


def legend_height(lines: Sequence[Line], *, left: float, right: float) -> float:
    """Units that `legend` needs."""
    return fig.legend_height(_swatches(lines), left=left, right=right)


def legend(
    figure: Any, lines: Sequence[Line], *, left: float, top: float, right: float, roles: fig.Roles
) -> None:
    """Draw a piece of each line with its word, in rows from `top` on downwards; all in units."""
    from matplotlib.lines import Line2D

    wide, high = figure.get_figwidth() * 72, figure.get_figheight() * 72
    places = fig.legend_places(_swatches(lines), left, right)
    for line, (x, row) in zip(lines, places, strict=True):
        y = 1 - (top + fig.LEGEND_ROW * row + 6) / high
        figure.add_artist(
            Line2D(
                [x / wide, (x + 22) / wide],
                [y, y],
                color=roles[line.role],
                linewidth=line.width,
                linestyle=_style(line),
                transform=figure.transFigure,
            )
        )
        figure.text((x + 28) / wide, y - 4 / high, line.word, color=roles["ink"], fontsize=12.5)


def draw(ax: Any, columns: Sequence[Column], index: int, line: Line, *, roles: fig.Roles) -> None:
    """One of the columns' values as a line, flat within a column, broken at gaps."""
    xs: list[float] = []
    ys: list[float] = []
    for column in columns:
        if xs and column.start - xs[-1] > CLOSE:
            xs.append(xs[-1])
            ys.append(float("nan"))
        xs += [column.start, column.end]
        ys += [column.values[index]] * 2
    ax.plot(
        xs,
        ys,
        color=roles[line.role],
        linewidth=line.width,
        linestyle=_style(line),
        solid_capstyle="butt",
        zorder=4,
    )


def ground(ax: Any, seconds: float, low: float, high: float, *, roles: fig.Roles) -> None:
    """The pale ground of a panel."""
    from matplotlib.patches import Rectangle

    ax.add_patch(
        Rectangle(
            (0.0, low),
            seconds,
            high - low,
            facecolor=roles["grid"],
            alpha=0.45,
            linewidth=0,
            zorder=1,
        )
    )


def _swatches(lines: Sequence[Line]) -> list[Swatch]:
    """Swatches that take the room of these lines."""
    return [Swatch(f"{line.word}xx", "") for line in lines]


def _style(line: Line) -> Any:
    return (0, line.dashes) if line.dashes else "-"
