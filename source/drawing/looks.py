"""Which faces of a Result are explained, at which moments, and which are not."""

from collections.abc import Callable, Sequence

import numpy as np

from source.core.part import part
from source.core.result import FaceSegment, Result
from source.drawing.moments import Moments

MOST_FACES, MOST_MOMENTS = 24, 24
"""Faces on one picture, moments of one film."""

Read = tuple[int, FaceSegment]
"""Number of the person, and a face that was read."""


def moments(result: Result, times: Sequence[float] = ()) -> list[float]:
    """The moments that are shown: those read nearest to `times`, else each person's clearest."""
    read = _read(result)
    if not read:
        return []
    if result.source.kind == "image":
        return [0.0]
    if times:
        known = np.array(sorted({s.time for _, s in read}))
        inside = [t for t in times if not _after(result, t)]
        chosen = {float(known[np.abs(known - t).argmin()]) for t in inside}
    else:
        chosen = {s.time for s in _clearest(read).values()}
    return sorted(chosen)[:MOST_MOMENTS]


def not_explained(result: Result, times: Sequence[float], shown: Sequence[float]) -> list[str]:
    """What was asked for, or read, and is not shown as it was: a sentence each."""
    read = _read(result)
    if not read or result.source.kind == "image":
        return []
    if not times:
        return _without_moment(read, shown)
    sentences = []
    end = _end(result)
    step = Moments(result).step
    known = np.array(sorted({s.time for _, s in read}))
    near: set[float] = set()
    for time in sorted(set(times)):
        if _after(result, time):
            sentences.append(
                f"Second {time:g} cannot be explained: the analysed part ends at {end:.1f} s."
            )
            continue
        nearest = float(known[np.abs(known - time).argmin()])
        near.add(nearest)
        if abs(nearest - time) > step:
            sentences.append(
                f"No face was read at {time:g} s; the nearest one, at {nearest:g} s, is explained "
                "instead."
            )
    if len(near) > len(shown):
        sentences.append(
            f"Only the first {len(shown)} of {len(near)} moments are explained; name the others "
            "in another call."
        )
    return sentences


def faces_at(result: Result, time: float, say: Callable[[str], None]) -> list[Read]:
    """The faces read at a time, by person; where there are too many, the largest."""
    still = result.source.kind == "image"
    faces = [(number, s) for number, s in _read(result) if s.time == time or still]
    by_size = sorted(faces, key=lambda f: -f[1].quality.size)
    if by_size[MOST_FACES:]:
        left = _people(sorted(number for number, _ in by_size[MOST_FACES:]))
        say(f"A sheet has room for the {MOST_FACES} largest faces; {left} not explained.")
    return sorted(by_size[:MOST_FACES], key=lambda f: f[0])


def _without_moment(read: Sequence[Read], shown: Sequence[float]) -> list[str]:
    explained = {number for number, s in read if s.time in shown}
    left = sorted({number for number, _ in read} - explained)
    if not left:
        return []
    return [f"Only the first {len(shown)} moments are explained; {_people(left)} not."]


def _people(numbers: Sequence[int]) -> str:
    """Persons as the subject of a sentence, with its verb."""
    if len(numbers) == 1:
        return f"person {numbers[0]} is"
    return f"persons {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"


def _read(result: Result) -> list[Read]:
    people = result.face.people if result.face else ()
    return [(p.id, s) for p in people for s in p.segments if s.emotion is not None]


def _clearest(read: Sequence[Read]) -> dict[int, FaceSegment]:
    """Each person's face that was read most surely; the first of equals."""
    best: dict[int, FaceSegment] = {}
    for number, segment in read:
        before = best.get(number)
        if before is None or _score(segment) > _score(before):
            best[number] = segment
    return best


def _score(segment: FaceSegment) -> float:
    return segment.emotion.score if segment.emotion else 0.0


def _end(result: Result) -> float:
    """Where what was analysed ends, in seconds."""
    return part(result.options, result.source.seconds)[1]


def _after(result: Result, time: float) -> bool:
    return time > _end(result)
