"""Is this a face at all, and which way does it look? A second network's opinion of a find.

MediaPipe's face landmark network (Kartynnik Y et al., "Real-time Facial Surface Geometry from
Monocular Video on Mobile GPUs", 2019) says beside its 468 points how sure it is that its crop
holds a face. On cats, cups and smoke that the detectors take for faces it says 0.00 to 0.01,
on faces 1.00 with few in between.
"""

from dataclasses import dataclass

import numpy as np

from source.face.blaze import Found, interpreter
from source.face.pyramid import Pyramid

POINTS = 468
"""Points of the mesh."""

_SIDE = 192
_ROOM = 1.5
_EYES, _HEIGHT = (33, 263), (10, 152)
"""Points at the outer corners of both eyes, and at the top of the brow and the chin."""


@dataclass(frozen=True)
class Mesh:
    """What the landmark network sees in a find.

    Attributes
    ----------
    presence : float
        Probability that it is a face, 0 to 1.
    points : np.ndarray [shape=(468, 3)]
        In pixels of the network's crop, in which the eyes are level: right, down, and away from
        the camera.
    roll : float
        Degrees by which the crop was turned.
    """

    presence: float
    points: np.ndarray
    roll: float

    def pose(self) -> tuple[float, float, float]:
        """Yaw, pitch and roll of the head, degrees; 0, 0, 0 looks into the camera.

        Yaw is positive where the face looks to the right of the picture, pitch where it looks
        down, roll where it is turned clockwise. Read off the line through the eyes and that
        from brow to chin; the network flattens what it does not see, so that a full profile
        gives 50 to 70 degrees.
        """
        across = self.points[_EYES[1]] - self.points[_EYES[0]]
        down = self.points[_HEIGHT[1]] - self.points[_HEIGHT[0]]
        yaw = np.degrees(np.arctan2(across[2], np.hypot(across[0], across[1])))
        pitch = np.degrees(np.arctan2(down[2], np.hypot(down[0], down[1])))
        roll = self.roll + np.degrees(np.arctan2(across[1], across[0]))
        return float(yaw), float(pitch), float((roll + 180.0) % 360.0 - 180.0)


class Presence:
    """Runs the landmark network. Holds its own interpreter: one thread at a time."""

    def __init__(self) -> None:
        self._net = interpreter("mesh")
        self._input = self._net.get_input_details()[0]["index"]
        outputs = self._net.get_output_details()
        self._flag = next(o["index"] for o in outputs if int(np.prod(o["shape"])) == 1)
        self._points = next(o["index"] for o in outputs if int(np.prod(o["shape"])) == 3 * POINTS)

    def __call__(self, image: np.ndarray | Pyramid, face: Found) -> float:
        """Probability that `face` is one, 0 to 1.

        Parameters
        ----------
        image : np.ndarray [shape=(h, w, 3), uint8] or Pyramid
        face : Found
        """
        self._look(image, face)
        return self._present()

    def mesh(self, image: np.ndarray | Pyramid, face: Found) -> Mesh:
        """All that the network says of a find; parameters as of a call."""
        self._look(image, face)
        points = np.array(self._net.get_tensor(self._points)).reshape(POINTS, 3)
        return Mesh(self._present(), points, face.roll)

    def _look(self, image: np.ndarray | Pyramid, face: Found) -> None:
        import cv2

        scale = _SIDE / (_ROOM * max(float((face.box[2:] - face.box[:2]).max()), 1.0))
        number, level = Pyramid.of(image).fitting(scale)
        times = 2**number
        centre = ((face.box[:2] + face.box[2:]) / 2.0 + 0.5) / times - 0.5
        across = face.landmarks[1] - face.landmarks[0]
        across = scale * times * across / max(float(np.hypot(*across)), 1e-6)
        turn = np.array([[across[0], across[1]], [-across[1], across[0]]])
        shift = (_SIDE - 1) / 2.0 - turn @ centre
        crop = cv2.warpAffine(
            level, np.hstack([turn, shift[:, None]]), (_SIDE, _SIDE), flags=cv2.INTER_LINEAR
        )
        self._net.set_tensor(self._input, crop.astype(np.float32)[None] / 255.0)
        self._net.invoke()

    def _present(self) -> float:
        logit = float(self._net.get_tensor(self._flag).ravel()[0])
        return float(1.0 / (1.0 + np.exp(-np.clip(logit, -80.0, 80.0))))
