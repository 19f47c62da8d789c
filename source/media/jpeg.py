"""Whether a JPEG is whole: libjpeg draws grey, or noise, where data are missing, and says nothing.

The entropy-coded data are followed bit by bit, without making pixels, and the blocks are
counted (ITU-T T.81, annexes B and F). That takes about a second for a megabyte, so it is done
only where something else looks wrong: no end marker, a run of zeros, a flat lower edge.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

ZEROS = bytes(32)
"""A run that entropy-coded data of a photo never hold, and a hole in a file always does."""

SPARE = 64
"""Bytes that may be left over behind the last block: some writers pad. Beside zeros, 2 may."""

_PIECE = 1 << 17
_SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_RESTART = re.compile(rb"\xff+[\xd0-\xd7]")
_SEQUENTIAL, _PROGRESSIVE, _ARITHMETIC = (0xC0, 0xC1), (0xC2, 0xC6), (0xC9, 0xCA, 0xCD, 0xCE)
_KNOWN = {*range(0xC0, 0xD0), *range(0xD8, 0xE0), *range(0xE0, 0xF0), 0xFE, 0x01} - {0xC8}


@dataclass
class _Part:
    """One colour component: its sampling factors and tables."""

    across: int
    down: int
    dc: int = 0
    ac: int = 0


@dataclass
class _Picture:
    kind: int = 0
    width: int = 0
    height: int = 0
    interval: int = 0
    parts: dict[int, _Part] = field(default_factory=dict)
    tables: dict[tuple[int, int], NDArray[np.uint16]] = field(default_factory=dict)


def ends(data: bytes) -> bool:
    """Whether the picture has its end marker."""
    return any(kind == 0xD9 for kind, _, _ in _segments(data))


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
    ended = False
    for kind, start, stop in _segments(data):
        body = data[start:stop]
        if kind in (*_SEQUENTIAL, *_PROGRESSIVE, *_ARITHMETIC) and not picture.kind:
            _frame(picture, kind, body)
        elif kind == 0xC4:
            _huffman(picture, body)
        elif kind == 0xDD and len(body) >= 2:
            picture.interval = int.from_bytes(body[:2], "big")
        elif kind == 0xDA:
            match = _SCAN_END.search(data, stop)
            scan = data[stop : match.start() if match else len(data)]
            wrong = thorough or match is None or ZEROS in scan
            if _scan_broken(picture, body, scan, suspicious=wrong):
                return True
        elif kind not in _KNOWN:
            return True
        ended = ended or kind == 0xD9
    return not ended and picture.kind not in _SEQUENTIAL


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
    if len(body) < 6 + 3 * body[5]:
        return
    picture.kind = kind
    picture.height, picture.width = (int.from_bytes(body[i : i + 2], "big") for i in (1, 3))
    for i in range(body[5]):
        name, sampling = body[6 + 3 * i], body[7 + 3 * i]
        picture.parts[name] = _Part(max(1, sampling >> 4), max(1, sampling & 15))


def _huffman(picture: _Picture, body: bytes) -> None:
    """Tables by what the next 16 bits are: length of the code in the high byte, its symbol."""
    at = 0
    while at + 17 <= len(body):
        counts, values = body[at + 1 : at + 17], body[at + 17 :]
        table = np.zeros(1 << 16, np.uint16)
        code = used = 0
        for length, count in enumerate(counts, 1):
            for symbol in values[used : used + count]:
                table[code << (16 - length) : (code + 1) << (16 - length)] = length << 8 | symbol
                code += 1
            used += count
            code <<= 1
        picture.tables[body[at] >> 4, body[at] & 15] = table
        at += 17 + used


def _scan_broken(picture: _Picture, head: bytes, scan: bytes, *, suspicious: bool) -> bool:
    count = head[0] if head else 0
    if len(head) < 4 + 2 * count or not picture.parts:
        return True
    parts = []
    for i in range(count):
        part = picture.parts.get(head[1 + 2 * i])
        if part is None:
            return True
        part.dc, part.ac = head[2 + 2 * i] >> 4, head[2 + 2 * i] & 15
        parts.append(part)
    if picture.kind not in _SEQUENTIAL:
        # a scan of the first coefficients of a flat picture may be one zero after the other
        return ZEROS in scan and (head[1 + 2 * count] > 0 or picture.kind in _ARITHMETIC)
    units, blocks = _units(picture, parts)
    pieces = _RESTART.split(scan) if picture.interval else [scan]
    wanted = math.ceil(units / picture.interval) if picture.interval else 1
    if len(pieces) < wanted:
        return True
    if not suspicious:
        return False
    for i, piece in enumerate(pieces[:wanted]):
        left = units - i * picture.interval if picture.interval else units
        due = min(left, picture.interval) if picture.interval else left
        spare = 2 if ZEROS in scan else SPARE
        if not _complete(picture, piece.replace(b"\xff\x00", b"\xff"), blocks, due, spare):
            return True
    return False


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


def _complete(
    picture: _Picture, data: bytes, blocks: list[_Part], units: int, spare: int
) -> bool:
    """Whether the data hold exactly so many units, and no more than `spare` bytes."""
    at, done, total = 0, 0, 8 * len(data)
    while done < units:
        origin = at // 8
        piece = data[origin : origin + _PIECE]
        whole = origin + len(piece) >= len(data)
        got, at = _walk(picture, piece, blocks, units - done, at - 8 * origin, whole=whole)
        if at < 0 or not got:
            return False
        at += 8 * origin
        done += got
    return at <= total and total - at < 8 * (spare + 1)


def _walk(
    picture: _Picture, data: bytes, blocks: list[_Part], most: int, at: int, *, whole: bool
) -> tuple[int, int]:
    """Units passed within `data`, and the bit behind them; -1 where a code makes no sense."""
    padded = np.frombuffer(data + bytes(4), np.uint8).astype(np.uint32)
    wide = padded[:-3] << 16 | padded[1:-2] << 8 | padded[2:-1]
    shifts = np.arange(8, 0, -1, dtype=np.uint32)
    coming = (wide[:, None] >> shifts & 0xFFFF).astype(np.uint16).ravel()
    looked: dict[tuple[int, int], memoryview[int]] = {}
    for part in blocks:
        for key in ((0, part.dc), (1, part.ac)):
            if key not in picture.tables:
                return 0, -1
            if key not in looked:
                steps = _steps(picture.tables[key][coming], first=key[0] == 0)
                looked[key] = memoryview(steps.tobytes()).cast("H")
    pairs = [(looked[0, part.dc], looked[1, part.ac]) for part in blocks]
    end, done = 8 * len(data), 0
    try:
        while done < most:
            here = at
            for first, others in pairs:
                step = first[here]
                if not step:
                    return done, -1
                here += step
                place = 1
                while place < 64:
                    step = others[here]
                    if not step:
                        return done, -1
                    here += step & 0xFF
                    place += step >> 8
                if place > 64 and step >> 8 != 64:
                    return done, -1
            if here > end:
                return done, (-1 if whole else at)
            at, done = here, done + 1
    except IndexError:  # the piece ends within this unit
        return done, (-1 if whole else at)
    return done, at


def _steps(found: NDArray[np.uint16], *, first: bool) -> NDArray[np.uint16]:
    """Bits to pass (low byte) and coefficients they stand for (high byte); 0 for no code."""
    length, symbol = found >> 8, found & 0xFF
    bits = np.asarray(length + (symbol & 15), np.uint16)
    if not first:
        run = np.where(symbol == 0, 64, (symbol >> 4) + 1).astype(np.uint16)
        bits |= run << 8
    return np.where(length == 0, 0, bits).astype(np.uint16)
