"""Which recording a Result describes, and writing pictures."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from source.core.result import Result
from source.drawing.brush import Pixels

if TYPE_CHECKING:
    from source.media import Recording

STILL_SIDE = 640
"""Smaller pictures are drawn larger up to this side, so that words can be read on them."""


def pictured(recordings: "Sequence[Recording]", result: Result) -> "Recording | None":
    """The recording whose faces the Result describes; None where there is none."""
    if result.face is None:
        return None
    for recording in recordings:
        if recording.kind in ("image", "video") and recording.sha256 == result.source.sha256:
            return recording
    return None


def write_picture(image: Pixels, place: Path, *, jpeg: bool = False) -> Path:
    """Write a picture as .png, or as .jpg in best quality."""
    from PIL import Image

    path = place.with_name(place.name + (".jpg" if jpeg else ".png"))
    picture = Image.fromarray(image)
    try:
        if jpeg:
            picture.save(path, "JPEG", quality=93, subsampling=0)
        else:
            picture.save(path, "PNG", compress_level=6)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def enlarged(image: Pixels, side: int = STILL_SIDE) -> Pixels:
    """A small picture in about `side` pixels, a large one as it is."""
    import cv2
    import numpy as np

    times = side / max(image.shape[:2])
    if times <= 1.0:
        return np.ascontiguousarray(image)
    size = (round(image.shape[1] * times), round(image.shape[0] * times))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), np.uint8)
