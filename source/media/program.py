"""MPEG program streams (ISO 13818-1, and 11172-1 before it): packs of packets of streams."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from source.media.clock import JUMP

PACK, SYSTEM, END = 0xBA, 0xBB, 0xB9
"""Codes of what begins a pack, of what describes all streams, and of what may end a file."""

TICK = 1 / 90_000
"""Seconds of one unit of a stamp."""

Bytes = bytes | mmap.mmap


@dataclass(frozen=True)
class Piece:
    """A header or a packet: its code, where it ends, and its time in seconds where it has one.

    Of a pack that is its clock, of a packet when its first frame is shown.
    """

    place: int
    code: int
    end: int
    time: float | None = None


def piece(content: Bytes, at: int) -> Piece | None:
    """What begins at a place; None where nothing does, or where its header is cut off."""
    head = content[at : at + 48]
    if len(head) < 6 or head[:3] != b"\x00\x00\x01" or head[3] < END:
        return None
    code = head[3]
    if code == END:
        return Piece(at, code, at + 4)
    if code == PACK:
        return _pack(head, at)
    end = at + 6 + int.from_bytes(head[4:6], "big")
    return Piece(at, code, end, _shown(head.ljust(48, b"\x00")) if _is_stream(code) else None)


def pieces(content: bytes) -> Iterator[Piece]:
    """The consecutive pieces from the first pack on."""
    start = content.find(b"\x00\x00\x01\xba")
    current = piece(content, start) if start >= 0 else None
    while current is not None:
        yield current
        current = piece(content, current.end)


def _is_stream(code: int) -> bool:
    return code == 0xBD or 0xC0 <= code <= 0xEF


def _pack(head: bytes, at: int) -> Piece | None:
    if len(head) < 14:
        return None
    if head[4] >> 6 == 1:
        bits = int.from_bytes(head[4:10], "big")
        clock = (bits >> 43 & 7) << 30 | (bits >> 27 & 0x7FFF) << 15 | bits >> 11 & 0x7FFF
        return Piece(at, PACK, at + 14 + (head[13] & 7), clock * TICK)
    if head[4] >> 4 == 2:
        return Piece(at, PACK, at + 12, _stamp(head[4:9]) * TICK)
    return None


def _stamp(five: bytes) -> int:
    """A 33-bit number in three parts, each followed by a marker bit."""
    bits = int.from_bytes(five, "big")
    return (bits >> 33 & 7) << 30 | (bits >> 17 & 0x7FFF) << 15 | bits >> 1 & 0x7FFF


def _shown(head: bytes) -> float | None:
    """When the first frame of a packet is shown."""
    if head[6] >> 6 == 2:
        return _stamp(head[9:14]) * TICK if head[7] & 0x80 else None
    at = 6
    while at < 22 and head[at] == 0xFF:
        at += 1
    if head[at] >> 6 == 1:  # the size of a buffer
        at += 2
    return _stamp(head[at : at + 5]) * TICK if head[at] >> 4 in (2, 3) else None


@dataclass
class _Side:
    """What precedes a place, or follows it: the pack's clock, and each stream's stamp there."""

    clock: float | None = None
    shown: dict[int, float] = field(default_factory=dict)


def joined(content: bytes, begin: int, end: int) -> bool:
    """Whether two files were joined between two places, over which the stamps of a stream leap.

    A new file begins with a pack and the description of all streams behind it, and every stream
    goes on from there at another time, or the pack's own clock goes back. Some recorders repeat
    the description on the way; but where nothing was recorded for a while, they have no reason
    to do it just there.
    """
    parts = list(pieces(content))
    for first, second in pairwise(parts):
        if first.code != PACK or second.code != SYSTEM or not begin < first.place <= end:
            continue
        before, after = _Side(), _Side()
        for each in parts:
            if each.time is None:
                continue
            side = before if each.place < first.place else after
            if each.code == PACK:
                side.clock = each.time if side is before or side.clock is None else side.clock
            elif side is before:
                side.shown[each.code] = max(each.time, side.shown.get(each.code, 0.0))
            else:
                side.shown.setdefault(each.code, each.time)
        if not before.shown or not before.shown.keys() <= after.shown.keys():
            continue
        leaps = all(abs(after.shown[code] - at) > JUMP for code, at in before.shown.items())
        back = before.clock is not None and (after.clock or 0.0) < before.clock
        if leaps or back:
            return True
    return False
