"""Faces of a Result found again in their picture: a Result keeps boxes, and no eyes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from source.drawing.brush import Pixels
from source.drawing.looks import Read
from source.drawing.sheet import corners

if TYPE_CHECKING:
    from source.face.blaze import Found

SAME = 0.3
"""Least share (intersection over union) of a face found again with its box in the Result."""


def found_again(image: Pixels, faces: Sequence[Read]) -> "list[Found | None]":
    """The faces of a picture in the order they are given; None for one that is not found.

    Each detected face is matched with at most one face of the Result, best overlap first. A face
    that detection in the whole picture misses is looked for at its old place, as in a film.

    Parameters
    ----------
    image : np.ndarray [shape=(h, w, 3), uint8]
    faces : sequence of Read
        With boxes in fractions of the picture.
    """
    from source.face.blaze import Found, overlap
    from source.face.detect import lent
    from source.face.pyramid import Pyramid

    boxes = [corners(segment, image) for _, segment in faces]
    pyramid = Pyramid.of(image)
    with lent() as detector:
        there = detector.still(pyramid)
        pairs = sorted(
            (-float(overlap(face.box, box)), i, j)
            for i, box in enumerate(boxes)
            for j, face in enumerate(there)
        )
        chosen: dict[int, int] = {}
        for share, i, j in pairs:
            if -share >= SAME and i not in chosen and j not in chosen.values():
                chosen[i] = j
        matched = [there[chosen[i]] if i in chosen else None for i in range(len(boxes))]
        for i, box in enumerate(boxes):
            if matched[i] is None:
                near = detector.follow(pyramid, Found(box, np.zeros((6, 2)), 1.0))
                others = [f for f in matched if f is not None]
                if near and not any(overlap(near.box, f.box) > SAME for f in others):
                    matched[i] = near
        return matched
