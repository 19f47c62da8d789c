"""The steps of the time line: what one or more senses read, averaged over half a second each.

One rule makes moments of readings, whether of all senses together or of a single person, so that
an answer for the whole is the same wherever it is asked for.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from source.core.emotions import Emotion, mean_scores
from source.core.overall import Reading as Weighed
from source.core.overall import overall
from source.core.result import FaceSegment, Segment
from source.core.timeline import merge, overlap, steps

STEP = 0.5
"""Seconds of one step."""

CLOSE = 0.05
"""Seconds between two readings that are the rounding of their times, and no gap."""

MOSTLY = 0.5
"""Share of a sense's readings in a step that must be certain of an emotion to be sure of it."""


class Reading(Protocol):
    """What one sense reads over a stretch of time, in seconds."""

    @property
    def start(self) -> float: ...  # noqa: D102
    @property
    def end(self) -> float: ...  # noqa: D102
    @property
    def emotion(self) -> Emotion: ...  # noqa: D102


R = TypeVar("R", bound=Reading)


@dataclass(frozen=True)
class Step(Generic[R]):
    """A stretch of at most `STEP` seconds in which the same senses read something throughout.

    `parts` has the readings of each sense, each with the seconds of it that lie in the stretch.
    """

    start: float
    end: float
    parts: dict[str, list[tuple[R, float]]]


def walk(readings: Mapping[str, Sequence[R]], seconds: float) -> Iterator[Step[R]]:
    """All steps of a recording in which something was read; where nothing was, there is none.

    Parameters
    ----------
    readings : mapping of sense to sequence of Reading
    seconds : float
        Length of the recording.
    """
    spans = steps(seconds, step=STEP)
    by_step: dict[int, dict[str, list[R]]] = defaultdict(lambda: defaultdict(list))
    for sense, of_sense in readings.items():
        for reading in of_sense:
            first = int(reading.start / STEP)
            for index in range(first, min(len(spans), int(reading.end / STEP) + 1)):
                if _within(reading, *spans[index]) > 1e-6:
                    by_step[index][sense].append(reading)
    for index in sorted(by_step):
        for start, end in _stretches(by_step[index], *spans[index]):
            yield _step(by_step[index], start, end)


def average(parts: Sequence[tuple[Emotion, float]], *, threshold: float) -> Emotion:
    """The mean posterior of one sense's readings, each with its seconds.

    It is certain where its score reaches the threshold and at least half of the time was read
    as certainly the same emotion: what cannot be trusted is not made trustworthy by a mean.
    """
    scores = mean_scores([e.scores for e, _ in parts], [w for _, w in parts])
    label = max(scores, key=lambda e: scores[e])
    return Emotion.from_scores(scores, threshold=threshold, trusted=sure_of(label, parts))


def sure_of(label: str, parts: Sequence[tuple[Emotion, float]]) -> bool:
    """Whether at least half of what one sense read is certainly that emotion."""
    sure = sum(w for e, w in parts if e.certain and e.label == label)
    return sure >= MOSTLY * sum(w for _, w in parts)


def overall_of(readings: Sequence[Reading], *, threshold: float) -> Emotion | None:
    """The readings of one sense combined; None if there are none."""
    if not readings:
        return None
    walked = walk({"": readings}, max(r.end for r in readings))
    return overall(
        [
            Weighed(
                step.end - step.start,
                average([(r.emotion, w) for r, w in step.parts[""]], threshold=threshold),
                threshold,
            )
            for step in walked
        ]
    )


def overall_of_faces(faces: Sequence[FaceSegment], *, threshold: float) -> Emotion | None:
    """What faces that were read say taken together; None where none was.

    Of a still picture only those count that can be trusted, where there are any.
    """
    read = [(face, face.emotion) for face in faces if face.emotion is not None]
    timed = [Segment(f.time, f.end, e) for f, e in read if f.end is not None]
    if timed:
        return overall_of(timed, threshold=threshold)
    trusted = [e for f, e in read if f.quality.doubt is None] or [e for _, e in read]
    return overall([Weighed(1.0, e, threshold) for e in trusted])


def _within(reading: Reading, start: float, end: float) -> float:
    """Seconds of a reading that lie in ``[start, end)``."""
    return overlap((reading.start, reading.end), (start, end))


def _stretches(
    parts: Mapping[str, Sequence[Reading]], start: float, end: float
) -> list[tuple[float, float]]:
    """The stretches of a step in which the same senses read something throughout."""
    spans = {
        sense: merge([(max(start, r.start), min(end, r.end)) for r in read], gap=CLOSE)
        for sense, read in parts.items()
    }
    edges = sorted({edge for own in spans.values() for span in own for edge in span})
    stretches: list[tuple[float, float, frozenset[str]]] = []
    for a, b in pairwise(edges):
        senses = frozenset(
            sense for sense, own in spans.items() if any(s <= a and b <= e for s, e in own)
        )
        if not senses:
            continue
        last = stretches[-1] if stretches else None
        # A sliver comes from rounding two times, so it joins its neighbour.
        if last and last[1] == a and (b - a <= CLOSE or last[2] == senses):
            stretches[-1] = (last[0], b, last[2])
        elif last and last[1] == a and last[1] - last[0] <= CLOSE:
            stretches[-1] = (last[0], b, senses)
        else:
            stretches.append((a, b, senses))
    return [(a, b) for a, b, _ in stretches if b - a > 1e-6]


def _step(parts: Mapping[str, Sequence[R]], start: float, end: float) -> Step[R]:
    here = {
        sense: [(r, shared) for r in read if (shared := _within(r, start, end)) > 1e-6]
        for sense, read in parts.items()
    }
    # What reaches in by a rounding alone is not named, unless nothing else is there.
    whole = {s: shares for s, shares in here.items() if sum(w for _, w in shares) > CLOSE}
    kept = whole or {s: shares for s, shares in here.items() if shares}
    return Step(round(start, 3), round(end, 3), kept)
