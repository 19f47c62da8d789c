"""Ten views of a face, because eye positions are only known to within a pixel or two.

A photo is read once in each, and the mean counts (test-time augmentation; Krizhevsky A et al.,
"ImageNet classification with deep convolutional neural networks", NIPS 2012, section 4.1). A
video shows a face again and again, a little different each time, and needs none of it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class View:
    """A crop moved down and turned about its middle; then mirrored, or not.

    Attributes
    ----------
    down : float
        Share of the crop's side.
    turn : float
        Degrees, to the left.
    """

    down: float = 0.0
    turn: float = 0.0
    mirrored: bool = False

    def of(self, crops: np.ndarray) -> np.ndarray:
        """The crops in this view, of the same shape and kind: [shape=(n, side, side)]."""
        drawn = self._drawn(crops, back=False)
        return np.ascontiguousarray(drawn[:, :, ::-1]) if self.mirrored else drawn

    def undone(self, maps: np.ndarray) -> np.ndarray:
        """What was found in this view, where it lies in the crop: [shape=(n, side, side)]."""
        return self._drawn(maps[:, :, ::-1] if self.mirrored else maps, back=True)

    def _drawn(self, squares: np.ndarray, *, back: bool) -> np.ndarray:
        import cv2

        if not self.down and not self.turn:
            return squares
        side = squares.shape[1]
        place = cv2.getRotationMatrix2D(((side - 1) / 2.0,) * 2, self.turn, 1.0)
        place[1, 2] += self.down * side
        how = cv2.INTER_LINEAR | (cv2.WARP_INVERSE_MAP if back else 0)

        def drawn(square: np.ndarray) -> Any:
            return cv2.warpAffine(
                np.ascontiguousarray(square), place, (side, side),
                flags=how, borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip

        return np.stack([drawn(square) for square in squares]) if len(squares) else squares


STRAIGHT = (View(),)
"""As the crop is."""

VIEWS = tuple(
    View(down, turn, mirrored)
    for down, turn in ((0.0, 0.0), (-1 / 24, 0.0), (1 / 24, 0.0), (0.0, -6.0), (0.0, 6.0))
    for mirrored in (False, True)
)
"""The crop, two of its 48 pixels up and down, six degrees to either side; each mirrored as well."""
