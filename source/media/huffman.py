"""Following the entropy-coded data of a JPEG bit by bit, without making pixels (T.81, annex F, G).

What is asked is only whether a scan holds exactly its blocks. Of a progressive picture that
depends on which coefficients earlier scans had set, so these are kept: one bit for each.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.uint16]
"""By what the next 16 bits are: length of the code in the high byte, its symbol in the low one."""

SPARE = 64
"""Bytes that may be left over behind the last block: some writers pad."""

_PIECE = 1 << 17


def tables(body: bytes) -> dict[tuple[int, int], Table]:
    """The tables of a DHT segment by class (0 for DC, 1 for AC) and number."""
    found: dict[tuple[int, int], Table] = {}
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
        found[body[at] >> 4, body[at] & 15] = table
        at += 17 + used
    return found


def sequential(data: bytes, blocks: Sequence[tuple[Table, Table]], units: int) -> int:
    """Bytes left over behind so many units, whose blocks have these tables; -1 if it breaks."""
    at = done = 0
    while done < units:
        origin = at // 8
        piece = data[origin : origin + _PIECE]
        whole = origin + len(piece) >= len(data)
        got, at = _walk(piece, blocks, units - done, at - 8 * origin, whole=whole)
        if at < 0 or not got:
            return -1
        at += 8 * origin
        done += got
    return _left(data, at)


def _walk(
    data: bytes, blocks: Sequence[tuple[Table, Table]], most: int, at: int, *, whole: bool
) -> tuple[int, int]:
    """Units passed within `data`, and the bit behind them; -1 where a code makes no sense."""
    coming = np.frombuffer(_coming(data), np.uint16)
    steps: dict[int, memoryview[int]] = {}
    for pair in blocks:
        for table, is_dc in zip(pair, (True, False), strict=True):
            if id(table) not in steps:
                steps[id(table)] = _steps(table[coming], first=is_dc)
    pairs = [(steps[id(dc)], steps[id(ac)]) for dc, ac in blocks]
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


def _steps(found: Table, *, first: bool) -> "memoryview[int]":
    """Bits to pass (low byte) and coefficients they stand for (high byte); 0 for no code."""
    length, symbol = found >> 8, found & 0xFF
    bits = np.asarray(length + (symbol & 15), np.uint16)
    if not first:
        run = np.where(symbol == 0, 64, (symbol >> 4) + 1).astype(np.uint16)
        bits |= run << 8
    steps = np.where(length == 0, 0, bits).astype(np.uint16)
    return memoryview(steps.tobytes()).cast("H")


def dc_first(data: bytes, blocks: Sequence[Table], units: int) -> int:
    """As `sequential`, of the first scan of the DC coefficients of a progressive picture."""
    coming, at = _looking(data), 0
    codes = [memoryview(table.tobytes()).cast("H") for table in blocks]
    try:
        for _ in range(units):
            for table in codes:
                code = table[coming[at]]
                if not code:
                    return -1
                at += (code >> 8) + (code & 15)
    except IndexError:
        return -1
    return _left(data, at)


def ac_first(data: bytes, table: Table, known: list[int], span: tuple[int, int]) -> int:
    """As `sequential`, of the first scan of some AC coefficients: those it sets are noted.

    `known` has an entry for each block, whose bits say which of its coefficients are not 0.
    """
    coming, codes = _looking(data), memoryview(table.tobytes()).cast("H")
    at = skip = 0
    try:
        for block in range(len(known)):
            if skip:
                skip -= 1
                continue
            k = span[0]
            while k <= span[1]:
                code = codes[coming[at]]
                if not code:
                    return -1
                at += code >> 8
                run, size = code >> 4 & 15, code & 15
                if size:
                    k += run
                    known[block] |= 1 << k
                    at += size
                    k += 1
                elif run == 15:
                    k += 16
                else:
                    skip = (1 << run) - 1 + (coming[at] >> (16 - run) if run else 0)
                    at += run
                    break
            if k > 64:
                return -1
    except IndexError:
        return -1
    return _left(data, at) if not skip else -1


def ac_more(data: bytes, table: Table, known: list[int], span: tuple[int, int]) -> int:
    """As `ac_first`, of a scan that refines coefficients: each known one has a bit in it."""
    coming, codes = _looking(data), memoryview(table.tobytes()).cast("H")
    at = skip = 0
    try:
        for block in range(len(known)):
            mask, k = known[block], span[0]
            while k <= span[1] and not skip:
                code = codes[coming[at]]
                if not code:
                    return -1
                at += code >> 8
                run, size = code >> 4 & 15, code & 15
                if size == 0 and run < 15:
                    skip = (1 << run) + (coming[at] >> (16 - run) if run else 0)
                    at += run
                    break
                at += size
                while k <= span[1]:
                    if mask >> k & 1:
                        at += 1
                    elif run == 0:
                        break
                    else:
                        run -= 1
                    k += 1
                if size and k <= span[1]:
                    known[block] |= 1 << k
                k += 1
            if skip:
                rest = mask >> k & ((1 << max(0, span[1] - k + 1)) - 1)
                at += rest.bit_count()
                skip -= 1
    except IndexError:
        return -1
    return _left(data, at) if not skip else -1


def _coming(data: bytes) -> bytes:
    """The next 16 bits at each bit of `data`, as uint16."""
    padded = np.frombuffer(data + bytes(4), np.uint8).astype(np.uint32)
    wide = padded[:-3] << 16 | padded[1:-2] << 8 | padded[2:-1]
    shifts = np.arange(8, 0, -1, dtype=np.uint32)
    return (wide[:, None] >> shifts & 0xFFFF).astype(np.uint16).tobytes()


def _looking(data: bytes) -> "memoryview[int]":
    return memoryview(_coming(data)).cast("H")


def _left(data: bytes, at: int) -> int:
    return (8 * len(data) - at) // 8 if at <= 8 * len(data) else -1
