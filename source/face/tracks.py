"""Who is who through a clip: one track per person, from place and looks.

A face in the place of the one before is only taken for the same where it looks the same: how
alike two pictures in turn must be is measured by the track itself, since somebody who throws
their head about changes more from picture to picture than two quiet people differ. Where that
is in doubt a new track begins, and looks say at the end whose it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nlargest

import numpy as np

from source.face.blaze import Found, overlap
from source.face.looks import LENGTH, looks
from source.face.scene import Change

__all__ = ["Track", "Tracks", "looks"]

NEAR = 0.75
"""Seconds after which a face that was not seen must be recognised by its looks."""

SPARSE = 2.5
"""Where pictures lie further apart than that, the face of the picture before still counts as
near, up to these many seconds."""

ALIKE = 0.7
"""Least likeness for a face to be taken for one that was away."""

STEP = (0.3, 0.66)
"""Least likeness from one picture to the next of a face that stays in its place: the first in a
track that changes much, the second in a quiet one, which 999 of 1000 pairs of two people do
not reach."""

DOUBTFUL = 0.1
"""Share of what is around a face that must be new for the face to be in doubt."""

FALL = 0.25
"""How far a likeness may fall below what is usual in its track."""

UNLIKE = 0.1
"""Likeness below which a face is another one even where another face covers it."""

FLICKER = 1.0
"""Another face for one or two pictures in a place whose person is back within so many seconds
is that person behind a hand, or in a flash, and is left out."""

SETTLED = 0.66
"""Least likeness of the nearest looks of two tracks that never meet to be joined at the end;
`ALIKE` where the second began with a cut."""

REMEMBERED = 64
"""Tracks that a face is compared with while a film is being watched, those seen last: a long film
has thousands."""

LOOKS = 8
"""Most looks kept of one person; only looks that add something are kept."""

_NEW_LOOK = 0.85


@dataclass
class Track:
    """One person.

    Attributes
    ----------
    first, last : float
        When the face was seen first and last, seconds.
    seen : int
        In how many pictures.
    score : float
        Best score of the detector.
    usual : float
        Likeness from one picture to the next, a mean over the last few.
    nobody : bool
        Whether it was seen during a dissolve only, or as a flicker over somebody's face.
    cut : bool
        Whether it began with a cut.
    """

    first: float
    last: float
    face: Found
    seen: int = 0
    score: float = 0.0
    speed: np.ndarray = field(default_factory=lambda: np.zeros(2))
    usual: float = 0.7
    nobody: bool = False
    cut: bool = False
    _looks: list[tuple[float, np.ndarray]] = field(default_factory=list)
    _look: np.ndarray | None = None

    def add(self, time: float, face: Found, look: np.ndarray) -> None:
        """Take a sighting in."""
        step = time - self.last
        if self.seen and 0.0 < step <= NEAR:
            moved = (_centre(face) - _centre(self.face)) / step
            self.speed = 0.5 * self.speed + 0.5 * moved
        else:
            self.speed = np.zeros(2)
        self.last, self.face, self.seen = time, face, self.seen + 1
        self.score = max(self.score, face.score)
        if not look.any():
            return
        if self._look is not None and 0.0 < step <= SPARSE:
            self.usual += 0.3 * (self.step(look) - self.usual)
        self._look = look
        if self.likeness(look) < _NEW_LOOK:
            if len(self._looks) == LOOKS:  # the first look stays, the oldest of the others goes
                del self._looks[1]
            self._looks.append((time, look))

    def likeness(self, look: np.ndarray) -> float:
        """Likeness to the nearest known look, -1 to 1."""
        return max((float(look @ known) for _, known in self._looks), default=-1.0)

    def step(self, look: np.ndarray) -> float:
        """Likeness to the last look, -1 to 1."""
        return -1.0 if self._look is None else float(look @ self._look)

    def stays(self, look: np.ndarray, share: float) -> bool:
        """Whether a face in the same place has changed no more than this track's does.

        `share` is how much around it is new, 0 to 1: where next to nothing is, nobody has come.
        """
        if self._look is None or not look.any():
            return True  # too dark to say
        least = min(max(self.usual - FALL, STEP[0]), STEP[1]) if share >= DOUBTFUL else STEP[0]
        return self.step(look) >= least

    def known(self) -> np.ndarray:
        """Its looks [shape=(1 to LOOKS, d)]; one of zeros, like nobody's, where it has none."""
        looks = [look for _, look in self._looks]
        return np.stack(looks or [np.zeros(LENGTH, np.float32)])

    def forget(self, since: float) -> None:
        """Take back the looks of after a moment, in seconds."""
        self.nobody = self.first > since
        kept = [known for known in self._looks if known[0] <= since]
        self._looks = kept or ([] if self.nobody else self._looks[:1])

    def expected(self, time: float) -> np.ndarray:
        """Where the centre should be by now."""
        return np.asarray(_centre(self.face) + self.speed * min(time - self.last, NEAR))


