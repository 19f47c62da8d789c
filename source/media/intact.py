"""Whether a stretch of a file keeps to its format's own structure. Nothing is decoded.

Each walk follows the lengths that the format gives (chunks, pages, tags, frames) to the end.
A length that points beyond the end means that the file was cut off; something else than the
format allows between two pieces means that bytes were lost or overwritten.
"""

import mmap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from source.media import program
from source.media.mpeg import adts_length, counted_frames, frame, tag_end
from source.media.sniff import MATROSKA

LEAST_FRAMES = 6
"""Frames of an MP3 that must be missing of those that it counts."""

NUMBERED = 188 * 400
"""Bytes before and after a jump of the clock in which packet numbers are checked."""

MOST_SEARCHED = 1_000_000
"""Bytes before a jump of a program stream's clock in which a joint is looked for."""

SPARE = 4096
"""Bytes after the last piece that are ignored: padding and tags."""


MOST_PIECES = 600_000
"""Pieces that are followed: an honest file has fewer in three hours, a hostile one any number."""


MOST_STREAMS = 10_000
"""Streams of an Ogg file whose pages are counted."""


@dataclass(frozen=True)
class Wear:
    """What a walk found: an end that is missing, and a hole on the way."""

    cut: bool = False
    hole: bool = False


def worn(path: Path, format_name: str, span: tuple[int, int]) -> Wear:
    """What is wrong with the structure of the bytes `span` of a file, as far as it is known."""
    walk = _WALKS.get(format_name)
    if walk is None:
        return Wear()
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return walk(content, *span)


def broken(path: Path, format_name: str, first: int, begin: int, end: int) -> bool:
    """Whether a stream was joined between two places, counted from its byte `first`.

    Packets of a transport stream are numbered, stream by stream; where files are joined, the
    numbers break. Where nothing was recorded for a while, they go on. Of a program stream
    `program.joined` tells. Where neither does, nothing was recorded for a while.
    """
    if end <= begin or format_name not in ("mpegts", "mpeg"):
        return False
    if format_name == "mpeg":
        since = max(first, first + max(begin - NUMBERED, end - MOST_SEARCHED))
        with path.open("rb") as file:
            file.seek(since)
            content = file.read(first + end - since + NUMBERED)
        return program.joined(content, first + begin - since, first + end - since)
    with path.open("rb") as file:
        file.seek(max(first, first + begin - NUMBERED))
        content = file.read(min(end - begin, NUMBERED) + 2 * NUMBERED)
    size, at = packets(content, 0, len(content))
    numbers: dict[int, int] = {}
    for place in range(at, len(content) - 4, size):
        stream = int.from_bytes(content[place + 1 : place + 3], "big") & 0x1FFF
        number, payload = content[place + 3] & 0x0F, content[place + 3] & 0x10
        if stream == 0x1FFF or not payload:
            continue
        before = numbers.get(stream, number - 1)
        if (number - before) % 16 > 1:
            return True
        numbers[stream] = number
    return False


Walk = Callable[[mmap.mmap, int, int], Wear]
Step = Callable[[mmap.mmap, int, int], int]
"""End of the piece at a position, possibly beyond the file; 0 if there is no piece."""


def _walk(content: mmap.mmap, at: int, end: int, step: Step) -> Wear:
    """Follow pieces; what is no piece is a hole if another follows, or much of it."""
    for _ in range(MOST_PIECES):
        if at >= end:
            break
        behind = step(content, at, end)
        if behind <= at:
            left = end - at
            return Wear(hole=left > SPARE and not _tags(content, at))
        if behind > end:
            return Wear(cut=True)
        at = behind
    return Wear()


def _tags(content: mmap.mmap, at: int) -> bool:
    return content[at : at + 3] in (b"TAG", b"ID3") or content[at : at + 8] == b"APETAGEX"


def ogg_page(content: mmap.mmap, at: int, end: int) -> int:
    """Pages of Ogg."""
    head = content[at : at + 27 + 255]
    if head[:4] != b"OggS":
        return 0
    if at + 27 > end or len(head) < 27 + head[26]:
        return end + 1
    return at + 27 + head[26] + sum(head[27 : 27 + head[26]])


