"""Whether the file of a picture is whole, and what to read of one that is not.

Decoders are of little help: some give up at the first wrong byte, some fill what is missing
and say nothing. What the formats themselves keep is looked at here: sizes, checksums, end
markers, and runs of zeros where compressed data never have them.
"""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from source.media import boxes

ZEROS = bytes(64)
"""Compressed data are as good as random: such a run is a hole in the file."""

MOST_PIXELS = 200_000_000
"""Pixels of a JPEG up to which its data are looked at."""

PIECE = 1 << 20
"""Bytes of which a checksum is taken at once."""

_END_OF_IMAGE = b"\xff\xd9"

MOST_PADDING = 64_000_000
"""Bytes a header may promise beyond the end of the file for the rest to be worth a try."""


class Checked(NamedTuple):
    """What to read in place of the file, where that helps, and whether pixels are missing."""

    data: bytes | None
    damaged: bool


def check(path: Path, format_name: str, *, pixels: bool = True) -> Checked:
    """Look at the file of a still picture.

    Parameters
    ----------
    path : Path
        The file.
    format_name : str
        As `sniff` calls it. Of formats without checksum, size or end of their own nothing is
        found out; there decoding tells.
    pixels : bool
        False where the header alone is wanted: then no data are looked at but those of a PNG,
        whose reader stops at a wrong checksum.
    """
    if format_name == "PNG":
        return _png(path)
    if not pixels:
        return Checked(_filled(path, format_name), False)
    checks = {"JPEG": _jpeg, "WEBP": _webp, "AVIF": _avif, "JPEG2000": _jpeg_2000}
    if format_name not in checks:
        return Checked(None, False)
    return checks[format_name](path.read_bytes())


def _filled(path: Path, format_name: str) -> bytes | None:
    """What to read for the header alone: the file filled up, where it is shorter than it says."""
    if format_name not in ("WEBP", "AVIF"):
        return None
    size = path.stat().st_size
    with path.open("rb") as file:
        stated = boxes.end(file, size) if format_name == "AVIF" else _webp_size(file.read(8))
    return _padded(path.read_bytes(), stated) if stated > size else None


def _jpeg(data: bytes) -> Checked:
    """FFmpeg's decoder stops at what libjpeg fills with grey and says nothing of.

    A missing end marker costs no pixel; libjpeg wants one all the same.
    """
    ended = data.rstrip(b"\x00").endswith(_END_OF_IMAGE)
    return Checked(None if ended else data + _END_OF_IMAGE, _breaks_off(data))


def _breaks_off(data: bytes) -> bool:
    """Whether the data of a JPEG end, or make no sense, before its last block."""
    import av

    decoder = av.CodecContext.create("mjpeg", "r")
    decoder.options = {
        "err_detect": "explode",
        "skip_idct": "all",  # nobody looks at the pixels
        "max_pixels": str(MOST_PIXELS),
    }
    try:
        decoder.decode(av.Packet(data))
        decoder.decode(None)
    except av.InvalidDataError:
        return True
    except (av.FFmpegError, ValueError):  # of a kind or a size that it does not decode
        return False
    return False


def _png(path: Path) -> Checked:
    """Checksums; where one is wrong, the right ones, so that the rest can be read."""
    damaged, right = False, {}
    with path.open("rb") as file:
        for at, kind, size in _chunks(file):
            if not kind.isalpha():
                damaged = True
                break
            stop = at + 8 + size
            file.seek(at + 4)
            checksum = _checksum(file, 4 + size)
            if file.read(4) != checksum:
                right[stop] = checksum
                damaged = damaged or kind[:1].isupper()  # what is not critical shows nowhere
            if kind == b"IEND":
                break
    return Checked(_mended(path.read_bytes(), right) if right else None, damaged)


def _chunks(file: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    """Where a PNG's chunks begin, what they are, how long their content is."""
    at = 8
    while True:
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[:4], "big")
        yield at, head[4:], size
        at += 12 + size


def _checksum(file: BinaryIO, size: int) -> bytes:
    """Of the next `size` bytes, or those there are."""
    checksum = 0
    while size > 0 and (content := file.read(min(size, PIECE))):
        checksum, size = zlib.crc32(content, checksum), size - len(content)
    return checksum.to_bytes(4, "big")


def _mended(data: bytes, right: dict[int, bytes]) -> bytes | None:
    """Data with other checksums at their places; None where the file ends before them."""
    pieces: list[bytes | memoryview] = []
    view, at = memoryview(data), 0
    for stop, checksum in right.items():
        if stop + 4 <= len(data):
            pieces += [view[at:stop], checksum]
            at = stop + 4
    return b"".join([*pieces, view[at:]]) if pieces else None


def _webp(data: bytes) -> Checked:
    size = _webp_size(data[:8])
    hole = ZEROS in _trimmed(data[:size])
    return Checked(_padded(data, size), hole or len(data) < size)


def _webp_size(head: bytes) -> int:
    return 8 + int.from_bytes(head[4:8], "little")


def _avif(data: bytes) -> Checked:
    size = boxes.end(io.BytesIO(data), len(data))
    hole = any(ZEROS in _trimmed(content) for kind, content in boxes.walk(data) if kind == b"mdat")
    return Checked(_padded(data, size), hole or len(data) < size)


def _jpeg_2000(data: bytes) -> Checked:
    """A packet without content is one byte of zero, so only a long run is a hole."""
    return Checked(None, bytes(256) in _trimmed(data))


def _trimmed(data: bytes) -> bytes:
    """Without the zeros at the end, with which some writers fill up."""
    return data.rstrip(b"\x00")


def _padded(data: bytes, size: int) -> bytes | None:
    """Data filled up to the size their header promises; None where nothing is missing."""
    missing = size - len(data)
    return data + bytes(missing) if 0 < missing <= MOST_PADDING else None