class Tracks:
    """Gives every sighting the number of its person, from 0 by first appearance."""

    def __init__(self) -> None:
        self.all: list[Track] = []
        self._time = 0.0
        self._near = NEAR

    def update(
        self,
        time: float,
        faces: list[Found],
        seen: list[np.ndarray],
        *,
        cut: bool | Sequence[Change] = False,
    ) -> list[int]:
        """Number of the person of each face of one picture.

        Parameters
        ----------
        time : float
            Seconds; rises from call to call.
        faces : list of Found
        seen : list of np.ndarray
            `looks` of each face.
        cut : bool or sequence of Change
            Whether the scene has changed, so that place means nothing; or what has changed
            around each face.
        """
        if isinstance(cut, bool):
            cut = [Change(DOUBTFUL, time if cut else None)] * len(faces)
        for face, change in zip(faces, cut, strict=True):
            if change.since is not None and change.since < time:
                self._forget(change.since, face)
        self._near = max(NEAR, min(1.05 * (time - self._time), SPARSE))
        self._time = time
        covered = [_covered(face, faces) for face in faces]
        pairs = sorted(
            (
                (
                    self._fit(time, track, face, look, change=new, covered=hidden),
                    number,
                    index,
                )
                for number, track in self._recent()
                for index, (face, look, hidden, new) in enumerate(
                    zip(faces, seen, covered, cut, strict=True)
                )
            ),
            reverse=True,
        )
        answer: dict[int, int] = {}
        taken: set[int] = set()
        for fit, number, index in pairs:
            if fit > 0.0 and number not in taken and index not in answer:
                answer[index] = number
                taken.add(number)
        for index in range(len(faces)):
            if index not in answer:
                answer[index] = len(self.all)
                began = cut[index].since is not None
                self.all.append(Track(time, time, faces[index], cut=began))
        for index, (face, look) in enumerate(zip(faces, seen, strict=True)):
            self._come_back(time, self.all[answer[index]], face)
            self.all[answer[index]].add(time, face, look)
        return [answer[index] for index in range(len(faces))]

    def _recent(self) -> list[tuple[int, Track]]:
        """The tracks that a face may continue: those seen last, by number.

        Whoever was away for longer begins a track anew, and is known again at the end.
        """
        last = nlargest(REMEMBERED, enumerate(self.all), key=lambda pair: pair[1].last)
        return sorted(last, key=lambda pair: pair[0])

    def _fit(
        self,
        time: float,
        track: Track,
        face: Found,
        look: np.ndarray,
        *,
        change: Change,
        covered: bool,
    ) -> float:
        """How well a face continues a track; above 0 where it may."""
        alike = track.likeness(look)
        if (change.since is not None and look.any()) or time - track.last > self._near:
            return alike - ALIKE if alike >= ALIKE else -1.0
        size = max(face.side, track.face.side, 1.0)
        away = float(np.hypot(*(_centre(face) - track.expected(time)))) / size
        near = away < 1.5 or overlap(face.box, track.face.box) > 0.2
        same = alike >= ALIKE or (near and track.stays(look, change.share))
        # A face half behind another looks like neither: then place decides.
        if not same and not (near and covered and alike >= UNLIKE):
            return -1.0
        # Where two faces cross, both are near: then looks decide.
        return 2.0 + 2.0 * alike - min(away, 2.0)

    def _come_back(self, time: float, track: Track, face: Found) -> None:
        """Leave out what flickered in the place of somebody who is there again."""
        if not 0.0 < time - track.last <= FLICKER:
            return
        for other in reversed(self.all):
            between = track.last < other.first and other.last < time
            if between and other.seen <= 2 and _beside(other.face, face) < 1.0:
                other.forget(track.last)

    def _forget(self, since: float, face: Found) -> None:
        """Take back what was seen in the place of a face during a dissolve: two people in one."""
        for track in self.all:
            if track.last > since and _beside(face, track.face) < 1.5:
                track.forget(since)

    def joined(self) -> list[int]:
        """For every track the track it belongs to, once all is seen.

        A person whose looks changed while away (turned, lit anew) began a new track; tracks
        that were never seen at the same time and whose nearest looks are alike are joined.
        """
        owner = list(range(len(self.all)))
        if len(owner) < 2:
            return owner
        known = [track.known() for track in self.all]
        everything = np.concatenate(known)
        starts = np.cumsum([0, *(len(k) for k in known[:-1])])
        members: dict[int, list[int]] = {}
        for number, track in enumerate(self.all):
            alike = np.maximum.reduceat((known[number] @ everything.T).max(axis=0), starts)
            best, place = ALIKE if track.cut else SETTLED, None
            for other in np.flatnonzero(alike[:number] > best):
                root, likeness = owner[other], float(alike[other])
                if likeness > best and all(_apart(self.all[n], track) for n in members[root]):
                    best, place = likeness, root
            if place is not None:
                owner[number] = place
            members.setdefault(owner[number], []).append(number)
        return owner


def _centre(face: Found) -> np.ndarray:
    return np.asarray((face.box[:2] + face.box[2:]) / 2.0)


def _beside(one: Found, other: Found) -> float:
    """Distance of two centres, in sides of the larger face."""
    apart = float(np.hypot(*(_centre(one) - _centre(other))))
    return apart / max(one.side, other.side, 1.0)


def _covered(face: Found, faces: list[Found]) -> bool:
    """Whether another face of the picture reaches into this one."""
    return any(overlap(face.box, other.box) > 0.02 for other in faces if other is not face)


def _apart(one: Track, other: Track) -> bool:
    """Whether two tracks were never seen at the same time."""
    return one.last < other.first or other.last < one.first
