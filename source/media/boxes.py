"""The boxes MP4, HEIC and AVIF files are made of (ISO 14496-12)."""

from collections.abc import Iterator


def walk(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each box in `data`; the last one may be cut off."""
    for kind, start, stop in places(data):
        yield kind, data[start:stop]


def places(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind of each box in `data`, where its content begins, and where it says it ends."""
    at = 0
    while at + 8 <= len(data):
        size, head = number(data, at, 4), 8
        if size == 1 and at + 16 <= len(data):
            size, head = number(data, at + 8, 8), 16
        elif size == 0:
            size = len(data) - at
        if size < head:
            return
        yield data[at + 4 : at + 8], at + head, at + size
        at += size


_TOP = (b"ftyp", b"styp", b"meta", b"mdat", b"moov", b"moof", b"free", b"skip", b"wide", b"uuid")


def end(data: bytes) -> int:
    """Where the boxes of a file say it ends; what is no box behind them does not count."""
    return max((stop for kind, _, stop in places(data) if kind in _TOP), default=0)


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
