"""Still pictures, upright and in RGB, whatever they are stored as."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import NotMedia, TooLarge, WrongKind
from source.media import heic
from source.media.container import guarded
from source.media.recording import Recording

_ORIENTATION = 0x0112
_TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}


@dataclass(frozen=True)
class Header:
    """Size of the upright picture in pixels, quarter turns in degrees clockwise, frames."""

    width: int
    height: int
    rotation: int
    frames: int


def image(recording: Recording, *, max_side: int | None = None) -> NDArray[np.uint8]:
    """The picture of an image recording.

    Parameters
    ----------
    recording : Recording
        Of kind "image".
    max_side : int, optional
        Scale down so that the longer side has at most this many pixels.

    Returns
    -------
    np.ndarray [shape=(h, w, 3), dtype=uint8]
        RGB, upright (EXIF orientation applied), transparency over white. Of a truncated
        file what there is.

    Raises
    ------
    WrongKind
        If the recording is not a picture.
    Damaged, TooLarge
        If it cannot be decoded, or has too many pixels.
    """
    if recording.kind != "image":
        raise WrongKind(recording.name, f"a recording ({recording.kind})", "a picture")
    with guarded(recording.name):
        if recording.format == "HEIC":
            pixels = heic.decode(recording, heic.plan(recording.path))
            return pixels if max_side is None else _scaled(pixels, max_side)
        return _still(recording, max_side)


def _still(recording: Recording, max_side: int | None) -> NDArray[np.uint8]:
    with _opened(recording) as picture:
        if max_side and recording.format == "JPEG":  # decoded at 1/2, 1/4 or 1/8 where enough
            picture.draft(None, _fitting(picture.size, max_side))
        orientation = _orientation(picture)
        _load(picture)
        return upright(_rgb(picture, max_side), orientation)


def header(recording: Recording) -> Header:
    """Size, orientation and number of frames, read without decoding.

    Raises
    ------
    TooLarge
        If there are more pixels than the recording's limits allow.
    """
    with guarded(recording.name, "its header cannot be read"):
        if recording.format == "HEIC":
            found = heic.plan(recording.path)
            recording.limits.check_pixels(recording.name, found.width, found.height)
            swapped = found.rotation in (90, 270)
            width, height = found.width, found.height
            if swapped:
                width, height = height, width
            return Header(width, height, found.rotation, 1)
        return _still_header(recording)


def _still_header(recording: Recording) -> Header:
    with _opened(recording) as picture:
        width, height = picture.size
        orientation = _orientation(picture)
        if orientation >= 5:
            width, height = height, width
        frames = 1 if recording.format in ("GIF", "TIFF") else getattr(picture, "n_frames", 1)
        return Header(width, height, _TURNS[orientation], int(frames))


def upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Pixels [h, w, 3] turned and mirrored as an EXIF orientation (1 to 8) asks."""
    if orientation in (2, 4, 5, 7):
        pixels = pixels[:, ::-1]
    turns = {1: 0, 2: 0, 3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}[orientation]
    return np.ascontiguousarray(np.rot90(pixels, turns))


@contextmanager
def _opened(recording: Recording) -> Iterator[Any]:
    """Pillow's picture, by the plug-in of its content alone, within the limit of pixels."""
    from PIL import (
        AvifImagePlugin,
        BmpImagePlugin,
        GifImagePlugin,
        Image,
        JpegImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    # what is odd about a file is not for stderr; where it matters, decoding fails
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    plugins: dict[str, Any] = {
        "AVIF": AvifImagePlugin.AvifImageFile,
        "BMP": BmpImagePlugin.BmpImageFile,
        "GIF": GifImagePlugin.GifImageFile,
        "JPEG": JpegImagePlugin.JpegImageFile,
        "PNG": PngImagePlugin.PngImageFile,
        "TIFF": TiffImagePlugin.TiffImageFile,
        "WEBP": WebPImagePlugin.WebPImageFile,
    }
    if recording.format not in plugins:
        raise NotMedia(recording.name, f"a {recording.format} picture")
    with recording.path.open("rb") as file:
        if recording.format == "WEBP":  # its plug-in takes memory for the canvas at once
            recording.limits.check_pixels(recording.name, *_webp_canvas(file.read(30)))
            file.seek(0)
        try:
            picture = plugins[recording.format](file, recording.name)
        except Image.DecompressionBombError as error:
            raise TooLarge(f"“{recording.name}” has more pixels than the limit.") from error
        with picture:
            recording.limits.check_pixels(recording.name, *picture.size)
            yield picture


def _webp_canvas(head: bytes) -> tuple[int, int]:
    """Width and height of an extended WebP; the plain ones cannot be large (0, 0)."""
    if head[12:16] != b"VP8X":
        return 0, 0
    width, height = head[24:27], head[27:30]
    return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1


def _orientation(picture: Any) -> int:
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
    except Exception:  # a broken EXIF block must not cost the picture
        return 1
    return value if value in _TURNS else 1


def _load(picture: Any) -> None:
    """Decode; of a truncated file keep what there is."""
    try:
        picture.load()
    except OSError:
        if picture._im is None:
            raise
        picture.tile = []


def _fitting(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    scale = min(1.0, max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _rgb(picture: Any, max_side: int | None) -> NDArray[np.uint8]:
    """Pillow's picture in 8 bit RGB, scaled, over white."""
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        picture = Image.fromarray(_eight_bits(np.asarray(picture)))
    alpha = picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info
    if alpha:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        white.alpha_composite(picture)
        picture = white
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    pixels: NDArray[np.uint8] = np.asarray(picture, dtype=np.uint8)
    return pixels if max_side is None else _scaled(pixels, max_side)


def _scaled(pixels: NDArray[np.uint8], max_side: int) -> NDArray[np.uint8]:
    from PIL import Image

    height, width = pixels.shape[:2]
    if max(width, height) <= max_side:
        return pixels
    picture = Image.fromarray(pixels)
    return np.asarray(picture.resize(_fitting((width, height), max_side), Image.Resampling.BOX))


def _eight_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Grey of 16 or 32 bits, or in floating point, as 8 bits."""
    numbers = np.nan_to_num(values.astype(np.float64))
    if values.dtype.kind == "f" and numbers.max(initial=0.0) <= 1.0:
        numbers = numbers * 255.0
    elif values.dtype.itemsize == 2 or numbers.max(initial=0.0) > 255:
        numbers = numbers / 257.0
    return np.clip(np.rint(numbers), 0, 255).astype(np.uint8)
