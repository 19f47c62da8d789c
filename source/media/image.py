"""Still pictures, upright and in RGB, whatever they are stored as."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import WrongKind
from source.media import heic, tone, whole
from source.media.apart import apart
from source.media.container import guarded
from source.media.plugins import opened
from source.media.recording import Recording

_ORIENTATION = 0x0112
_TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_SHOWN = ("BMP", "GIF", "JPEG", "PNG", "WEBP")

MOST_SHOWN, MOST_SHOWN_PIXELS = 4_000_000, 16_000_000
"""Bytes and pixels of a picture beyond which a smaller copy of it is shown."""


@dataclass(frozen=True)
class Header:
    """Size of the upright picture in pixels, quarter turns in degrees clockwise, frames."""

    width: int
    height: int
    rotation: int
    frames: int


@dataclass(frozen=True)
class Still:
    """A picture as `image` gives it; `damaged` says that a part of it could not be decoded."""

    image: NDArray[np.uint8]
    damaged: bool


@apart
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
    return still(recording, max_side=max_side).image


@apart
def still(recording: Recording, *, max_side: int | None = None) -> Still:
    """The picture of an image recording, and whether all of it could be read.

    Takes, gives and raises what `image` does.
    """
    if recording.kind != "image":
        raise WrongKind(recording.name, f"a recording ({recording.kind})", "a picture")
    with guarded(recording.name):
        if recording.format == "HEIC":
            pixels, damaged = heic.decode(recording, heic.plan(recording.path))
            return Still(pixels if max_side is None else _scaled(pixels, max_side), damaged)
        return _still(recording, max_side)


def _still(recording: Recording, max_side: int | None) -> Still:
    with opened(recording) as (picture, damaged):
        if max_side and recording.format == "JPEG":  # decoded at 1/2, 1/4 or 1/8 where enough
            picture.draft(None, _fitting(picture.size, max_side))
        damaged |= not _load(picture)
        # read afterwards: Pillow turns a TIFF itself as it loads, and takes the tag away
        orientation = _orientation(picture)
        pixels = _rgb(picture, max_side, deep=recording.format == "PPM")
        pixels = tone.sdr(pixels, _transfer(recording))
        return Still(upright(pixels, orientation), damaged)


@apart
def shows_itself(recording: Recording) -> bool:
    """Whether any browser shows a picture's file as `image` reads it.

    It does where pixels are whole, have 8 bits, ordinary colours and no turn, in one of the
    old formats; and it should, where they are not very many.
    """
    if recording.format not in _SHOWN or recording.bytes > MOST_SHOWN:
        return False
    modes = ("1", "L", "LA", "P", "RGB", "RGBA")
    with guarded(recording.name), opened(recording, pixels=False) as (picture, _):
        plain = picture.mode in modes and _orientation(picture) == 1
        if not plain or picture.width * picture.height > MOST_SHOWN_PIXELS:
            return False
    hdr = tone.is_hdr(_transfer(recording))
    return not hdr and not whole.check(recording.path, recording.format).damaged


def header(recording: Recording) -> Header:
    """Size, orientation and number of frames, read without decoding.

    Raises
    ------
    TooLarge
        If there are more pixels than the recording's limits allow.
    """
    with guarded(recording.name, "its header cannot be read"):
        if recording.format == "HEIC":
            plan = heic.plan(recording.path)
            recording.limits.check_pixels(recording.name, plan.width, plan.height)
            swapped = plan.rotation in (90, 270)
            width, height = plan.width, plan.height
            if swapped:
                width, height = height, width
            return Header(width, height, plan.rotation, 1)
        return _still_header(recording)


def _still_header(recording: Recording) -> Header:
    with opened(recording, pixels=False) as (picture, _):
        # of TIFF, `size` is upright already, if the tag that says so is where it belongs
        width, height = getattr(picture, "_tile_size", picture.size)
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


def _orientation(picture: Any) -> int:
    """EXIF orientation that is still to be applied, however it is stored."""
    try:
        value = picture.getexif().get(_ORIENTATION, 1)
        value = int(value[0] if isinstance(value, tuple | list | bytes) else value)
    except Exception:  # a broken EXIF block must not cost the picture
        return 1
    return value if value in _TURNS else 1


def _load(picture: Any) -> bool:
    """Decode the picture; keep the readable part of a truncated file and say if it is complete."""
    try:
        picture.load()
    except Exception:
        if picture._im is None:
            raise
        picture.tile = []
        picture._size = picture.im.size  # the size of a TIFF is given as if upright
        return False
    return True


def _fitting(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    scale = min(1.0, max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _rgb(picture: Any, max_side: int | None, *, deep: bool) -> NDArray[np.uint8]:
    """Pillow's picture in 8 bit RGB, scaled, over white; `deep` whole numbers have 16 bits."""
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        picture = Image.fromarray(_eight_bits(np.asarray(picture), deep=deep))
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


def _eight_bits(values: NDArray[Any], *, deep: bool) -> NDArray[np.uint8]:
    """Grey of 16 or 32 bits, or in floating point, as 8 bits."""
    numbers = np.nan_to_num(values.astype(np.float64))
    if values.dtype.kind == "f" and numbers.max(initial=0.0) <= 1.0:
        numbers = numbers * 255.0
    elif values.dtype.itemsize == 2 or numbers.max(initial=0.0) > 255 or deep:
        numbers = numbers / 257.0
    return np.clip(np.rint(numbers), 0, 255).astype(np.uint8)


def _transfer(recording: Recording) -> int:
    """Transfer characteristic a still picture names; 0 where it names none."""
    if recording.format == "PNG":
        return _cicp(recording)
    if recording.format == "AVIF":
        try:
            return heic.plan(recording.path).transfer
        except (KeyError, ValueError, IndexError):
            return 0
    return 0


def _cicp(recording: Recording) -> int:
    """The second byte of a PNG's `cICP` chunk, which precedes the pixels."""
    with recording.path.open("rb") as file:
        head = file.read(4096)
    at = head.find(b"\x00\x00\x00\x04cICP")
    if not 0 < at < head.find(b"IDAT") or at + 12 > len(head):
        return 0
    return head[at + 9]