def _ogg(content: mmap.mmap, at: int, end: int) -> Wear:
    numbers: dict[bytes, int] = {}
    lost = False

    def step(content: mmap.mmap, at: int, end: int) -> int:
        nonlocal lost
        behind = ogg_page(content, at, end)
        if 0 < behind <= end and len(numbers) < MOST_STREAMS:
            stream, number = content[at + 14 : at + 18], content[at + 18 : at + 22]
            count = int.from_bytes(number, "little")
            lost = lost or count - numbers.get(stream, count - 1) not in (0, 1)
            numbers[stream] = count
        return behind

    wear = _walk(content, at, end, step)
    return Wear(wear.cut, wear.hole or lost)


_ENTERED = (b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75")
_ELEMENTS = {
    *_ENTERED,
    b"\x1a\x45\xdf\xa3",
    b"\x1c\x53\xbb\x6b",
    b"\x11\x4d\x9b\x74",
    b"\x15\x49\xa9\x66",
    b"\x16\x54\xae\x6b",
    b"\x12\x54\xc3\x67",
    b"\x19\x41\xa4\x69",
    b"\x10\x43\xa7\x70",
    b"\x58\x54",
    *(bytes([one]) for one in (0xE7, 0xA3, 0xA0, 0xAB, 0xA7, 0xAF, 0xEC, 0xBF)),
}


def element(content: mmap.mmap, at: int, end: int) -> int:
    """Elements of Matroska; segments and clusters are entered."""
    head = content[at : at + 12]
    width = 9 - head[0].bit_length()
    if head[:width] not in _ELEMENTS:
        return 0
    if len(head) < width + 1 or not head[width]:
        return 0 if len(head) > width else end + 1
    length = 9 - head[width].bit_length()
    if head[:width] in _ENTERED:
        return at + width + length
    size = int.from_bytes(head[width : width + length], "big") & ((1 << 7 * length) - 1)
    return at + width + length + size


def _avi(content: mmap.mmap, at: int, end: int) -> int:
    """Chunks of AVI; those that hold the streams are entered."""
    head = content[at : at + 12]
    if len(head) < 8:
        return at + len(head)
    if head[:4] == b"RIFF" or (head[:4] == b"LIST" and head[8:12] in (b"movi", b"rec ")):
        return at + 12
    if not all(0x20 <= letter < 0x7F for letter in head[:4]):
        return 0
    size = int.from_bytes(head[4:8], "little")
    return at + 8 + size + size % 2


def _riff(order: str) -> Step:
    def step(content: mmap.mmap, at: int, end: int) -> int:
        """Chunks of WAV and AIFF; a length that was never filled in is ignored."""
        head = content[at : at + 12]
        if len(head) < 8:
            return at + len(head)
        if head[:4] in (b"RIFF", b"FORM", b"RIFX"):
            return at + 12
        if head[:4] == b"RF64" or not all(0x20 <= letter < 0x7F for letter in head[:4]):
            return end
        size = int.from_bytes(head[4:8], "little" if order == "<" else "big")
        unknown = size == 0 or size > 0x7FFFFF00
        if unknown and head[:4] in (b"data", b"SSND"):
            return end
        return min(at + 8 + size + size % 2, end + (at + 8 + size > end))

    return step


def flv_tag(content: mmap.mmap, at: int, end: int) -> int:
    """Tags of FLV: each is followed by its length."""
    head = content[at : at + 13]
    if head[:4] == b"FLV\x01":
        return at + 13
    if len(head) < 11:
        return end + 1
    size = 11 + int.from_bytes(head[1:4], "big")
    if head[0] & 0xDF not in (8, 9, 18) or any(head[8:11]):
        return 0
    behind = at + size + 4
    if behind <= end and int.from_bytes(content[at + size : behind], "big") not in (size, 0):
        return 0
    return behind


def packets(content: bytes | mmap.mmap, at: int, end: int) -> tuple[int, int]:
    """Size of a transport stream's packets, and where the first begins; of none, behind the end."""
    for size in (188, 192, 204):
        for first in range(at, min(at + size, end)):
            if all(content[p] == 0x47 for p in range(first, min(end, first + 6 * size), size)):
                return size, first
    return 188, end


def _transport(content: mmap.mmap, at: int, end: int) -> Wear:
    size, first = packets(content, at, end)
    marks = content[first:end:size]
    return Wear((end - first) % size not in (0, 188), marks.count(b"G") < len(marks))


def mpeg_frame(content: mmap.mmap, at: int, end: int) -> int:
    """Frames of MP3, tags before and among them."""
    head = content[at : at + 10]
    if head[:3] == b"ID3" and len(head) == 10:
        return at + tag_end(head)
    if head[:3] == b"TAG" or content[at : at + 8] == b"APETAGEX":
        return end
    if len(head) < 4:
        return at + len(head)
    header = frame(head)
    if header is None or header[0] != "mp3":
        return 0
    return at + header[1] if header[1] else end


def _mp3(content: mmap.mmap, at: int, end: int) -> Wear:
    first = mpeg_frame(content, at, end)
    if first <= at:  # what precedes the first frame tells nothing
        return Wear()
    frames = counted = 0

    def step(content: mmap.mmap, at: int, end: int) -> int:
        nonlocal frames, counted
        behind = mpeg_frame(content, at, end)
        if behind > at and content[at : at + 3] != b"ID3":
            frames, counted = frames + 1, counted + counted_frames(content[at : at + 64])
        return behind

    wear = _walk(content, at, end, step)
    short = counted - frames > max(LEAST_FRAMES, counted // 50)  # of all that were joined
    return Wear(wear.cut or (short and not wear.hole), wear.hole)


def adts_frame(content: mmap.mmap, at: int, end: int) -> int:
    """Frames of AAC in ADTS."""
    head = content[at : at + 10]
    if head[:3] == b"ID3" and len(head) == 10:
        return at + tag_end(head)
    if len(head) < 7:
        return end + 1
    return at + adts_length(head)


_NARROW = (12, 13, 15, 17, 19, 20, 26, 31, 5)
_WIDE = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5)


def _amr(content: mmap.mmap, at: int, end: int) -> Wear:
    wide = content[at : at + 9] == b"#!AMR-WB\n"
    if not wide and content[at : at + 6] != b"#!AMR\n":
        return Wear()
    return _walk(content, at + (9 if wide else 6), end, amr_frames(wide=wide))


def amr_frames(*, wide: bool) -> Step:
    """What finds the next frame of AMR."""
    sizes = _WIDE if wide else _NARROW

    def step(content: mmap.mmap, at: int, end: int) -> int:
        kind = content[at]
        if kind & 0x83:
            return 0
        number = kind >> 3 & 0x0F
        return at + 1 + (sizes[number] if number < len(sizes) else 0)

    return step


def _sized(where: int, width: int, order: str, *, more: int = 0) -> Walk:
    """A format that says in one place how long it is, or what it holds."""

    def walk(content: mmap.mmap, at: int, end: int) -> Wear:
        size = int.from_bytes(
            content[at + where : at + where + width], "little" if order == "<" else "big"
        )
        known = 0 < size < (1 << 8 * width - 1) - 1
        return Wear(cut=known and at + size + more > end + 8)

    return walk


def _au(content: mmap.mmap, at: int, end: int) -> Wear:
    begins = int.from_bytes(content[at + 4 : at + 8], "big")
    return _sized(8, 4, ">", more=begins)(content, at, end)


def caf_chunk(content: mmap.mmap, at: int, end: int) -> int:
    """Chunks of CAF; the last may not say its length."""
    head = content[at : at + 12]
    if head[:4] == b"caff":
        return at + 8
    if len(head) < 12:
        return at + len(head)
    size = int.from_bytes(head[4:12], "big", signed=True)
    return end if size < 0 else at + 12 + size


def _by(step: Step) -> Walk:
    return lambda content, at, end: _walk(content, at, end, step)


_WALKS: dict[str, Walk] = {
    "aac": _by(adts_frame),
    "aiff": _by(_riff(">")),
    "amr": _amr,
    "au": _au,
    "avi": _by(_avi),
    "caf": _by(caf_chunk),
    "flv": _by(flv_tag),
    MATROSKA: _by(element),
    "mp3": _mp3,
    "mpegts": _transport,
    "ogg": _ogg,
    "w64": _sized(16, 8, "<"),
    "wav": _by(_riff("<")),
}
