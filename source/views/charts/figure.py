"""What every chart is drawn with: a Figure, bare axes, a legend, and the roles of its colours.

No pyplot: a figure belongs to whoever draws it, and a server has several threads.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from source.views.palette import GRID, INK, MUTED, SURFACES

Roles = Mapping[str, str]
"""The colour, ``#rrggbb``, of each role: ink, muted, grid, surface."""

THEMES = {
    name: {"ink": INK[name], "muted": MUTED[name], "grid": GRID[name], "surface": SURFACES[name][0]}
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
            "font.family": "DejaVu Sans",
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


def swatches(
    figure: Any,
    names: list[tuple[str, str]],
    *,
    left: float,
    top: float,
    right: float,
    roles: Roles,
) -> float:
    """A legend in rows of (word, colour); gives the units from the top where it ends."""
    from matplotlib.patches import FancyBboxPatch

    high = figure.get_figheight() * 72
    wide = figure.get_figwidth() * 72
    x = left
    for word, colour in names:
        need = 18 + 8.2 * len(word) + 14
        if x + need > right and x > left:
            x, top = left, top + 22
        figure.add_artist(
            FancyBboxPatch(
                (x / wide, 1 - (top + 11) / high),
                11 / wide,
                11 / high,
                boxstyle="square,pad=0",
                transform=figure.transFigure,
                facecolor=colour,
                edgecolor="none",
            )
        )
        figure.text((x + 17) / wide, 1 - (top + 10) / high, word, color=roles["ink"], fontsize=12.5)
        x += need
    return top + 22
