"""Is this a face at all? A second network's opinion of what the detector found.

MediaPipe's face landmark network (Kartynnik Y et al., "Real-time Facial Surface Geometry from
Monocular Video on Mobile GPUs", 2019) says beside its 468 points how sure it is that its crop
holds a face. On cats, cups and smoke that the detectors take for faces it says 0.00 to 0.01,
on faces 1.00 with few in between.
"""

import numpy as np

from source.face.blaze import Found, interpreter
from source.face.pyramid import Pyramid

_SIDE = 192
_ROOM = 1.5


class Presence:
    """How sure the landmark network is of a face."""

    def __init__(self) -> None:
        self._net = interpreter("mesh")
        self._input = self._net.get_input_details()[0]["index"]
        outputs = self._net.get_output_details()
        self._flag = next(o["index"] for o in outputs if int(np.prod(o["shape"])) == 1)

    def __call__(self, image: np.ndarray | Pyramid, face: Found) -> float:
        """Probability that `face` is one, 0 to 1.

        Parameters
        ----------
        image : np.ndarray [shape=(h, w, 3), uint8] or Pyramid
        face : Found
        """
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
        logit = float(self._net.get_tensor(self._flag).ravel()[0])
        return float(1.0 / (1.0 + np.exp(-np.clip(logit, -80.0, 80.0))))
