"""Can this face be read? Size, sharpness and light, each with its number."""

import numpy as np

from source.core.result import Quality

SHARP = 0.07
"""Variance of the Laplacian (of luminance with deviation 1) at which `blur` is one half."""

REASONS = ("small", "blurred", "dark")
"""Reasons to refuse a face, in the order in which they are checked."""


def blur(crop: np.ndarray) -> float:
    """How blurred a face is.

    The variance v of the Laplacian of the crop, whose luminance is first brought to deviation 1
    so that pale pictures do not count as blurred; then ``SHARP / (SHARP + v)``. Pech-Pacheco JL
    et al., "Diatom autofocusing in brightfield microscopy", ICPR 2000.

    Parameters
    ----------
    crop : np.ndarray [shape=(side, side), uint8]
        Grey, aligned.

    Returns
    -------
    float
        0 (sharp) to 1.
    """
    import cv2

    # A light smoothing first: sensor noise in the dark is no detail.
    grey = np.asarray(cv2.GaussianBlur(crop.astype(np.float32), (3, 3), 0))
    grey = (grey - grey.mean()) / max(float(grey.std()), 4.0)
    detail = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    return SHARP / (SHARP + detail)


def judge(
    crop: np.ndarray,
    *,
    size: float,
    min_face: float,
    max_blur: float,
    min_light: float,
    pose: tuple[float, float, float] | None = None,
    doubt: str | None = None,
    score: float | None = None,
) -> Quality:
    """Measure a face, and say why it may not vote.

    Parameters
    ----------
    crop : np.ndarray [shape=(side, side), uint8]
        Grey, aligned.
    size : float
        Shorter side of the face's box in pixels of the upright picture.
    min_face : float
        Smallest size that votes.
    max_blur : float
        Largest blur that votes, 0 to 1.
    min_light : float
        Least mean luminance that votes, 0 to 1.
    pose : tuple of float, optional
        Yaw, pitch and roll of the head, degrees.
    doubt : str, optional
        Why the face is not read surely; see `source.face.evidence`.
    score : float, optional
        The detector's, 0 to 1.
    """
    softness, light = blur(crop), float(crop.mean()) / 255.0
    refused = None
    if size < min_face:
        refused = "small"
    elif light < min_light:  # in the dark nothing is sharp: say the cause
        refused = "dark"
    elif softness > max_blur:
        refused = "blurred"
    yaw, pitch, roll = (round(n, 1) for n in pose) if pose else (None, None, None)
    return Quality(
        round(size),
        round(softness, 4),
        round(light, 4),
        refused,
        yaw,
        pitch,
        roll,
        doubt,
        None if score is None else round(score, 4),
    )
