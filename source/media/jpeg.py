"""Whether a JPEG is whole: libjpeg draws grey, or noise, where data are missing, and says nothing.

The blocks of its scans are counted (ITU-T T.81, annex B). That takes about a second for a
megabyte, so it is done only where something else looks wrong: no end marker, a run of zeros, a
flat lower edge.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from source.media import huffman

ZEROS = bytes(32)
"""A run that entropy-coded data of a photo never hold, and a hole in a file always does."""

MOST_COUNTED = 4_000_000
"""Bytes of one scan of a progressive picture beyond which its blocks are not counted."""

_SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_RESTART = re.compile(rb"\xff+[\xd0-\xd7]")
_SEQUENTIAL, _PROGRESSIVE, _ARITHMETIC = (0xC0, 0xC1), (0xC2,), (0xC6, 0xC9, 0xCA, 0xCD, 0xCE)
_KNOWN = {*range(0xC0, 0xF0), 0xFE, 0x01} - {0xC8}


@dataclass
class _Part:
    """One colour component: its sampling factors, its tables, and what its scans have set."""

    across: int
    down: int
    dc: int = 0
    ac: int = 0
    known: list[int] = field(default_factory=list)
    final: int = 0


@dataclass
class _Picture:
    kind: int = 0
    width: int = 0
    height: int = 0
    interval: int = 0
    parts: dict[int, _Part] = field(default_factory=dict)
    tables: dict[tuple[int, int], huffman.Table] = field(default_factory=dict)


@dataclass
class _Scan:
    """What its head says: the components, the coefficients, and the bits of these."""

    parts: list[_Part]
    first: int
    last: int
    high: int
    low: int


def ends(data: bytes) -> bool:
    """Whether the picture has its end marker."""
    return any(kind == 0xD9 for kind, _, _ in _segments(data))


def progressive(data: bytes) -> bool:
    """Whether the picture comes in scans that refine each other."""
    return any(kind in _PROGRESSIVE for kind, _, _ in _segments(data))


def broken(data: bytes, *, thorough: bool = False) -> bool:
    """Whether a part of the picture is missing or wrong.

    Parameters
    ----------
    data : bytes
        The file.
    thorough : bool
        Count the blocks even where nothing looks wrong.
    """
    picture = _Picture()
    suspicious = thorough or not ends(data)
    # of a picture in scans, one looks as if it were whole, and the next depends on it
    if progressive(data):
        suspicious = suspicious or ZEROS in data
    for kind, start, stop in _segments(data):
        body = data[start:stop]
        if kind in (*_SEQUENTIAL, *_PROGRESSIVE, *_ARITHMETIC) and not picture.kind:
            _frame(picture, kind, body)
        elif kind == 0xC4:
            picture.tables.update(huffman.tables(body))
        elif kind == 0xDD and len(body) >= 2:
            picture.interval = int.from_bytes(body[:2], "big")
        elif kind == 0xDA:
            match = _SCAN_END.search(data, stop)
            content = data[stop : match.start() if match else len(data)]
            scan = _scan(picture, body)
            if scan is None or _scan_broken(picture, scan, content, suspicious=suspicious):
                return True
        elif kind not in _KNOWN:
            return True
    if picture.kind in _PROGRESSIVE:
        return any(part.final.bit_count() < 64 for part in picture.parts.values())
    return picture.kind in _ARITHMETIC and not ends(data)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, and where its content begins and ends; the data of a scan are passed over."""
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            yield 0, at, at
            return
        while at + 1 < len(data) and data[at + 1] == 0xFF:
            at += 1
        if at + 1 >= len(data):
            return
        kind = data[at + 1]
        at += 2
        if kind == 0xD9:
            yield kind, at, at
            return
        if kind == 0x01 or 0xD0 <= kind <= 0xD8:
            continue
        size = int.from_bytes(data[at : at + 2], "big")
        if size < 2:
            yield 0, at, at
            return
        yield kind, at + 2, at + size
        at += size
        if kind == 0xDA:
            match = _SCAN_END.search(data, at)
            at = match.start() if match else len(data)


