"""Pillow's readers, each chosen by the content of the file, within the limit of pixels."""

import io
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from source.core.errors import NotMedia, TooLarge
from source.media import whole
from source.media.recording import Recording

_ENTROPY_CODED = (5, 6, 7, 34712, 50001)
"""How a TIFF's strips may be compressed so that they never hold a run of zeros."""

_DEFLATED = (8, 32946)


@contextmanager
def opened(recording: Recording, *, pixels: bool = True) -> Iterator[tuple[Any, bool]]:
    """Pillow's picture, and whether a part of its file is missing or wrong.

    Parameters
    ----------
    recording : Recording
    pixels : bool
        False where the header alone is wanted, which saves a long look.

    Raises
    ------
    NotMedia
        If there is no reader of that name.
    TooLarge
        If there are more pixels than the recording's limits allow.
    """
    from PIL import Image

    # what is odd about a file is not for stderr; where it matters, decoding fails
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
    reader = _reader(recording)
    with recording.path.open("rb") as file:
        if recording.format == "WEBP":  # its plug-in takes memory for the canvas at once
            recording.limits.check_pixels(recording.name, *_webp_canvas(file.read(30)))
            file.seek(0)
        checked = whole.check(recording.path, recording.format, pixels=pixels)
        source = file if checked.data is None else io.BytesIO(checked.data)
        try:
            picture = reader(source, recording.name)
        except Image.DecompressionBombError as error:
            raise TooLarge(f"“{recording.name}” has more pixels than the limit.") from error
        with picture:
            recording.limits.check_pixels(recording.name, *picture.size)
            yield picture, checked.damaged or (pixels and _strips_broken(recording, picture))


def _reader(recording: Recording) -> Any:
    from PIL import (
        AvifImagePlugin,
        BmpImagePlugin,
        GifImagePlugin,
        Jpeg2KImagePlugin,
        JpegImagePlugin,
        PngImagePlugin,
        PpmImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    readers: dict[str, Any] = {
        "AVIF": AvifImagePlugin.AvifImageFile,
        "BMP": BmpImagePlugin.BmpImageFile,
        "GIF": GifImagePlugin.GifImageFile,
        "JPEG": JpegImagePlugin.JpegImageFile,
        "JPEG2000": Jpeg2KImagePlugin.Jpeg2KImageFile,
        "PNG": PngImagePlugin.PngImageFile,
        "PPM": PpmImagePlugin.PpmImageFile,
        "TIFF": TiffImagePlugin.TiffImageFile,
        "WEBP": WebPImagePlugin.WebPImageFile,
    }
    if recording.format not in readers:
        raise NotMedia(recording.name, f"a {recording.format} picture")
    return readers[recording.format]


def _webp_canvas(head: bytes) -> tuple[int, int]:
    """Width and height of an extended WebP; the plain ones cannot be large (0, 0)."""
    if head[12:16] != b"VP8X":
        return 0, 0
    width, height = head[24:27], head[27:30]
    return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1


def _strips_broken(recording: Recording, picture: Any) -> bool:
    """Whether a strip or tile of a compressed TIFF is cut off, wrong, or has a hole."""
    packed = picture.tag_v2.get(259, 1) if recording.format == "TIFF" else 1
    if packed not in (*_ENTROPY_CODED, *_DEFLATED):
        return False
    tags = picture.tag_v2
    starts, sizes = tags.get(273) or tags.get(324) or (), tags.get(279) or tags.get(325) or ()
    with recording.path.open("rb") as file:
        for start, size in zip(starts, sizes, strict=False):
            file.seek(int(start))
            strip = file.read(int(size))
            wrong = not _inflates(strip) if packed in _DEFLATED else whole.ZEROS in strip
            if wrong or len(strip) < int(size):
                return True
    return False


def _inflates(strip: bytes) -> bool:
    """Whether deflated data are whole: they end with a checksum. Holds little of them at once."""
    unpacker = zlib.decompressobj()
    try:
        while strip and not unpacker.eof:
            unpacker.decompress(strip, 1 << 20)
            strip = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof
