"""Measures of how a face looks as a picture: drawn, noisy, blurred, torn to pieces.

A network of expressions is trained not to see most of this, so that its embedding need not show
it.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NAMES = (
    "flat", "outlines", "symmetry", "skewness", "kurtosis", "edges", "steepest", "uneven edges",
    "0.02", "0.06", "0.12", "0.22", "0.35",
)  # fmt: skip
"""What `measures` gives, in this order; the numbers are the lower ends of `BANDS`."""

BANDS = ((0.02, 0.06), (0.06, 0.12), (0.12, 0.22), (0.22, 0.35), (0.35, 0.8))
"""Cycles a pixel."""

FLOOR = 8.0
"""Smallest contrast, in grey levels, that is stretched."""

FLAT = 0.02
"""Difference of neighbours, in deviations, below which they are one area of colour."""


def measures(crop: NDArray[np.uint8]) -> Floats:
    """Measures of one aligned face [shape=(side, side), uint8, grey].

    Returns
    -------
    np.ndarray [shape=(len(NAMES),), dtype=float32]
        `flat`: logarithm of the share of neighbours that are alike, as in drawings. `outlines`,
        `uneven edges`: kurtosis of the Laplacian and of the gradient: thin lines raise it.
        `symmetry`: correlation with its mirror image. `skewness`, `kurtosis` of the luminance.
        `edges`, `steepest`: power of the gradient, and its largest over usual values. Then the
        logarithm of the power in `BANDS`.
    """
    import cv2

    grey = crop.astype(np.float32)
    grey = (grey - grey.mean()) / max(float(grey.std()), FLOOR)
    detail = cv2.Laplacian(grey, cv2.CV_32F)
    slopes = np.abs(np.concatenate([np.diff(grey, axis=a).ravel() for a in (0, 1)]))
    power = np.abs(np.fft.fft2(grey)) ** 2
    radius = np.hypot(*np.meshgrid(*(np.fft.fftfreq(side) for side in grey.shape[::-1])))
    return np.array([
        np.log(np.mean(slopes < FLAT) + 0.01),
        _kurtosis(detail),
        np.mean(grey * grey[:, ::-1]),
        np.mean(grey**3),
        np.log(np.mean(grey**4) + 1e-6),
        np.log(np.mean(slopes**2) + 1e-6),
        np.log(np.quantile(slopes, 0.99) / (slopes.mean() + 1e-3) + 1e-3),
        _kurtosis(slopes),
        *(np.log(power[(radius >= a) & (radius < b)].mean() + 1e-3) for a, b in BANDS),
    ], np.float32)  # fmt: skip


def _kurtosis(values: Floats) -> float:
    squares = np.asarray(values, np.float64) ** 2
    return float(np.log(np.mean(squares**2) / (np.mean(squares) ** 2 + 1e-9) + 1e-6))