def _frame(picture: _Picture, kind: int, body: bytes) -> None:
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        return
    picture.kind = kind
    picture.height, picture.width = (int.from_bytes(body[i : i + 2], "big") for i in (1, 3))
    for i in range(body[5]):
        name, sampling = body[6 + 3 * i], body[7 + 3 * i]
        picture.parts[name] = _Part(max(1, sampling >> 4), max(1, sampling & 15))


def _scan(picture: _Picture, head: bytes) -> _Scan | None:
    """What the head of a scan says; None where it makes no sense."""
    count = head[0] if head else 0
    if not count or len(head) < 4 + 2 * count:
        return None
    parts = []
    for i in range(count):
        part = picture.parts.get(head[1 + 2 * i])
        if part is None:
            return None
        part.dc, part.ac = head[2 + 2 * i] >> 4, head[2 + 2 * i] & 15
        parts.append(part)
    first, last, bits = head[1 + 2 * count : 4 + 2 * count]
    for part in parts:
        if bits & 15 == 0:
            part.final |= ((1 << (last + 1)) - 1) & ~((1 << first) - 1)
    return _Scan(parts, first, min(last, 63), bits >> 4, bits & 15)


def _scan_broken(picture: _Picture, scan: _Scan, content: bytes, *, suspicious: bool) -> bool:
    hole = ZEROS in content
    if picture.kind in _ARITHMETIC:
        return hole
    units, blocks = _units(picture, scan.parts)
    pieces = _RESTART.split(content) if picture.interval else [content]
    wanted = math.ceil(units / picture.interval) if picture.interval else 1
    if len(pieces) < wanted:
        return True
    if not (suspicious or hole):
        return False
    if picture.kind in _PROGRESSIVE and len(content) > MOST_COUNTED:
        return hole
    try:
        if hole and not _can_be_flat(picture, scan):
            return True
        for i, piece in enumerate(pieces[:wanted]):
            begins = i * picture.interval
            due = min(units - begins, picture.interval or units)
            data = piece.replace(b"\xff\x00", b"\xff")
            left = _left(picture, scan, data, blocks, begins, due, units)
            if not 0 <= left <= (2 if hole else huffman.SPARE):
                return True
    except KeyError:  # a table that was never given
        return True
    return False


def _can_be_flat(picture: _Picture, scan: _Scan) -> bool:
    """Whether blocks without any content, one after the other, could be written as zeros."""
    tables = picture.tables
    if picture.kind in _PROGRESSIVE and scan.high:
        return True  # bits of what is known already
    changes = scan.first == 0 and any(tables[0, part.dc][0] & 15 for part in scan.parts)
    return not changes and (
        scan.last == 0 or not any(tables[1, part.ac][0] & 15 for part in scan.parts)
    )


def _left(
    picture: _Picture,
    scan: _Scan,
    data: bytes,
    blocks: list[_Part],
    begins: int,
    due: int,
    units: int,
) -> int:
    """Bytes left over behind the units a piece of a scan has to hold; -1 where it breaks."""
    tables = picture.tables
    if picture.kind in _SEQUENTIAL:
        return huffman.sequential(
            data, [(tables[0, part.dc], tables[1, part.ac]) for part in blocks], due
        )
    if scan.first == 0:
        if scan.high:  # one bit a block
            return len(data) - math.ceil(due * len(blocks) / 8)
        return huffman.dc_first(data, [tables[0, part.dc] for part in blocks], due)
    part = scan.parts[0]
    if len(part.known) != units:
        part.known = [0] * units
    known = part.known[begins : begins + due]
    follow = huffman.ac_more if scan.high else huffman.ac_first
    left = follow(data, tables[1, part.ac], known, (scan.first, scan.last))
    part.known[begins : begins + due] = known
    return left


def _units(picture: _Picture, parts: list[_Part]) -> tuple[int, list[_Part]]:
    """How many units the scan has, and the component of each block of one."""
    most_across = max(p.across for p in picture.parts.values())
    most_down = max(p.down for p in picture.parts.values())
    if len(parts) == 1:
        only = parts[0]
        across = math.ceil(math.ceil(picture.width * only.across / most_across) / 8)
        down = math.ceil(math.ceil(picture.height * only.down / most_down) / 8)
        return across * down, parts
    across = math.ceil(picture.width / (8 * most_across))
    down = math.ceil(picture.height / (8 * most_down))
    return across * down, [p for p in parts for _ in range(p.across * p.down)]
