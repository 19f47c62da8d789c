"""The time line for Praat: an interval tier for each sense and person, gaps as empty intervals."""

from typing import Any

from source.views.exports.row import Format, Subject
from source.views.exports.tiers import DISAGREEMENT, Stretch, differing, tiers
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
    rows.append((DISAGREEMENT, differing(result)))
    every = [(name, _entries(stretches, end)) for name, stretches in rows]
    grid = {
        "xmin": 0.0,
        "xmax": end,
        "tiers": [
            {"class": "IntervalTier", "name": name, "xmin": 0.0, "xmax": end, "entries": entries}
            for name, entries in every
            if entries
        ],
    }
    text = getTextgridAsStr(grid, "long_textgrid", includeBlankSpaces=True)
    return str(text).encode()


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
