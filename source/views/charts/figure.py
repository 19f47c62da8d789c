"""What every chart is drawn with: a Figure, bare axes, a legend, and the roles of its colours.

No pyplot: a figure belongs to whoever draws it, and a server has several threads.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from source.views.charts.letters import FONT
from source.views.palette import ACCENT, GRID, INK, MUTED, SURFACES, colour

Roles = Mapping[str, str]
"""The colour, ``#rrggbb``, of each role: ink, muted, grid, surface, accent."""

THEMES = {
    name: {
        "ink": INK[name],
        "muted": MUTED[name],
        "grid": GRID[name],
        "surface": SURFACES[name][0],
        "accent": ACCENT[name],
    }
    for name in ("light", "dark")
}
"""The colours of each role, by theme."""

layout_lock = threading.Lock()
"""Held while a figure is written: matplotlib's text layout is not made for threads."""


@dataclass(frozen=True)
class Drawing:
    """A chart that is drawn and not written yet.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        One unit is one pixel at its natural size.
    name : str
        Begins every id of its SVG, so that several charts may stand in one page.
    title : str
        What a screen reader says in place of the picture.
    plot : tuple of float, optional
        Where the time axis begins and ends, as fractions of the width, and how many units
        from the top its area begins.
    """

    figure: Any
    name: str
    title: str
    plot: tuple[float, float, float] | None = None


def new(width: float, height: float) -> Any:
    """An empty figure of so many units; one unit is one pixel at its natural size."""
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "aver",
            "hatch.linewidth": 1.6,
            "font.size": 13,
            "font.family": FONT,
        }
    )
    return Figure(figsize=(width / 72, height / 72), dpi=72)


def axes(figure: Any, left: float, top: float, width: float, height: float, *, roles: Roles) -> Any:
    """Axes at a place given in units from the upper left corner, bare of any frame."""
    whole_w, whole_h = figure.get_figwidth() * 72, figure.get_figheight() * 72
    bare = figure.add_axes(
        (left / whole_w, 1 - (top + height) / whole_h, width / whole_w, height / whole_h)
    )
    bare.set_facecolor("none")
    for side in bare.spines.values():
        side.set_visible(False)
    bare.tick_params(
        length=0, colors=roles["muted"], labelcolor=roles["muted"], labelsize=12, pad=7
    )
    return bare


@dataclass(frozen=True)
class Swatch:
    """One entry of a legend: a word and how what it names is drawn."""

    word: str
    colour: str
    hatched: bool = False


def legend(labels: Iterable[str], *, unsure: bool, gaps: bool, roles: Roles) -> list[Swatch]:
    """What a chart explains: every emotion drawn, and hatched and pale stretches if it has any."""
    keys = [Swatch(label, colour(label)) for label in labels]
    if unsure:
        keys.append(Swatch("not sure", roles["muted"], hatched=True))
    if gaps:
        keys.append(Swatch("not measured", roles["grid"]))
    return keys


def legend_places(keys: Sequence[Swatch], left: float, right: float) -> list[tuple[float, int]]:
    """Where each key begins: units from the left, and its row."""
    places: list[tuple[float, int]] = []
    x, row = left, 0
    for key in keys:
        need = 32 + 8.2 * len(key.word)
        if x + need > right and x > left:
            x, row = left, row + 1
        places.append((x, row))
        x += need
    return places


LEGEND_ROW = 22.0
"""Height of a row of a legend, in units."""


def legend_height(keys: Sequence[Swatch], *, left: float, right: float) -> float:
    """Units that `swatches` needs for these keys between `left` and `right`."""
    return LEGEND_ROW * (legend_places(keys, left, right)[-1][1] + 1) if keys else 0.0


def swatches(
    figure: Any, keys: Sequence[Swatch], *, left: float, top: float, right: float, roles: Roles
) -> None:
    """Draw a legend in rows between `left` and `right`, from `top` on downwards; all in units."""
    from matplotlib.patches import FancyBboxPatch

    high = figure.get_figheight() * 72
    wide = figure.get_figwidth() * 72
    for key, (x, row) in zip(keys, legend_places(keys, left, right), strict=True):
        y = top + LEGEND_ROW * row
        figure.add_artist(
            FancyBboxPatch(
                (x / wide, 1 - (y + 11) / high),
                11 / wide,
                11 / high,
                boxstyle="square,pad=0",
                transform=figure.transFigure,
                facecolor=key.colour,
                edgecolor="none",
                hatch="///" if key.hatched else None,
                hatchcolor=roles["surface"],
            )
        )
        figure.text(
            (x + 17) / wide, 1 - (y + 10) / high, key.word, color=roles["ink"], fontsize=12.5
        )


def track(ax: Any, start: float, end: float, bottom: float, top: float, *, roles: Roles) -> None:
    """The pale ground of a lane or plot, which shows where nothing was measured."""
    from matplotlib.patches import Rectangle

    ax.add_patch(
        Rectangle(
            (start, bottom),
            end - start,
            top - bottom,
            facecolor=roles["grid"],
            linewidth=0,
            zorder=1,
        )
    )
