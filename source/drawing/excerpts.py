"""What exports take out of the recording itself: its picture, and stretches of its sound."""

import io
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from source import media
from source.core.errors import AverError, NotFound
from source.core.result import Result
from source.drawing.hide import covered
from source.drawing.moments import Moments
from source.drawing.overlay import Overlay
from source.drawing.picture import enlarged, pictured

if TYPE_CHECKING:
    from source.media import Recording

SIDE = 1280
"""Longest side, in pixels, of a picture that is taken out."""


class Excerpts:
    """The recordings of one Result.

    Parameters
    ----------
    find : callable
        Gives the recordings; called when something is taken out of them.
    blur_faces : bool
        Whether faces have to stay hidden.
    """

    def __init__(
        self, find: "Callable[[], Sequence[Recording]]", *, blur_faces: bool = False
    ) -> None:
        self._find = find
        self._blur_faces = blur_faces

    def picture(self, result: Result) -> bytes | None:
        """The picture of a still with what was found drawn over it, as JPEG.

        None where there is no picture, or it cannot be read any more.

        Parameters
        ----------
        result : Result
            In the label view that is drawn.
        """
        from PIL import Image

        try:
            recording = pictured(self._find(), result)
            if recording is None or recording.kind != "image":
                return None
            image = next(media.pictures(recording, max_side=SIDE)).image
        except AverError:
            return None
        if self._blur_faces:
            image = covered(image, result, 0.0)
        drawn = Overlay(Moments(result))(enlarged(image).copy(), 0.0)
        file = io.BytesIO()
        Image.fromarray(drawn).save(file, "JPEG", quality=88)
        return file.getvalue()

    def sound(self, start: float, end: float) -> tuple[int, Iterator[NDArray[np.float32]]]:
        """Rate in hertz, and the samples (mono, -1 to 1) of a stretch, block by block.

        Raises
        ------
        NotFound
            If no recording has sound.
        AverError
            If it cannot be read any more.
        """
        recording = next((r for r in self._find() if r.audio is not None), None)
        if recording is None or recording.audio is None:
            raise NotFound("There is no sound in this recording.", hint="Choose another export.")
        rate = recording.audio.rate
        blocks = media.sound(recording, rate=rate, start=start, seconds=end + 1.0 / rate)
        return rate, _cut(blocks, rate, start, end)


def _cut(
    blocks: "Iterator[media.Sound]", rate: int, start: float, end: float
) -> Iterator[NDArray[np.float32]]:
    first, last = round(start * rate), math.ceil(round(end * rate, 3))
    for block in blocks:
        at = round(block.start * rate)
        piece = block.samples[max(0, first - at) : max(0, last - at)]
        if len(piece):
            yield piece
