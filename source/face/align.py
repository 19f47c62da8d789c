"""Every face in the same place: eyes level, at fixed places of a square crop.

`align` is the one function that cuts a face out of a picture. Training crops and serving
crops both come from it, so that a network never meets a framing it was not trained on.
"""

from typing import Any

import numpy as np

from source.face.pyramid import Pyramid

EYE_LEFT = 0.315
"""Place of the eye at the left of the crop, as a fraction of its width; the other mirrors it."""

EYE_LINE = 0.395
"""Height of both eyes, as a fraction of the crop from its top.

Both are the medians over FER2013's training faces, which are framed by a face detector: what
the network is trained on stays framed as it came, only levelled.
"""

MOUTH_SHARE = 0.8
"""A turned face has its eyes close together: then this share of eyes to mouth sets the scale."""


def matrix(landmarks: np.ndarray, *, size: int) -> np.ndarray:
    """Similarity (turn, scale, shift) that puts the eyes at their places in the crop.

    Parameters
    ----------
    landmarks : np.ndarray [shape=(>=2, 2)]
        Points in pixels of the picture: the eye at the left, the other eye and, where there
        are four or more, the mouth as the fourth.
    size : int > 0
        Side of the square crop in pixels.

    Returns
    -------
    np.ndarray [shape=(2, 3), float64]
        Maps picture pixels to crop pixels.

    Raises
    ------
    ValueError
        If the eyes lie at the same place.
    """
    points = np.asarray(landmarks, dtype=np.float64)
    across, middle = points[1] - points[0], (points[0] + points[1]) / 2.0
    distance = unit = float(np.hypot(*across))
    if distance < 1e-6:
        raise ValueError("A face cannot be levelled when both eyes lie at the same place.")
    if len(points) > 3:
        unit = max(unit, MOUTH_SHARE * float(np.hypot(*(points[3] - middle))))
    scale = (1.0 - 2.0 * EYE_LEFT) * size / unit
    cos, sin = scale * across / distance
    turn = np.array([[cos, sin], [-sin, cos]])
    target = np.array([0.5 * size - 0.5, EYE_LINE * size - 0.5])
    return np.hstack([turn, (target - turn @ middle)[:, None]])


def align(
    image: np.ndarray | Pyramid, landmarks: np.ndarray, *, size: int, grey: bool = False
) -> np.ndarray:
    """Cut a face out of a picture, upright, eyes level and at fixed places.

    Parameters
    ----------
    image : np.ndarray [shape=(h, w) or (h, w, 3), uint8] or Pyramid
        The picture (RGB where it has colour); a pyramid saves work where it serves others too.
    landmarks : np.ndarray [shape=(>=2, 2)]
        Points in pixels of the picture: the eye at the left of the picture first, then the
        other one, nose and mouth, as `source.face.detect` gives them; see `matrix`.
    size : int > 0
        Side of the crop in pixels.
    grey : bool
        Whether to give luminance only.

    Returns
    -------
    np.ndarray [shape=(size, size) or (size, size, 3), uint8]
        The crop. Where it reaches over the edge of the picture the edge is repeated.

    Raises
    ------
    ValueError
        If the eyes lie at the same place.
    """
    return _draw(image, matrix(landmarks, size=size), size=size, grey=grey)


def square(image: np.ndarray | Pyramid, box: np.ndarray, *, size: int) -> np.ndarray:
    """Crop the detector's box from a picture, without rotation or centring.

    Parameters
    ----------
    image : np.ndarray [shape=(h, w) or (h, w, 3), uint8] or Pyramid
    box : np.ndarray [shape=(4,)]
        Left, top, right, bottom in pixels; may reach over the edge, which is repeated.
    size : int > 0
        Side of the crop in pixels; the longer side of the box fills it.

    Returns
    -------
    np.ndarray [shape=(size, size) or (size, size, 3), uint8]
    """
    left, top, right, bottom = (float(n) for n in box)
    scale = size / max(right - left, bottom - top, 1.0)
    middle = np.array([left + right, top + bottom]) / 2.0
    shift = 0.5 * size - 0.5 - scale * middle
    return _draw(image, np.hstack([np.eye(2) * scale, shift[:, None]]), size=size, grey=False)


def _draw(image: np.ndarray | Pyramid, place: np.ndarray, *, size: int, grey: bool) -> np.ndarray:
    """The part of a picture that `place` takes to the crop."""
    import cv2

    scale = float(np.hypot(place[0, 0], place[1, 0]))
    # A large face is taken from a halved picture, and where that is still too large drawn at
    # twice the size and averaged down: plain sampling would alias.
    number, level = Pyramid.of(image).fitting(scale)
    place[:, :2] *= 2**number
    place[:, 2] += place[:, :2].sum(axis=1) * (0.5 - 0.5 / 2**number)
    times = int(np.clip(round(1.0 / (scale * 2**number)), 1, 16))
    if times > 1:
        place = place * times
        place[:, 2] += 0.5 * (times - 1)
    crop: Any = cv2.warpAffine(
        level,
        place,
        (size * times, size * times),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if grey and crop.ndim == 3:
        crop = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    if times > 1:
        crop = cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(crop)
