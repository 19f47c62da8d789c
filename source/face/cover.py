"""Where faces may be, for hiding them: rather too many places than one too few."""

import numpy as np

from source.face.blaze import Blaze, Found, overlap
from source.face.detect import Detector, tiles
from source.face.follow import Follower
from source.face.presence import Presence

AGAIN = 0.5
"""Seconds after which a picture is searched with all networks again, in parts too."""

LEAST = 0.45
"""Least score of a find."""

PRESENT = 0.1
"""Least certainty that a find is a face: enough to hide it, far from enough to read it."""

SAME = 0.25
"""Two boxes that share so much (of their joint area) are of one face."""


class Cover:
    """Finds all that may be a face in the pictures of a film, or in a still one."""

    def __init__(self) -> None:
        self._follower = Follower()
        self._detector = Detector()
        self._nets = [Blaze(name) for name in ("short", "full", "back")]
        self._presence = Presence()
        self._searched = -np.inf

    def __call__(self, time: float, image: np.ndarray) -> list[np.ndarray]:
        """Boxes [left, top, right, bottom] in pixels, of the next picture.

        Parameters
        ----------
        time : float
            Seconds; rises from call to call.
        image : np.ndarray [shape=(h, w, 3), uint8]
        """
        found = self._follower.next(time, image)
        if self._follower.cut or time - self._searched >= AGAIN:
            self._searched = time
            found = self._candidates(image, list(found))
        return [face.box for face in found]

    def search(self, image: np.ndarray) -> list[Found]:
        """All that may be a face in one picture, each once."""
        return self._candidates(image, self._detector.still(image))

    def _candidates(self, image: np.ndarray, kept: list[Found]) -> list[Found]:
        """Those found already, and all that no network is sure is none."""
        height, width = image.shape[:2]
        for area in [None, *tiles(width, height)]:
            for net in self._nets:
                for face in net(image, area=area, least=LEAST):
                    if not _known(face, kept) and self._presence(image, face) >= PRESENT:
                        kept.append(face)
        return kept


def _known(face: Found, kept: list[Found]) -> bool:
    return any(overlap(face.box, other.box) > SAME for other in kept)
