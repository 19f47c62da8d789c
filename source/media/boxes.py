"""The boxes MP4, HEIC and AVIF files are made of (ISO 14496-12)."""

import io
from collections.abc import Iterator
from typing import BinaryIO

MOST = 10_000
"""Boxes at the top of a file beyond which no honest one goes."""

TOP = frozenset(
    (
        *(b"ftyp", b"styp", b"pdin", b"moov", b"moof", b"mfra", b"mdat", b"free", b"skip", b"wide"),
        *(b"meta", b"meco", b"sidx", b"ssix", b"prft", b"emsg", b"uuid", b"udta", b"pnot"),
    )
)
"""What may lie at the top of a file."""


def walk(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each box in `data`; the last one may be cut off."""
    for kind, start, stop in places(io.BytesIO(data), 0, len(data)):
        yield kind, data[start:stop]


def places(file: BinaryIO, at: int, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind of each box of a file, where its content begins, and where it says it ends.

    Parameters
    ----------
    file : BinaryIO
        Is read at the heads of boxes alone.
    at : int
        Where the first one begins.
    size : int
        Bytes of the file.
    """
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        length, begins = int.from_bytes(head[:4], "big"), 8
        if length == 1 and len(head) == 16:
            length, begins = int.from_bytes(head[8:], "big"), 16
        elif length == 0:  # up to the end of the file
            length = size - at
        if length < begins:
            return
        yield head[4:8], at + begins, at + length
        at += length


def top(file: BinaryIO, at: int, size: int) -> list[tuple[bytes, int]]:
    """The boxes at the top of a file: their kind, and where they say they end.

    What is no box ends them: letters that are none, or a kind that nobody knows and that would
    not fit, as a text has it that was put behind the last one.
    """
    boxes: list[tuple[bytes, int]] = []
    for kind, _, end in places(file, at, size):
        letters = all(0x20 <= letter < 0x7F or letter == 0xA9 for letter in kind)
        if not letters or (end > size and kind not in TOP) or len(boxes) >= MOST:
            break
        boxes.append((kind, end))
    return boxes


def end(file: BinaryIO, size: int) -> int:
    """Where the boxes of a file say it ends."""
    return max((stop for _, stop in top(file, 0, size)), default=0)


def number(data: bytes | bytearray, at: int, size: int) -> int:
    """A number of `size` bytes at `at`.

    Raises
    ------
    ValueError
        If the data end before it does.
    """
    if at + size > len(data):
        raise ValueError("The description of the picture is cut off.")
    return int.from_bytes(data[at : at + size], "big")
