"""What a Result says at any moment: where each face is and what it reads as."""

import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from source.core.result import Box, FaceSegment, Person, Result

AWAY = 1.6
"""A face not seen for so many times the usual step between two looks is not there."""

REASONS = {"small": "too small to read", "blurred": "too blurred to read", "dark": "too dark"}


@dataclass(frozen=True)
class Shown:
    """One face at one moment.

    Attributes
    ----------
    person : int
        Number of the person.
    box : tuple of float
        Left, top, width, height, fractions of the picture.
    label : str or None
        What it reads as; None where it was not read.
    score : float
    certain : bool
    scores : mapping of str to float
        The distribution at this moment, between two looks what lies between them.
    so_far : mapping of str to float
        The mean distribution of this person up to here.
    why : str
        Why it was not read.
    """

    person: int
    box: Box
    label: str | None = None
    score: float = 0.0
    certain: bool = False
    scores: Mapping[str, float] | None = None
    so_far: Mapping[str, float] | None = None
    why: str = ""


class Moments:
    """The faces of a Result by time."""

    def __init__(self, result: Result) -> None:
        people = result.face.people if result.face else ()
        self.still = result.source.kind == "image"
        times = sorted({s.time for p in people for s in p.segments})
        gaps = sorted(b - a for a, b in pairwise(times))
        asked = 1.0 / float(result.options.get("fps", 4.0))
        self.step = max(asked, gaps[len(gaps) // 2]) if gaps else asked
        self._lanes = [_Lane(p) for p in people]
        self._voice = result.voice.segments if result.voice else ()
        self._starts = [part.start for part in self._voice]

    def at(self, time: float) -> list[Shown]:
        """The faces at a time, by person."""
        found = (lane.at(time, self.step * AWAY, still=self.still) for lane in self._lanes)
        return [shown for shown in found if shown is not None]

    def voice(self, time: float) -> tuple[str, float, bool] | None:
        """What the voice reads as at a time: label, score, whether sure."""
        before = bisect.bisect_right(self._starts, time)
        if not before or time >= self._voice[before - 1].end:
            return None
        emotion = self._voice[before - 1].emotion
        return emotion.label, emotion.score, emotion.certain

    @property
    def empty(self) -> bool:
        """Whether no face is ever seen."""
        return not self._lanes


def _follows(now: FaceSegment, later: FaceSegment, away: float) -> bool:
    """Whether no picture without this face was read between two looks at it."""
    if now.end is None:
        return later.time - now.time <= away
    return later.time <= now.end + 0.002


class _Lane:
    """One person through time."""

    def __init__(self, person: Person) -> None:
        self.id = person.id
        self.segments: tuple[FaceSegment, ...] = person.segments
        self.times = [s.time for s in person.segments]
        self.sums: list[dict[str, float]] = []
        total: dict[str, float] = {}
        count = 0
        for part in person.segments:
            if part.emotion is not None:
                count += 1
                for label, score in part.emotion.scores.items():
                    total[label] = total.get(label, 0.0) + score
            self.sums.append({e: v / count for e, v in total.items()} if count else {})

    def at(self, time: float, away: float, *, still: bool) -> Shown | None:
        if not self.segments:
            return None
        if still:
            return self._shown(0, self.segments[0].box, None)
        # Rounded times of the Result may lie a hair after those of the pictures.
        after = bisect.bisect_right(self.times, time + 0.002)
        if after == 0:
            return None
        now = self.segments[after - 1]
        later = self.segments[after] if after < len(self.segments) else None
        if later is None or not _follows(now, later, away):
            # Results of earlier versions do not say how long a face lasts.
            until = now.time + away / 2 if now.end is None else now.end
            return self._shown(after - 1, now.box, None) if time < until else None
        part = min(1.0, max(0.0, (time - now.time) / (later.time - now.time)))
        left, top, width, height = (
            a + (b - a) * part for a, b in zip(now.box, later.box, strict=True)
        )
        scores = None
        if now.emotion and later.emotion:
            ahead = later.emotion.scores
            scores = {e: v + (ahead.get(e, 0.0) - v) * part for e, v in now.emotion.scores.items()}
        return self._shown(after - 1, (left, top, width, height), scores)

    def _shown(self, index: int, box: Box, scores: Mapping[str, float] | None) -> Shown:
        part = self.segments[index]
        if part.emotion is None:
            why = REASONS.get(part.quality.refused or "", "not read")
            return Shown(self.id, box, why=why, so_far=self.sums[index] or None)
        emotion = part.emotion
        return Shown(
            self.id,
            box,
            emotion.label,
            emotion.score,
            emotion.certain,
            scores or emotion.scores,
            self.sums[index] or None,
        )
