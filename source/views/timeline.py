"""What was measured over time: how long, and for which stretch each face stands."""

from itertools import pairwise

import numpy as np

from source.core.result import Person, Result
from source.views.spans import Span

PEOPLE = 6
"""Most people that get a lane: those seen longest."""


def length(result: Result) -> float:
    """Length of the recording in seconds; the end of its time line where it states none.

    That of a pair is the length of its sound.
    """
    ends = [result.timeline[-1].end] if result.timeline else []
    stated = [source.seconds or 0.0 for source in (result.source, *result.sources)]
    return max([*stated, *ends])


def looks(person: Person, seconds: float) -> tuple[Span, ...]:
    """A person's faces as stretches, each as long as it stands for what is seen."""
    times = [f.time for f in person.segments]
    # Results of earlier versions have no ends: there a face lasts for the usual distance.
    usual = float(np.median(np.diff(times))) if len(times) > 1 else 0.25
    following = [b for _, b in pairwise([*times, seconds])]
    ends = (
        min(f.time + usual, after) if f.end is None else f.end
        for f, after in zip(person.segments, following, strict=True)
    )
    return tuple(
        (f.time, end, f.emotion) for f, end in zip(person.segments, ends, strict=True) if f.emotion
    )
