"""From a matplotlib Figure to an SVG that a strict page may carry.

No pyplot, no date, no random ids: the same figure gives the same bytes. No style attribute
and no style element, so that a content security policy without inline style lets it stand
in the page; text stays text.
"""

import io
import re
import threading
import xml.etree.ElementTree as ET
from typing import Any

from source.views.palette import GRID, INK, MUTED, SURFACES

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

ROLES = {"ink": "#010203", "muted": "#040506", "grid": "#070809", "surface": "#0a0b0c"}
"""Colours that stand for a role until the theme is known; no emotion has them."""

THEMES = {
    name: {"ink": INK[name], "muted": MUTED[name], "grid": GRID[name], "surface": SURFACES[name][0]}
    for name in ("light", "dark")
}
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
_DROPPED = {"font", "font-family", "font-style", "font-variant", "font-stretch"}
_lock = threading.Lock()


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


def axes(figure: Any, left: float, top: float, width: float, height: float) -> Any:
    """Axes at a place given in units from the upper left corner, bare of any frame."""
    whole_w, whole_h = figure.get_figwidth() * 72, figure.get_figheight() * 72
    made = figure.add_axes(
        (left / whole_w, 1 - (top + height) / whole_h, width / whole_w, height / whole_h)
    )
    made.set_facecolor("none")
    for side in made.spines.values():
        side.set_visible(False)
    made.tick_params(
        length=0, colors=ROLES["muted"], labelcolor=ROLES["muted"], labelsize=12, pad=7
    )
    return made


def svg(
    figure: Any,
    *,
    name: str,
    title: str,
    theme: str,
    plot: tuple[float, float, float] | None = None,
) -> str:
    """Write a figure in a theme.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Drawn with the colours of `ROLES`.
    name : str
        Begins every id, so that several charts may stand in one page.
    title : str
        What a screen reader says in place of the picture.
    theme : {"light", "dark", "page"}
        ``page`` leaves the roles as classes (``fill-ink``, ``stroke-grid``) to a stylesheet.
    plot : tuple of float, optional
        Where the time axis begins and ends, as fractions of the width, and how many units
        from the top its area begins; written as ``data-from``, ``data-to``, ``data-top``.
    """
    out = io.BytesIO()
    with _lock:  # matplotlib's text layout is not made for threads
        figure.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    root = ET.fromstring(out.getvalue())
    for unwanted in ("metadata", "defs/style"):
        _remove(root, unwanted)
    _rename(root, name)
    for element in root.iter():
        _unstyle(element, theme)
    _, _, width, height = root.get("viewBox", "0 0 1 1").split()
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.set("viewBox", f"0 0 {float(width):g} {float(height):g}")
    root.set("role", "img")
    root.set("aria-label", title)
    root.set("stroke-linejoin", "round")
    if plot:
        root.set("data-from", f"{plot[0]:.4f}")
        root.set("data-to", f"{plot[1]:.4f}")
        root.set("data-top", f"{plot[2]:g}")
    if theme == "page":
        root.set("class", "chart")
    else:
        root.set("font-family", _FONT)
        root.set("width", f"{float(width):g}")
        root.set("height", f"{float(height):g}")
        ET.SubElement(root, f"{{{SVG}}}title").text = title
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _remove(root: ET.Element, path: str) -> None:
    *parents, last = (f"{{{SVG}}}{part}" for part in path.split("/"))
    for parent in root.findall("/".join(parents)) if parents else [root]:
        for child in parent.findall(last):
            parent.remove(child)


def _rename(root: ET.Element, name: str) -> None:
    """Keep only ids that something refers to, numbered in the order of use."""
    used: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        return match[1] + used.setdefault(match[2], f"{name}-{len(used)}")

    for element in root.iter():
        href = element.attrib.pop(f"{{{XLINK}}}href", None)
        if href:
            element.set("href", re.sub(r"^(#)(.+)$", renamed, href))
        for key, value in element.attrib.items():
            if "url(#" in value:
                element.set(key, re.sub(r"(url\(#)([^)]+)", renamed, value))
    for element in root.iter():
        old = element.attrib.pop("id", "")
        if old in used:
            element.set("id", used[old])


def _unstyle(element: ET.Element, theme: str) -> None:
    """Turn a style attribute into presentation attributes, and roles into colours or classes."""
    pairs = [p.partition(":") for p in element.attrib.pop("style", "").split(";") if ":" in p]
    for key, _, value in ((k.strip(), c, v.strip()) for k, c, v in pairs):
        if key == "font":
            _font(element, value)
        if key not in _DROPPED:
            element.set(key, value)
    classes = [element.get("class", "")]
    for key in ("fill", "stroke"):
        drawn = element.get(key)
        for role, standing in ROLES.items():
            if drawn == standing and theme == "page":
                del element.attrib[key]
                classes.append(f"{key}-{role}")
            elif drawn == standing:
                element.set(key, THEMES[theme][role])
    if any(classes):
        element.set("class", " ".join(filter(None, classes)))


def _font(element: ET.Element, value: str) -> None:
    for part in value.split():
        if part.endswith("px"):
            element.set("font-size", part.removesuffix("px").rstrip("0").rstrip("."))
        elif part.isdigit() or part == "bold":
            element.set("font-weight", "600")


def swatches(
    figure: Any, names: list[tuple[str, str]], *, left: float, top: float, right: float
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
        figure.text((x + 17) / wide, 1 - (top + 10) / high, word, color=ROLES["ink"], fontsize=12.5)
        x += need
    return top + 22
