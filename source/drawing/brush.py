"""Rounded shapes and words on a picture, smooth and cached.

Words are set in Rubik (SIL Open Font Licence), which comes inside OpenCV 5, so that they look
the same on every machine. Colours are RGB.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
DARK: Colour = (24, 21, 31)
MUTED: Colour = (190, 184, 200)

_FINE = 4
"""Shapes are drawn so many times larger and averaged down: edges come out smooth."""


def rgb(value: str) -> Colour:
    """A colour ``#rrggbb`` as numbers.

    Examples
    --------
    >>> rgb("#ff8000")
    (255, 128, 0)
    """
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def paint(image: Pixels, mask: NDArray[Any], left: int, top: int, colour: Colour) -> None:
    """Lay a colour on a picture where a mask [h, w, 0..255] says so; cut at the edges."""
    height, width = mask.shape
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(image.shape[1], left + width), min(image.shape[0], top + height)
    if x0 >= x1 or y0 >= y1:
        return
    part = image[y0:y1, x0:x1]
    alpha = mask[y0 - top : y1 - top, x0 - left : x1 - left, None].astype(np.uint16)
    ink = np.array(colour, np.uint16)
    part[:] = ((part * (255 - alpha) + ink * alpha + 127) // 255).astype(np.uint8)


def paint_frame(
    image: Pixels, mask: NDArray[Any], left: int, top: int, colour: Colour, *, edge: int
) -> None:
    """`paint` for a mask that is empty further than `edge` pixels from its sides."""
    height, width = mask.shape
    edge = min(edge, (min(height, width) + 1) // 2)
    paint(image, mask[:edge], left, top, colour)
    paint(image, mask[height - edge :], left, top + height - edge, colour)
    paint(image, mask[edge : height - edge, :edge], left, top + edge, colour)
    paint(
        image, mask[edge : height - edge, width - edge :], left + width - edge, top + edge, colour
    )


@lru_cache(maxsize=256)
def rounded(width: int, height: int, radius: int, opacity: int = 255) -> Pixels:
    """The mask of a rounded rectangle."""
    return _rounded(width, height, radius, opacity)


def _rounded(width: int, height: int, radius: int, opacity: int) -> Pixels:
    import cv2

    width, height = max(1, width), max(1, height)
    radius = max(0, min(radius, width // 2, height // 2))
    mask: Pixels = np.full((height, width), opacity, np.uint8)
    if radius:
        big = np.zeros((2 * radius * _FINE, 2 * radius * _FINE), np.uint8)
        middle = radius * _FINE
        cv2.circle(big, (middle, middle), middle, int(opacity), -1)
        disc = cv2.resize(big, (2 * radius, 2 * radius), interpolation=cv2.INTER_AREA)
        mask[:radius, :radius], mask[:radius, -radius:] = (
            disc[:radius, :radius],
            disc[:radius, -radius:],
        )
        mask[-radius:, :radius], mask[-radius:, -radius:] = (
            disc[-radius:, :radius],
            disc[-radius:, -radius:],
        )
    return mask


@lru_cache(maxsize=16)  # a moving face needs another one in each picture, and they are large
def frame(width: int, height: int, radius: int, line: int, *, dashed: bool = False) -> Pixels:
    """The mask of a rounded frame of `line` pixels; dashed for what is not sure."""
    outer = _rounded(width, height, radius, 255)
    inner = _rounded(width - 2 * line, height - 2 * line, radius - line, 255)
    if inner.shape[0] == height - 2 * line and inner.shape[1] == width - 2 * line:
        outer[line : height - line, line : width - line] -= np.minimum(
            outer[line : height - line, line : width - line], inner
        )
    if dashed:
        dash = max(4, 5 * line)
        across = (np.arange(width) // dash) % 2 == 1
        down = (np.arange(height) // dash) % 2 == 1
        edge = max(line + 1, radius)
        outer[:edge, across] = outer[-edge:, across] = 0
        middle = slice(edge, height - edge)
        outer[middle][down[middle]] = 0
    return outer


@lru_cache(maxsize=512)
def words(text: str, size: int, weight: int = 600) -> Pixels:
    """The mask of a line of text; `size` is the height of its letters in pixels, about."""
    import cv2

    face = _face()
    pixels = max(6, size)
    (_, _, width, _) = cv2.getTextSize((1, 1), text, (0, 0), face, pixels, weight)
    canvas = np.zeros((round(pixels * 1.45), width + pixels, 3), np.uint8)
    cv2.putText(canvas, text, (2, round(pixels * 1.08)), WHITE, face, pixels, weight)
    mask = canvas[..., 0]
    used = np.flatnonzero(mask.any(axis=0))
    return np.ascontiguousarray(mask[:, : (used[-1] + 2) if used.size else 1])


@lru_cache(maxsize=1)
def _face() -> Any:
    import cv2

    return cv2.FontFace("sans")


def pill(
    image: Pixels,
    text: str,
    *,
    left: int,
    top: int,
    size: int,
    fill: Colour,
    ink: Colour,
    opacity: int = 255,
) -> tuple[int, int]:
    """A line of text on a rounded ground; gives its width and height."""
    mask = words(text, size)
    pad = round(size * 0.62)
    width, height = mask.shape[1] + 2 * pad, round(size * 1.75)
    paint(image, rounded(width, height, height // 2, opacity), left, top, fill)
    paint(image, mask, left + pad, top + (height - mask.shape[0]) // 2, ink)
    return width, height


def pill_size(text: str, size: int) -> tuple[int, int]:
    """What `pill` will take up."""
    return words(text, size).shape[1] + 2 * round(size * 0.62), round(size * 1.75)
