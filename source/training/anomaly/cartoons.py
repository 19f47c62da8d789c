"""Cartoon faces: drawn at random, and made of photographs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
Rng = np.random.Generator

SIDE, LARGE = 48, 192
"""Side of the crop, and of the paper that is drawn on."""


def drawn(crop: Pixels, rng: Rng) -> Pixels:
    """A face of outlines and flat colours [shape=(48, 48), uint8] in the place of a crop."""
    import cv2

    paper = np.full((LARGE, LARGE), rng.integers(120, 255), np.uint8)
    skin, ink, line = int(rng.integers(150, 245)), int(rng.integers(0, 60)), int(rng.integers(2, 6))
    width, height = int(rng.integers(60, 86)), int(rng.integers(78, 100))
    if rng.random() < 0.7:
        hair = int(rng.integers(10, 200))
        cv2.ellipse(paper, (96, 70), (width + 8, height - 6), 0, 180, 360, hair, -1)
    cv2.ellipse(paper, (96, 100), (width, height), 0, 0, 360, skin, -1)
    cv2.ellipse(paper, (96, 100), (width, height), 0, 0, 360, ink, line)
    level = int(rng.integers(68, 88))
    _eyes(paper, level, ink, line, rng)
    end = 96 + int(rng.integers(-8, 9))
    cv2.line(paper, (96, level + 15), (end, level + 38), ink, line)
    _mouth(paper, ink, line, rng)
    return np.asarray(cv2.resize(paper, (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def _eyes(paper: Pixels, level: int, ink: int, line: int, rng: Rng) -> None:
    import cv2

    apart, size = int(rng.integers(28, 40)), int(rng.integers(8, 22))
    for side in (-1, 1):
        middle = (96 + side * apart, level)
        cv2.ellipse(paper, middle, (size, round(size * rng.uniform(0.8, 1.4))), 0, 0, 360, 255, -1)
        cv2.ellipse(paper, middle, (size, size), 0, 0, 360, ink, 2)
        pupil = max(3, round(size * rng.uniform(0.3, 0.6)))
        cv2.circle(paper, (middle[0], level + 2), pupil, ink, -1)
        slope = side * int(rng.integers(-12, 13)) // 2
        brow = level - size - 8
        ends = ((middle[0] - 14, brow + slope), (middle[0] + 14, brow - slope))
        cv2.line(paper, *ends, ink, line + 1)


def _mouth(paper: Pixels, ink: int, line: int, rng: Rng) -> None:
    import cv2

    level, width, height = (int(rng.integers(*span)) for span in ((136, 156), (16, 40), (3, 22)))
    if rng.random() < 0.5:
        filled = -1 if rng.random() < 0.5 else line
        cv2.ellipse(paper, (96, level), (width, height), 0, 0, 180, ink, filled)
    else:
        cv2.ellipse(paper, (96, level + height), (width, height), 0, 180, 360, ink, line)


def of_photograph(crop: Pixels, rng: Rng) -> Pixels:
    """A photograph [shape=(48, 48), uint8] in a few shades, with outlines, as filters draw it."""
    import cv2

    grey = smooth = np.asarray(crop, np.uint8)
    for _ in range(3):
        smooth = np.asarray(cv2.bilateralFilter(smooth, 5, 60, 3))
    shades = int(rng.integers(3, 6))
    flat = (smooth.astype(float) // (256 / shades)) * (255 / (shades - 1))
    lines = cv2.adaptiveThreshold(
        cv2.medianBlur(grey, 3), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 7, 6
    )
    return np.where(np.asarray(lines) == 0, 20, np.clip(flat, 0, 255))
