"""Where things go on a picture."""

import numpy as np

from source.drawing.brush import Pixels

Area = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


def letters(image: Pixels) -> int:
    """Size of letters on a picture, in pixels: legible at 360 lines and not loud at 1080."""
    short = min(image.shape[0], image.shape[1] * 3 // 4)
    return int(np.clip(round(short * 0.031 + 4), 11, 64))


def pixels(box: tuple[float, float, float, float], image: Pixels) -> Area:
    """A box in fractions of a picture, in its pixels; never without some size."""
    height, width = image.shape[:2]
    left, top, wide, high = box
    return (
        round(left * width),
        round(top * height),
        max(round(left * width) + 4, round((left + wide) * width)),
        max(round(top * height) + 4, round((top + high) * height)),
    )


def within(start: int, length: int, whole: int, gap: int) -> int:
    """`start` moved so that `length` fits into `whole`, `gap` from its ends."""
    return max(gap, min(start, whole - length - gap))


def shared(one: Area, other: Area) -> int:
    """Pixels that two areas share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, across) * max(0, down)


def hits(area: Area, others: list[Area]) -> bool:
    """Whether an area shares anything with any other."""
    return any(shared(area, other) for other in others)
