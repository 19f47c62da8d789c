"""Numbers over time, one column each: what programs draw as tracks."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from source.core.result import AffectPoint, Moment, Result
from source.views.exports.tiers import mood
from source.views.palette import INK, colour

MOOD = ("valence", "arousal", "dominance")
OF_MOMENT = ("agreement", "anomaly")

GRAIN = 0.001
"""Seconds by which the end of a stretch lies before the beginning of the next, so that a track
drops there and does not slope."""


@dataclass(frozen=True)
class Column:
    """One track.

    Attributes
    ----------
    name : str
        Unique in a Result.
    meaning, unit : str
        In a few words.
    low, high : float
        Between what it lies.
    rgb : str
        Its colour, “r,g,b”.
    """

    name: str
    meaning: str
    unit: str
    low: float
    high: float
    rgb: str


def columns(result: Result) -> list[Column]:
    """The scores of the combined time line, agreement, anomaly, and the mood."""
    scores = dict.fromkeys(e for m in result.timeline for e in m.emotion.scores)
    every = [
        Column(e, f"score of {e}, everything together", "probability", 0, 1, _rgb(colour(e)))
        for e in scores
    ]
    ink = _rgb(INK["light"])
    if any(m.agreement is not None for m in result.timeline):
        every.append(Column("agreement", "how much the senses agree", "share", 0, 1, ink))
    if any(m.anomaly is not None for m in result.timeline):
        every.append(Column("anomaly", "how unlike the training data", "share", 0, 1, ink))
    if result.affect and result.affect.path:
        every += [
            Column(name, f"{name}, derived from the scores", "-1 to 1", -1, 1, ink) for name in MOOD
        ]
    return every


def series(result: Result, described: Sequence[Column]) -> bytes:
    """A CSV with a line at each begin and end of a moment.

    It is written as ELAN reads it: a head behind ``#``, times in seconds with a decimal point
    (a whole number would be milliseconds), and ``NaN`` for what was not measured (ELAN takes
    an empty cell at the end of a line for 0). A line of ``NaN`` ends each stretch that nothing
    follows at once, so that no line is drawn across a gap.
    """
    names = [column.name for column in described]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["#time", *names])
    for time, values in _lines(result):
        writer.writerow([f"{time:.3f}", *(values.get(name, "NaN") for name in names)])
    return text.getvalue().encode()


def _lines(result: Result) -> Iterator[tuple[float, dict[str, float]]]:
    path = result.affect.path if result.affect else ()
    moments = result.timeline
    for moment, after in zip(moments, (*moments[1:], None), strict=True):
        values = _values(moment, mood(path, moment))
        yield moment.start, values
        if moment.end - GRAIN > moment.start:
            yield moment.end - GRAIN, values
        if after is None or after.start > moment.end + GRAIN:
            yield moment.end, {}


def _values(moment: Moment, point: AffectPoint | None) -> dict[str, float]:
    values = dict(moment.emotion.scores)
    for part, names in ((moment, OF_MOMENT), (point, MOOD)):
        numbers = {name: getattr(part, name) for name in names} if part is not None else {}
        values |= {name: number for name, number in numbers.items() if number is not None}
    return values


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
