"""Who is who through a clip: one track per person, from place and looks.

A face in the place of the one before is only taken for the same where it looks the same: how
alike two pictures in turn must be is measured by the track itself, since somebody who throws
their head about changes more from picture to picture than two quiet people differ. Where that
is in doubt a new track begins, and looks say at the end whose it is.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

import numpy as np

from source.face.blaze import Found, overlap
from source.face.follow import away
from source.face.looks import looks
from source.face.scene import Change
from source.face.track import DOUBTFUL, NEAR, SPARSE, Track

__all__ = ["Tracks", "looks"]

ALIKE = 0.7
"""Minimum similarity for a face to continue a track after an absence."""

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

PRODUCTS = 2**22
"""Most likenesses of looks that are worked out at once: 16 MB of them."""


class Tracks:
    """Gives every sighting the number of its person, from 0 by first appearance."""

    def __init__(self) -> None:
        self.all: list[Track] = []
        self._order: dict[int, None] = {}  # their numbers, by when they were seen last
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
        for number in sorted(answer.values(), reverse=True):
            self._order.pop(number, None)
            self._order[number] = None
        return [answer[index] for index in range(len(faces))]

    def _recent(self) -> list[tuple[int, Track]]:
        """The tracks that a face may continue: those seen last, by number.

        Whoever was away for longer begins a track anew, and is known again at the end.
        """
        last = sorted(islice(reversed(self._order), REMEMBERED))
        return [(number, self.all[number]) for number in last]

    def _since(self, moment: float) -> Iterator[Track]:
        """The tracks that were seen after a moment, in seconds; those seen last come first."""
        newest = (self.all[number] for number in reversed(self._order))
        return takewhile(lambda track: track.last > moment, newest)

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
        apart = float(np.hypot(*(face.middle - track.expected(time)))) / size
        near = apart < 1.5 or overlap(face.box, track.face.box) > 0.2
        same = alike >= ALIKE or (near and track.stays(look, change.share))
        # A half-covered face resembles neither person, so its position decides.
        if not same and not (near and covered and alike >= UNLIKE):
            return -1.0
        # Where two faces cross, both are near: then looks decide.
        return 2.0 + 2.0 * alike - min(apart, 2.0)

    def _come_back(self, time: float, track: Track, face: Found) -> None:
        """Remove tracks that flickered where a person has reappeared."""
        if not 0.0 < time - track.last <= FLICKER:
            return
        for other in self._since(track.last):
            between = track.last < other.first and other.last < time
            if between and other.seen <= 2 and away(other.face, face) < 1.0:
                other.forget(track.last)

    def _forget(self, since: float, face: Found) -> None:
        """Remove faces seen in a face's place during a dissolve: they mix two people."""
        for track in self._since(since):
            if away(face, track.face) < 1.5:
                track.forget(since)

    def joined(self) -> list[int]:
        """For every track the track it belongs to, once all is seen.

        A person whose looks changed while away (turned, lit anew) began a new track; tracks
        that were never seen at the same time and whose nearest looks are alike are joined.
        """
        owner = list(range(len(self.all)))
        spans: dict[int, list[tuple[float, float]]] = {}  # of each person, when it was seen
        for number, alike in enumerate(_likenesses([track.known() for track in self.all])):
            track = self.all[number]
            span = (track.first, track.last)
            likely = np.flatnonzero(alike > (ALIKE if track.cut else SETTLED))
            nearest = likely[np.argsort(-alike[likely], kind="stable")]
            fitting = (owner[n] for n in nearest if _fits(span, spans[owner[n]]))
            owner[number] = place = next(fitting, number)
            insort(spans.setdefault(place, []), span)
        return owner


def _likenesses(known: list[np.ndarray]) -> Iterator[np.ndarray]:
    """Of each track its likeness to those before it, by the nearest looks of both.

    Parameters
    ----------
    known : list of np.ndarray [shape=(1 to LOOKS, d)]
        The looks of each track.

    Yields
    ------
    np.ndarray [shape=(number of the track,)]
        -1 to 1.
    """
    starts = np.cumsum([0, *(len(looks) for looks in known)])
    everything = np.concatenate(known) if known else np.empty((0, 1))
    first = 0
    while first < len(known):
        # As many tracks as fit: each is compared with all before the last of them.
        rows = max(1, PRODUCTS // len(everything))
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + rows, "right")) - 1)
        some, others = everything[starts[first] : starts[last]], everything[: starts[last]]
        nearest = np.maximum.reduceat(some @ others.T, starts[:last], axis=1)
        nearest = np.maximum.reduceat(nearest, starts[first:last] - starts[first], axis=0)
        for number in range(first, last):
            yield nearest[number - first, :number]
        first = last


def _fits(span: tuple[float, float], others: list[tuple[float, float]]) -> bool:
    """Whether a stretch of time shares nothing with others, which are sorted and share nothing."""
    after = bisect_left(others, span)
    return (not after or others[after - 1][1] < span[0]) and (
        after == len(others) or span[1] < others[after][0]
    )


def _covered(face: Found, faces: list[Found]) -> bool:
    """Whether another face of the picture reaches into this one."""
    return any(overlap(face.box, other.box) > 0.02 for other in faces if other is not face)
