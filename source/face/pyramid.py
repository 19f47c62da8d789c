"""A picture pyramid, so that smaller versions are computed only once."""

import math
from typing import Any

import numpy as np


class Pyramid:
    """A picture at full size, half, a quarter and so on; each level is computed on first use.

    Each pixel of a level is the mean of four of the level below. An odd last row or column is
    left out. Point (x, y) of the picture lies at ``(x + 0.5) / 2**n - 0.5`` of level n.

    Parameters
    ----------
    image : np.ndarray [shape=(h, w) or (h, w, 3), uint8]
    """

    def __init__(self, image: np.ndarray) -> None:
        self.image = image
        self._levels = [image]

    @classmethod
    def of(cls, picture: "np.ndarray | Pyramid") -> "Pyramid":
        """The pyramid of a picture, or the one that is given."""
        return picture if isinstance(picture, cls) else cls(np.asarray(picture))

    @property
    def width(self) -> int:
        """Of the picture, in pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """Of the picture, in pixels."""
        return int(self.image.shape[0])

    def level(self, number: int) -> np.ndarray:
        """The picture halved so many times, or fewer times if it becomes too small."""
        import cv2

        while len(self._levels) <= number:
            last = self._levels[-1]
            height, width = last.shape[0] // 2, last.shape[1] // 2
            if not height or not width:
                break
            even = last[: 2 * height, : 2 * width]
            half: Any = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
            self._levels.append(half)
        return self._levels[min(number, len(self._levels) - 1)]

    def fitting(self, scale: float) -> tuple[int, np.ndarray]:
        """The smallest level that need not be enlarged when the picture is drawn at `scale`.

        Returns
        -------
        number : int
            How often it was halved.
        level : np.ndarray

        Examples
        --------
        >>> number, level = Pyramid(np.zeros((100, 200), np.uint8)).fitting(0.2)
        >>> number, level.shape
        (2, (25, 50))
        """
        wanted = max(0, math.floor(math.log2(1.0 / scale) + 1e-9)) if scale > 0 else 0
        level = self.level(wanted)
        return min(wanted, len(self._levels) - 1), level
