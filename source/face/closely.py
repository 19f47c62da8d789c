"""Examines every face: its pose, and reasons not to be sure of it.

The landmark network takes longer than the face network itself. A film shows the same face four
times a second, so it is asked again only where a second has passed, or the face has moved.
"""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from source.face.blaze import Found
from source.face.detect import Detector
from source.face.evidence import LIKE, doubt
from source.face.exposure import exposure, is_painted
from source.face.presence import Mesh
from source.face.pyramid import Pyramid
from source.face.whole import Whole

AGAIN = 1.0
"""Seconds for which an answer of the landmark network holds."""

MOVED = 0.12
"""Change of a face's shape (see `shape`) that triggers a new check: a turn of about 8 degrees."""

CLOSE = 0.05
"""Faces whose score is no more than this above the minimum are always checked."""

WHILE = 2.0
"""Seconds for which a cover seen in a video counts."""

OFTEN = (2, 1 / 3)
"""In how many of these seconds' pictures of a face, and in what share of them, something must
cover it for the face to count as covered in the others too. A hand before a mouth is seen in every
second or third picture; of 13 s of films of bare faces in one or two."""


@dataclass(frozen=True)
class _Last:
    """What the last check of a track found."""

    time: float
    shape: np.ndarray
    mesh: Mesh


class Closely:
    """Remembers each track of one recording.

    Parameters
    ----------
    detector : Detector
    whole : Whole or None
        Says whether something covers a face.
    """

    def __init__(self, detector: Detector, whole: Whole | None) -> None:
        self._detector, self._whole = detector, whole
        self._last: dict[int, _Last] = {}
        self._covers: dict[int, deque[tuple[float, bool]]] = {}

    def __call__(
        self,
        image: Pyramid,
        face: Found,
        crop: np.ndarray,
        *,
        time: float,
        track: int,
        damaged: bool = False,
    ) -> tuple[tuple[float, float, float], str | None]:
        """Yaw, pitch and roll in degrees, and why the face is not read surely (or None).

        Parameters
        ----------
        image : Pyramid
        face : Found
        crop : np.ndarray [shape=(48, 48), uint8]
            As it is read.
        time : float
            Seconds.
        track : int
            Number of the face's track.
        damaged : bool
            Whether a part of the picture could not be decoded.
        """
        mesh = self._mesh(image, face, time, track)
        light = exposure(crop)
        why = doubt(
            face,
            mesh,
            width=image.width,
            height=image.height,
            covered=self._is_covered(crop, time, track, lit=light is None),
            damaged=damaged,
            light=light,
        )
        return mesh.pose(), why

    def _is_covered(self, crop: np.ndarray, time: float, track: int, *, lit: bool) -> bool:
        """Whether something covers the face, now or in many of the last pictures."""
        now = self._whole is not None and not self._whole(crop)
        now = now or (lit and is_painted(crop))
        covers = self._covers.setdefault(track, deque())
        covers.append((time, now))
        while time - covers[0][0] > WHILE:
            covers.popleft()
        count = sum(covered for _, covered in covers)
        return now or (count >= OFTEN[0] and count >= OFTEN[1] * len(covers))

    def _mesh(self, image: Pyramid, face: Found, time: float, track: int) -> Mesh:
        now, last = shape(face), self._last.get(track)
        if (
            last is not None
            and time - last.time < AGAIN
            and face.score >= LIKE + CLOSE
            and float(np.abs(now - last.shape).max()) < MOVED
        ):
            return replace(last.mesh, roll=face.roll)
        mesh = self._detector.mesh(image, face)
        self._last[track] = _Last(time, now, mesh)
        return mesh


def shape(face: Found) -> np.ndarray:
    """Where nose and mouth lie from between the eyes, as they stand upright [shape=(4,)].

    In distances of eyes and mouth; both change as a head turns aside, up or down.
    """
    eye, other, nose, mouth = face.landmarks[:4]
    middle, across = (eye + other) / 2.0, other - eye
    unit = max(float(np.hypot(*across)), float(np.hypot(*(mouth - middle))), 1e-6)
    cos, sin = across / max(float(np.hypot(*across)), 1e-6)
    turn = np.array([[cos, sin], [-sin, cos]]) / unit
    return np.concatenate([turn @ (nose - middle), turn @ (mouth - middle)])
