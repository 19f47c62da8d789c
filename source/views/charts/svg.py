"""A chart as an SVG that a strict page may carry.

No date and no random ids: the same chart gives the same bytes. No style attribute and no style
element, so that a content security policy without inline style lets it stand in the page; text
stays text.
"""

import io
import re
import warnings
import xml.etree.ElementTree as ET

from source.views.charts.figure import THEMES, Drawing, layout_lock

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

STAND_INS = {
    "ink": "#010203",
    "muted": "#040506",
    "grid": "#070809",
    "surface": "#0a0b0c",
    "accent": "#0d0e0f",
}
"""Colours a chart is drawn with before `svg` gives it those of a theme; no emotion has them."""

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif"
_FINE = re.compile(r"-?\d+\.\d{3,}")
"""A coordinate that is finer than a hundredth of a pixel."""
_DROPPED = {"font", "font-family", "font-style", "font-variant", "font-stretch"}


def svg(drawing: Drawing, *, theme: str) -> str:
    """Write a chart in a theme.

    Parameters
    ----------
    drawing : Drawing
        Drawn with `STAND_INS`. Its `plot` is written as ``data-from``, ``data-to`` and
        ``data-top``.
    theme : {"light", "dark", "page"}
        ``page`` leaves the roles as classes (``fill-ink``, ``stroke-grid``) to a stylesheet.
    """
    out = io.BytesIO()
    with layout_lock, warnings.catch_warnings():
        # Words stay words: whatever shows them has fonts of its own.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        drawing.figure.savefig(out, format="svg", metadata={"Date": None}, transparent=True)
    root = ET.fromstring(out.getvalue())
    for unwanted in ("metadata", "defs/style"):
        _remove(root, unwanted)
    _rename(root, f"{drawing.name}-{theme}")
    for element in root.iter():
        _unstyle(element, theme)
        if "d" in element.attrib:
            element.set("d", _FINE.sub(_coarser, element.attrib["d"]))
    _, _, width, height = root.get("viewBox", "0 0 1 1").split()
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.set("viewBox", f"0 0 {float(width):g} {float(height):g}")
    root.set("role", "img")
    root.set("aria-label", drawing.title)
    root.set("stroke-linejoin", "round")
    if drawing.plot:
        root.set("data-from", f"{drawing.plot[0]:.4f}")
        root.set("data-to", f"{drawing.plot[1]:.4f}")
        root.set("data-top", f"{drawing.plot[2]:g}")
    if theme == "page":
        root.set("class", "chart")
    else:
        root.set("font-family", _FONT)
        root.set("width", f"{float(width):g}")
        root.set("height", f"{float(height):g}")
        ET.SubElement(root, f"{{{SVG}}}title").text = drawing.title
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
        for role, standing in STAND_INS.items():
            if drawn == standing and theme == "page":
                del element.attrib[key]
                classes.append(f"{key}-{role}")
            elif drawn == standing:
                element.set(key, THEMES[theme][role])
    if any(classes):
        element.set("class", " ".join(filter(None, classes)))


def _coarser(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _font(element: ET.Element, value: str) -> None:
    for part in value.split():
        if part.endswith("px"):
            element.set("font-size", part.removesuffix("px").rstrip("0").rstrip("."))
        elif part.isdigit() or part == "bold":
            element.set("font-weight", "600")
