"""The time line for Praat: an interval tier for each sense and person, gaps as empty intervals.

What was marked by hand is a tier of points.
"""

from typing import Any

from source.views.exports.row import Format, Subject
from source.views.exports.tiers import (
    DISAGREEMENT,
    EXCLUDED,
    MARKERS,
    Stretch,
    differing,
    excluded,
    marked,
    tiers,
)
from source.views.timeline import length

TEXTGRID = Format("Praat TextGrid", "text/plain", "Praat, praatio, R")

DIGITS = 6
"""Decimals of a time: a microsecond."""


def textgrid(subject: Subject) -> bytes:
    """A TextGrid in the long form, UTF-8; a label that is not sure ends in “?”."""
    from praatio.utilities.textgrid_io import getTextgridAsStr

    result = subject.shown
    end = round(length(result), DIGITS)
    rows = [(tier.name, tier.stretches()) for tier in tiers(result)]
    rows += [(DISAGREEMENT, differing(result)), (EXCLUDED, excluded(result))]
    every = [("IntervalTier", name, _entries(stretches, end)) for name, stretches in rows]
    every.insert(len(every) - 1, ("TextTier", MARKERS, _points(marked(result), end)))
    grid = {
        "xmin": 0.0,
        "xmax": end,
        "tiers": [
            {"class": kind, "name": name, "xmin": 0.0, "xmax": end, "entries": entries}
            for kind, name, entries in every
            if entries
        ],
    }
    text = getTextgridAsStr(grid, "long_textgrid", includeBlankSpaces=True)
    return str(text).encode("utf-8", "replace")


def _entries(stretches: list[Stretch], end: float) -> list[Any]:
    """Intervals with rounded times that neither overlap nor leave the recording."""
    from praatio.utilities.constants import Interval

    entries = []
    last = 0.0
    for start, stop, text in stretches:
        start, stop = max(last, round(start, DIGITS)), min(end, round(stop, DIGITS))
        if stop > start:
            entries.append(Interval(start, stop, text))
            last = stop
    return entries


def _points(marks: list[tuple[float, str]], end: float) -> list[Any]:
    from praatio.utilities.constants import Point

    return [Point(min(end, time), text) for time, text in marks]
