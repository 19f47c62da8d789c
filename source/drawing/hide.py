"""Hides every face of a recording: found anew in every picture, and where that fails by time.

A face that one picture does not show to the detector was there a moment before and is there a
moment later: so each place that was found stays covered for a while in both directions, moving
with what was found. In doubt, a place is covered.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from source.core.result import Result
from source.drawing.brush import Pixels
from source.face.cover import Cover, with_room

HOLD = 0.9
"""Seconds a place stays covered before it is first and after it is last found."""

BRIDGE = 3.0
"""Seconds between two finds of one place over which it is taken to have moved evenly."""

CLOSE = 0.001
"""Seconds by which rounding may shift a time."""

SIDE, ABOVE, BELOW = 0.35, 0.65, 0.35
"""How far is covered around a detector's box (brows to chin), in parts of its size."""

CELLS = 5
"""Tones that are left of a face from left to right: too few to tell whose it is."""


@dataclass
class _Place:
    """One place through time: rising times, boxes [left, top, right, bottom] in fractions."""

    times: list[float] = field(default_factory=list)
    boxes: list[np.ndarray] = field(default_factory=list)


class Hidden:
    """The places to cover at any time; filled by one pass over a film's pictures.

    Parameters
    ----------
    result : Result
        What was seen already.
    at : float, optional
        Only what was seen about that second.
    """

    def __init__(self, result: Result, *, at: float | None = None) -> None:
        self._places: list[_Place] = []
        # By whole seconds, the numbers of the places that may be covered then: of a long film's
        # thousands these are few.
        self._during: dict[int, set[int]] = {}
        for person in result.face.people if result.face else ():
            number = len(self._places)
            for segment in person.segments:
                if at is not None and abs(segment.time - at) > HOLD:
                    continue
                left, top, width, height = segment.box
                box = np.array([left, top, left + width, top + height])
                self._put(number, segment.time, with_room(box, segment.quality.roll or 0.0))

    def look(
        self,
        pictures: Iterable[tuple[float, Pixels]],
        *,
        on_picture: Callable[[float], None] = lambda _: None,
    ) -> None:
        """Find the faces of every picture."""
        cover = Cover()
        for time, image in pictures:
            on_picture(time)
            self.add(time, cover(time, image), image)

    def add(self, time: float, boxes: Iterable[np.ndarray], image: Pixels) -> None:
        """Take in what was found in one picture."""
        size = np.array([image.shape[1], image.shape[0]] * 2, np.float64)
        for box in boxes:
            part = np.asarray(box, np.float64) / size
            near = [n for n in self._about(time) if _continues(self._places[n], time, part)]
            last = max(near, key=lambda n: self._places[n].times[-1], default=len(self._places))
            self._put(last, time, part)

    def at(self, time: float) -> list[np.ndarray]:
        """Boxes to cover at a time, without their margin, in fractions of the picture."""
        boxes = []
        for number in self._about(time):
            place = self._places[number]
            after = bisect_left(place.times, time)
            before = after - 1
            ahead = place.times[after] - time if after < len(place.times) else np.inf
            behind = time - place.times[before] if before >= 0 else np.inf
            if ahead + behind <= BRIDGE:
                part = behind / (ahead + behind) if ahead + behind else 0.0
                one, other = place.boxes[before], place.boxes[after]
                boxes.append(one + (other - one) * part)
                if ahead + behind > HOLD:  # it may not have moved evenly: both ends too
                    boxes += [one, other]
                continue
            if ahead <= HOLD:
                boxes.append(place.boxes[after])
            if behind <= HOLD:
                boxes.append(place.boxes[before])
        return boxes

    def _put(self, number: int, time: float, box: np.ndarray) -> None:
        """Add a find to a place, which is a new one where there is none of that number."""
        if number == len(self._places):
            self._places.append(_Place())
        place = self._places[number]
        start, end = time - HOLD - CLOSE, time + HOLD + CLOSE
        if place.times and time - place.times[-1] <= BRIDGE + CLOSE:
            start = min(start, place.times[-1])
        for second in range(math.floor(start), math.floor(end) + 1):
            self._during.setdefault(second, set()).add(number)
        place.times.append(time)
        place.boxes.append(box)

    def _about(self, time: float) -> list[int]:
        """Numbers of the places that may be covered at a time, rising."""
        return sorted(self._during.get(math.floor(time), ()))

    def __call__(self, image: Pixels, time: float) -> Pixels:
        """Cover every face of a picture, in place."""
        for box in self.at(time):
            blur(image, box)
        return image


def covered(image: Pixels, result: Result, time: float) -> Pixels:
    """A copy of a picture that stands alone, every face in it covered.

    Parameters
    ----------
    image : np.ndarray [shape=(h, w, 3), uint8]
    result : Result
        What was seen about `time` is covered, and whatever else is found.
    time : float
        Of the picture in its film, seconds; a photo has none that counts.
    """
    hidden = Hidden(result, at=None if result.source.kind == "image" else time)
    hidden.add(time, Cover().search(image), image)
    return hidden(image.copy(), time)


def _continues(place: _Place, time: float, box: np.ndarray) -> bool:
    """Whether a find lies where a place was last found, not long ago."""
    if not 0.0 < time - place.times[-1] <= HOLD:
        return False
    last = place.boxes[-1]
    middle = np.abs((last[:2] + last[2:]) - (box[:2] + box[2:])) / 2.0
    return bool((middle < 0.6 * np.maximum(last[2:] - last[:2], box[2:] - box[:2])).all())


def blur(image: Pixels, box: np.ndarray) -> None:
    """Leave of a face no more than a few tones, with soft edges outside of it; in place.

    Parameters
    ----------
    image : np.ndarray [shape=(h, w, 3), uint8]
    box : np.ndarray [shape=(4,)]
        Left, top, right, bottom, fractions of the picture; the margin is added here.
    """
    import cv2

    height, width = image.shape[:2]
    left, top, right, bottom = box * (width, height, width, height)
    wide, high = right - left, bottom - top
    x0, x1 = left - SIDE * wide, right + SIDE * wide
    y0, y1 = top - ABOVE * high, bottom + BELOW * high
    soft = 0.12 * max(wide, high) + 2.0
    a, b = max(0, int(x0 - soft)), min(width, int(np.ceil(x1 + soft)))
    c, d = max(0, int(y0 - soft)), min(height, int(np.ceil(y1 + soft)))
    if b - a < 2 or d - c < 2:
        return
    part = image[c:d, a:b]
    cells = (CELLS + 2, max(2, round((CELLS + 2) * (d - c) / (b - a))))
    few = cv2.resize(part, cells, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(few, (b - a, d - c), interpolation=cv2.INTER_CUBIC)
    # A superellipse holds the whole box; outside of it the cover fades over `soft` pixels. It
    # is worked out coarsely: the edge is soft anyway.
    grid = (min(64, b - a), min(64, d - c))
    across = (np.linspace(a, b, grid[0]) - (x0 + x1) / 2) / ((x1 - x0) / 2)
    down = (np.linspace(c, d, grid[1]) - (y0 + y1) / 2) / ((y1 - y0) / 2)
    away = (np.abs(across)[None, :] ** 4 + np.abs(down)[:, None] ** 4) ** 0.25 - 1.0
    coarse = np.clip(1.0 - away * (min(x1 - x0, y1 - y0) / 2) / soft, 0.0, 1.0)
    fade = cv2.resize(coarse.astype(np.float32), (b - a, d - c))
    if not fade.all():
        cv2.blendLinear(smooth, part, fade, 1.0 - fade, part)
        return
    part[:] = smooth
