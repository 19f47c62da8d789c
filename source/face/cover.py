"""Where faces may be, for hiding them: rather too many places than one too few."""

import numpy as np

from source.face.blaze import Blaze, Found, overlap
from source.face.detect import QUARTERS, TILT, Detector, brightened, tiles
from source.face.follow import Follower
from source.face.presence import Presence
from source.face.pyramid import Pyramid

AGAIN = 0.5
"""Seconds after which a picture is searched with all networks again, in all turns and in parts."""

LEAST = 0.4
"""Least score of a find."""

PRESENT = 0.1
"""Least certainty that a find is a face: enough to hide it, far from enough to read it."""

CLEAR = 0.6
"""Score from which a find is hidden whatever the second network says, which knows no profiles."""

SAME = 0.25
"""Two boxes that share so much (of their joint area) are of one face."""

PARTS = 3
"""A still picture is looked at in so many by so many parts too, for the smallest faces."""

HAIR = 0.3
"""A face that does not stand upright may have its hair at any side: so much of its size is added
to its box on every side."""


class Cover:
    """Finds all that may be a face in the pictures of a film, or in a still one."""

    def __init__(self) -> None:
        self._detector = Detector()
        self._follower = Follower(self._detector)
        self._nets = {name: Blaze(name) for name in ("short", "full", "back")}
        self._presence = Presence()
        self._searched = -np.inf
        self._doubtful: list[Found] = []

    def __call__(self, time: float, image: np.ndarray) -> list[np.ndarray]:
        """Boxes [left, top, right, bottom] in pixels, of the next picture.

        Parameters
        ----------
        time : float
            Seconds; rises from call to call.
        image : np.ndarray [shape=(h, w, 3), uint8]
        """
        pyramid = Pyramid(image)
        faces = list(self._follower.next(time, pyramid))
        if self._follower.cut:
            self._doubtful = []
        # What only a search found, and reading would refuse, is followed too.
        going = [self._detector.near(pyramid, face) for face in self._doubtful]
        self._doubtful = [f for f in going if f is not None and not _known(f, faces)]
        faces += self._doubtful
        if self._follower.cut or time - self._searched >= AGAIN:
            self._searched = time
            known = len(faces)
            faces = self._candidates(pyramid, faces, parts=2)
            self._doubtful += faces[known:]
        return [roomy(face) for face in faces]

    def search(self, image: np.ndarray) -> list[np.ndarray]:
        """Boxes of everything that may be a face in a single picture, without duplicates."""
        pyramid = Pyramid(image)
        faces = self._detector.still(pyramid)
        return [roomy(face) for face in self._candidates(pyramid, faces, parts=PARTS)]

    def _candidates(self, image: Pyramid, kept: list[Found], *, parts: int) -> list[Found]:
        """The faces found so far, and everything that no network rules out."""
        bright = brightened(image)
        for picture in [image] if bright is None else [image, bright]:
            for area in [None, *tiles(image.width, image.height, parts=parts)]:
                for turn in (0.0, *QUARTERS):
                    for name, net in self._nets.items():
                        if area is not None and turn and name != "full" and parts < PARTS:
                            continue  # of a film's pictures: the next search comes soon
                        for face in net(picture, area=area, least=LEAST, turn=turn):
                            if not _known(face, kept) and self._may_be(picture, face):
                                kept.append(face)
        return kept

    def _may_be(self, image: Pyramid, face: Found) -> bool:
        return face.score >= CLEAR or self._presence(image, face) >= PRESENT


def roomy(face: Found) -> np.ndarray:
    """The box of a face, with room for its hair where that may be at any side.

    Returns
    -------
    np.ndarray [shape=(4,)]
        Left, top, right, bottom in pixels.
    """
    return with_room(face.box, face.roll)


def with_room(box: np.ndarray, roll: float) -> np.ndarray:
    """A box [left, top, right, bottom], larger where the face in it is turned by `roll` degrees."""
    if abs(roll) <= TILT:
        return box
    more = HAIR * (box[2:] - box[:2])
    return np.concatenate([box[:2] - more, box[2:] + more])


def _known(face: Found, kept: list[Found]) -> bool:
    return any(overlap(face.box, other.box) > SAME for other in kept)
