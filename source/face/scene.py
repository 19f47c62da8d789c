"""Where a new scene begins, in all of a picture or around one face of it.

A cut is a change that is far above what the same place of the picture did just before: the
hair of somebody who nods changes with every picture, a quiet wall behind two people in turn
does not. Every cell of a thumbnail therefore has its own measure. A dissolve is a row of
pictures that are mixtures of the one before it and the one after it.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from source.face.pyramid import Pyramid

WIDE, HIGH = 64, 36
"""Cells of the thumbnail."""

FLOOR = 10.0
"""Change of a cell, in grey levels, below which it has not changed."""

TIMES = 3.0
"""How many times the usual change of its cell a change must be to count as new."""

FIRST = 20.0
"""Usual change of a cell before there is any, in grey levels."""

ALL = 0.4
"""Share of all cells that are new with a cut of the whole picture."""

AROUND = 0.22
"""Share of the cells around a face that are new with a cut to another face. Where one person
goes on it stayed below 0.2; with cuts between 24 people it was 0.4 or more, and 0.26 or more
between made ones before one and the same wall."""

ROOM = 1.1
"""How far around a face hair, clothes and wall belong to it, in sides of its box."""

DISSOLVE = 10
"""Most pictures that a dissolve may take, with the one before it and the two after it."""

PURE = 0.15
"""Share of the other scene that a picture before or after a dissolve may seem to have."""

MIXED = 0.1
"""Largest part of a picture's change, squared, that no mixture of two scenes explains."""

_FADE = 0.7
_PLAIN = 20.0


@dataclass(frozen=True)
class Change:
    """What has changed around a face since the picture before.

    Attributes
    ----------
    share : float
        Share of the cells around it that are new, 0 to 1.
    since : float or None
        Since when, in seconds, the scene around it is another; None where it goes on.
    """

    share: float
    since: float | None = None


class Scene:
    """Compares successive pictures and reports what is new in each.

    Attributes
    ----------
    small : np.ndarray [shape=(HIGH, WIDE, 3), float32]
        Thumbnail of the last picture, in grey levels.
    cut : bool
        Whether the last picture as a whole began a new scene.
    """

    def __init__(self) -> None:
        self.small: np.ndarray | None = None
        self.cut = False
        self._before: np.ndarray | None = None
        self._last: deque[tuple[float, np.ndarray]] = deque(maxlen=DISSOLVE)
        self._usual = np.full((HIGH, WIDE), FIRST, np.float32)
        self._bound = np.zeros_like(self._usual)
        self._new = np.zeros((HIGH, WIDE), bool)
        self._scale = np.ones(2)

    def show(self, time: float, image: Pyramid) -> None:
        """Take in the next picture, of `time` in seconds."""
        self._before, self.small = self.small, self._thumbnail(image)
        self._last.append((time, self.small))
        self._scale = np.array([WIDE / image.width, HIGH / image.height])
        if self._before is None:
            return
        known = _FADE if len(self._last) > 2 else 0.0  # the first measure takes a guess's place
        change = _largest(self.small - self._before)
        self._bound = np.maximum(FLOOR, TIMES * self._usual + FLOOR / 2)
        self._new = change > self._bound
        self.cut = float(self._new.mean()) > ALL
        # A jump counts little, so that the next one is noticed too; lasting motion soon is normal.
        change = np.minimum(change, 2 * self._usual + FLOOR)
        self._usual = np.maximum(known * self._usual, change)

    def is_new(self, box: np.ndarray, before: np.ndarray) -> bool:
        """Whether a new scene has begun around a face; the boxes are those of `share`."""
        return self.share(box, before) > AROUND

    def share(self, box: np.ndarray, before: np.ndarray) -> float:
        """Share of the cells around a face that are new, 0 to 1.

        New is what differs from the last picture both at its own place and where the face has
        taken it along: who walks changes the wall behind, but keeps hair and clothes.

        Parameters
        ----------
        box, before : np.ndarray [shape=(4,)]
            Left, top, right, bottom in pixels of the picture, of the face and of the nearest one
            in the picture before.
        """
        import cv2

        if self.small is None or self._before is None:
            return 0.0
        now, then = (np.asarray(b).reshape(2, 2) * self._scale for b in (box, before))
        area = self._around(box)
        around = self._new[area]
        if not around.any():
            return 0.0
        grown = (now[1] - now[0]) / np.maximum(then[1] - then[0], 1e-6)
        place = np.hstack([np.diag(grown), (now[0] - grown * then[0])[:, None]])
        taken = cv2.warpAffine(self._before, place, (WIDE, HIGH), borderMode=cv2.BORDER_REPLICATE)
        change = _largest(self.small[area] - taken[area])
        fresh = around & (change > self._bound[area])
        return float(fresh.mean())

    def dissolved(self, box: np.ndarray) -> float | None:
        """Since when the scene around a face has changed by a dissolve that has just ended.

        Returns
        -------
        float or None
            Seconds: of the last picture before the dissolve. None where there was none.
        """
        if len(self._last) < 5:
            return None
        area = self._around(box)
        after = self._last[-1][1][area]
        wait = _largest(after - self._last[-3][1][area]) > FLOOR
        if not wait.size or float(wait.mean()) < AROUND:
            return None  # nothing has changed of late
        parts = [small[area] for _, small in self._last]
        for first in range(len(parts) - 4, 0, -1):
            if _is_mixture(parts[first - 1 :]):
                return self._last[first][0]
        return None

    def _around(self, box: np.ndarray) -> tuple[slice, slice]:
        """The cells of a face and of what belongs to it."""
        low, high = np.asarray(box).reshape(2, 2)
        room = ROOM / 2 * (high - low)
        left, top = np.maximum((low - room) * self._scale, 0).astype(int)
        right, bottom = np.maximum(np.ceil((high + room) * self._scale), 0).astype(int)
        return slice(top, bottom), slice(left, right)

    @staticmethod
    def _thumbnail(image: Pyramid) -> np.ndarray:
        import cv2

        level = image.level(max(0, (max(image.width, image.height) // 128).bit_length()))
        small = cv2.resize(level, (WIDE, HIGH), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32)


def _largest(change: np.ndarray) -> np.ndarray:
    """Of each cell the change of the colour that changed most [shape=(h, w)]."""
    size = np.abs(change)
    return np.asarray(np.maximum(np.maximum(size[..., 0], size[..., 1]), size[..., 2]))


def _is_mixture(parts: list[np.ndarray]) -> bool:
    """Whether a scene goes over into another: two pictures of it, mixtures, two of the other."""
    before, after = parts[1], parts[-1]
    whole = after - before
    counts = _largest(whole) > _PLAIN
    if float(counts.mean()) <= AROUND:
        return False
    whole = whole[counts]
    size = float((whole**2).sum())
    if float(((parts[-2] - before)[counts] * whole).sum()) < (1.0 - PURE) * size:
        return False  # as nearly always: said first, so that little is computed
    shares = []
    for part in parts:
        change = (part - before)[counts]
        share = float((change * whole).sum()) / size
        if float(((change - share * whole) ** 2).sum()) > MIXED * size:
            return False
        shares.append(share)
    middle = shares[2:-2]
    pure = abs(shares[0]) <= PURE and shares[-2] >= 1.0 - PURE
    rising = middle == sorted(middle) and middle[0] > PURE and middle[-1] < 1.0 - PURE
    return pure and rising and any(0.25 < share < 0.75 for share in middle)
