"""Which letters a picture can be drawn with: those of the font that matplotlib brings, then those
of the fonts of this machine. A chart as SVG keeps its words, and whatever shows it finds fonts."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from source.core.result import Result

FONT = "DejaVu Sans"

NO_FONT = "LastResort"
"""Begins the file of a font whose every letter is a box."""


def fonts() -> Path:
    """The folder of the fonts that matplotlib brings."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def missing(text: str) -> frozenset[str]:
    """The letters of a text that `FONT` lacks."""
    return frozenset(c for c in text if c > "~" and ord(c) not in _letters(_own()))


def families(text: str) -> list[str]:
    """Names of fonts that have the letters of a text, `FONT` first; some may be in none."""
    return [FONT, *_others(missing(text))[0]]


def drawable(result: Result) -> Result:
    """The Result without those names of people that no font here can write: “Person 1” again."""
    if result.face is None or not any(p.name for p in result.face.people):
        return result
    people = tuple(
        p if p.name is None or not _others(missing(p.name))[1] else replace(p, name=None)
        for p in result.face.people
    )
    native = drawable(result.native) if result.native else None
    return replace(result, face=replace(result.face, people=people), native=native)


@cache
def _others(wanted: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Names of the fewest other fonts that have these letters, and those that none has."""
    chosen, left = [], {ord(c) for c in wanted}
    if left:
        known = dict(_of_this_machine())
        while left:
            best = max(known, key=lambda name: len(left & _letters(known[name])), default=None)
            if best is None or not left & _letters(known[best]):
                break
            left -= _letters(known[best])
            chosen.append(best)
    return tuple(chosen), frozenset(map(chr, left))


def _of_this_machine() -> Iterable[tuple[str, str]]:
    """Name and file of every upright font that can be drawn at any size, in order of name."""
    from matplotlib.font_manager import fontManager

    rows = sorted({(f.name, f.fname) for f in fontManager.ttflist if f.style == "normal"})
    return [row for row in rows if not Path(row[1]).name.startswith(NO_FONT)]


def _own() -> str:
    return str(fonts() / "DejaVuSans.ttf")


@cache
def _letters(file: str) -> frozenset[int]:
    """The letters of a font, by their number; none of one whose letters are pictures."""
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(file)
    except (OSError, RuntimeError):
        return frozenset()
    return frozenset(font.get_charmap()) if font.scalable else frozenset()
