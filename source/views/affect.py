"""Valence, arousal and dominance over time, of the whole and of each person.

They are derived: each is worked out from the emotion scores of a moment (`core.affect`), and
nothing else was measured.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from source.core.affect import COORDINATES, affect
from source.core.emotions import Emotion
from source.core.result import Person, Result
from source.views import series
from source.views.series import Timed
from source.views.table import Table
from source.views.timeline import PEOPLE, length, looks
from source.views.units import clock

SCALES = (
    ("Valence", "unpleasant", "pleasant"),
    ("Arousal", "calm", "excited"),
    ("Dominance", "yielding", "in control"),
)
"""What each of the three numbers says, from -1 to 1."""

TOGETHER = "Together"

ROWS = 40
"""Most rows of a table over time, for everything together and for each person."""


@dataclass(frozen=True)
class Trace:
    """The path of one person, or of everything together.

    Attributes
    ----------
    name : str
        Whose it is.
    stretches : tuple of (float, float, (float, float, float))
        Start and end in seconds, with valence, arousal and dominance, -1 to 1, in between. A
        picture has one, which has no length.
    mean : tuple of float
        The three over all that was measured.
    """

    name: str
    stretches: tuple[Timed, ...]
    mean: tuple[float, ...]


def traces(result: Result) -> list[Trace]:
    """The path of everything together, and of each person where that is not the same.

    Of many people those that were seen longest.
    """
    read = result.as_measured
    if read.emotion is None:
        return []
    whole = _timed((m.start, m.end, m.emotion) for m in read.timeline)
    own = [Trace(TOGETHER, whole, affect(read.emotion.scores))]
    people = [p for p in (read.face.people if read.face else ()) if p.emotion]
    if len(people) < 2 and read.voice is None:
        return own
    longest = sorted(people, key=lambda p: -len(p.segments))[:PEOPLE]
    return own + [_of(p, length(read)) for p in sorted(longest, key=lambda p: p.id)]


def _of(person: Person, seconds: float) -> Trace:
    """A person's path; a person in a picture has none, but a place."""
    assert person.emotion is not None
    stretches = _timed(looks(person, seconds)) if seconds else ()
    return Trace(person.called, stretches, affect(person.emotion.scores))


def _timed(spans: Iterable[tuple[float, float, Emotion]]) -> tuple[Timed, ...]:
    """Stretches with their place: as `affect` gives it, all at once, since there may be many."""
    lasting = [span for span in spans if span[1] > span[0]]
    if not lasting:
        return ()
    labels = list(lasting[0][2].scores)
    scores = np.array([[e.scores[label] for label in labels] for *_, e in lasting])
    places = np.round(scores @ np.array([COORDINATES[label] for label in labels]), 6).tolist()
    return tuple((a, b, tuple(place)) for (a, b, _), place in zip(lasting, places, strict=True))


def plane_table(result: Result, found: Sequence[Trace] | None = None) -> Table:
    """The mean place of everything together and of each person.

    `found` are its traces, where the caller has them already.
    """
    every = traces(result) if found is None else found
    rows = [(trace.name, *map(signed, trace.mean)) for trace in every]
    return Table(("Who", *(name for name, *_ in SCALES)), tuple(rows))


def tone_table(result: Result, found: Sequence[Trace] | None = None) -> Table:
    """The three over time, in at most `ROWS` rows for everything and for each person.

    `found` are its traces, where the caller has them already.
    """
    head = ("Who", "From", "To", *(name for name, *_ in SCALES))
    if len(result.timeline) < 2:
        return Table(head)
    seconds = length(result)
    return Table(
        head,
        tuple(
            (trace.name, clock(row.start), clock(row.end), *map(signed, row.values))
            for trace in (traces(result) if found is None else found)
            for row in series.rows(trace.stretches, seconds, most=ROWS)
        ),
    )


def signed(value: float) -> str:
    """A number from -1 to 1 with its sign.

    Examples
    --------
    >>> signed(0.4), signed(-0.004), signed(-0.5)
    ('+0.40', '0.00', '-0.50')
    """
    text = f"{value:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text
