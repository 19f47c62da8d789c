"""Where a recording ends in its file, by its own structure, and whether another one follows."""

import mmap
from collections.abc import Callable

from source.media import intact, program
from source.media.cut import asf_size
from source.media.mpeg import chained, counted_frames, dolby_frame, tag_end
from source.media.sniff import HEAD, MATROSKA, sniff

SHORT = 32
"""Last pieces that may belong to what follows: of AMR and CAF many bytes begin one."""

MOST_SEARCHED = 1_000_000
"""Bytes after a complete MP3 that are searched for more of it."""

_CHAINED = ("mp3", "aac", "ac3", "eac3")
"""Formats whose first bytes prove nothing; a row of frames does."""


def ending(content: mmap.mmap, format_name: str, at: int, end: int) -> int:
    """Where the recording ends that begins at a place, and at `end` at the latest.

    That is where its pieces stop, or its header says, if another recording follows there; of an
    MP3 also where all frames that it counts are there, of AMR where a tag begins. Else it is
    `end`.
    """
    if format_name == "mp3":
        return _mp3(content, at, end)
    if format_name in _STATED:
        places = [at + _STATED[format_name](content[at : at + HEAD])]
    elif format_name == "mpegts":
        places = [_transport(content, at, end)]
    elif format_name == "amr":
        wide = content[at : at + 9] == b"#!AMR-WB\n"
        places = _last(content, at + (9 if wide else 6), end, intact.amr_frames(wide=wide))
        if content[places[-1] : places[-1] + 3] == b"ID3":
            return places[-1]
    elif format_name == "caf":
        places = _last(content, at, end, intact.caf_chunk)
    elif format_name in _STEPS:
        places = _last(content, at, end, _STEPS[format_name])
        while len(places) > 1 and content[places[-2] : places[-2] + 3] == b"ID3":
            places.pop()  # the tag belongs to what follows
        places = places[-1:]
    else:
        return end
    return next((p for p in places if at < p < end and follows(content, p, format_name)), end)


def _last(content: mmap.mmap, at: int, end: int, step: intact.Step) -> list[int]:
    """Where the last pieces begin, and where other data follows them."""
    last = [at]
    for _ in range(intact.MOST_PIECES):
        behind = step(content, at, end) if at < end else 0
        if behind <= at or behind > end:
            break
        at = behind
        last = [*last[1 - SHORT :], at]
    return last


def follows(content: mmap.mmap, at: int, format_name: str) -> bool:
    """Whether a recording of another format than that certainly begins at a place."""
    other = sniff(content[at : at + HEAD])
    if other is None or other.kind != "stream" or other.name == format_name:
        return False
    if other.name in _CHAINED:
        while content[at : at + 3] == b"ID3":
            at += tag_end(content[at : at + 10])
        return chained(content, at) not in (None, format_name)
    return other.name != "mpegts" or b"G" in (content[at : at + 1], content[at + 4 : at + 5])


def _mp3(content: mmap.mmap, at: int, end: int) -> int:
    """Where the frames of an MP3 end, if all that it counts are there, or another follows."""
    frames = counted = 0
    for _ in range(intact.MOST_PIECES):
        if at >= end:
            return end
        counted += counted_frames(content[at : at + 64])
        behind = intact.mpeg_frame(content, at, end)
        if behind <= at:
            break
        if behind > end:
            return end
        frames += content[at : at + 3] != b"ID3"
        at = behind
    whole = 0 < counted <= frames and not _goes_on(content, at, min(end, at + MOST_SEARCHED))
    return at if whole or follows(content, at, "mp3") else end


def _goes_on(content: mmap.mmap, at: int, end: int) -> bool:
    """Whether frames of an MP3 are found somewhere."""
    at = content.find(b"\xff", at, end)
    while at >= 0:
        if chained(content, at) == "mp3":
            return True
        at = content.find(b"\xff", at + 1, end)
    return False


def _dolby(content: mmap.mmap, at: int, end: int) -> int:
    header = dolby_frame(content[at : at + 8])
    return at + header[1] if header is not None else 0


def _program(content: mmap.mmap, at: int, end: int) -> int:
    piece = program.piece(content, at)
    return piece.end if piece is not None else 0


def _transport(content: mmap.mmap, at: int, end: int) -> int:
    """All packets in a row."""
    size, first = intact.packets(content, at, end)
    marks = content[first:end:size]
    return min(end, first + size * (len(marks) - len(marks.lstrip(b"G"))))


def _au_size(head: bytes) -> int:
    size = int.from_bytes(head[8:12], "big")
    return int.from_bytes(head[4:8], "big") + size if size < 0xFFFFFFFF else 0


_STATED: dict[str, Callable[[bytes], int]] = {
    "aiff": lambda head: 8 + int.from_bytes(head[4:8], "big"),
    "asf": asf_size,
    "au": _au_size,
    "w64": lambda head: int.from_bytes(head[16:24], "little"),
}
"""Formats whose header says how many bytes there are."""

_STEPS: dict[str, intact.Step] = {
    "aac": intact.adts_frame,
    "ac3": _dolby,
    "eac3": _dolby,
    "flv": intact.flv_tag,
    MATROSKA: intact.element,
    "mpeg": _program,
    "ogg": intact.ogg_page,
}
"""Formats that consist of pieces, and what finds the next."""
