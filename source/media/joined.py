"""Finds where each of several recordings in one file begins, without decoding.

Of formats with a header, FFmpeg reads the first and passes over the rest, or reads on with the
first one's header. Here each is found by its own header and read by itself. Formats without one
(transport streams, MP3, AAC in ADTS) are read through by FFmpeg.
"""

import mmap
import re
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO

from source.media import boxes
from source.media.cut import segment_end
from source.media.ending import ending, follows
from source.media.intact import MOST_PIECES
from source.media.mpeg import adts_length
from source.media.sniff import HEAD, MATROSKA, MOV, begins

MOST = 1000
"""Recordings in one file beyond which the rest is not looked at."""

OWN = ("mp3", "aac", "ac3", "eac3", "tta", "dts")
"""Formats that tags belong to: their readers expect them."""

_HEADS = {
    "flac": rb"fLaC[\x00\x80]\x00\x00\x22",
    "flv": rb"FLV\x01[\x00-\x05]\x00\x00\x00\x09\x00\x00\x00\x00",
    "ogg": rb"OggS\x00[\x02\x06]",
    MATROSKA: rb"\x1aE\xdf\xa3.{1,60}?\x42\x82.(?:webm|matroska)",
    "asf": rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c",
    "amr": rb"#!AMR(?:-WB)?\n",
    "caf": rb"caff\x00\x01\x00\x00desc",
    "w64": rb"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb",
    "au": rb"\.snd\x00\x00.{2}.{4}\x00\x00\x00[\x01-\x1b]\x00.{3}\x00\x00\x00.",
    "wav": rb"(?:RIFF|RF64|BW64|RIFX).{4}WAVE(?:fmt |JUNK|junk|bext|ds64|LIST|fact)",
    "avi": rb"RIFF.{4}AVI LIST",
    "ivf": rb"DKIF\x00\x00\x20\x00",
    "mxf": rb"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02[\x01-\x04]\x00",
    "nistsphere": rb"NIST_1A\n   1024\n",
    "nut": rb"nut/multimedia container\x00",
    "rm": rb"\.RMF\x00\x00\x00[\x10-\x20]",
    "tta": rb"TTA1\x01\x00",
    "voc": rb"Creative Voice File\x1a",
    "wtv": rb"\xb7\xd8\x00\x20\x37\x49\xda\x11\xa6\x4e\x00\x07\xe9\x5e\xad\x8d",
    "yuv4mpegpipe": rb"YUV4MPEG2 [WH]\d",
    "aiff": rb"FORM.{4}AIF[FC](?:COMM|FVER|SSND|COMT|NAME)",
}

_BEGINS = {
    MATROSKA: rb"\x1aE\xdf\xa3",
    "wav": rb"RIFF|RF64|BW64|RIFX",
    "avi": rb"RIFF",
    "aiff": rb"FORM",
}
"""The beginning of headers that take longer to look at, which anybody may repeat."""

MOST_BEGUN = 100_000
"""Beginnings of headers in one file beyond which the rest is not looked at."""

_SYNC = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")


def spans(path: Path, format_name: str) -> tuple[list[tuple[int, int]], int]:
    """First byte of every recording in a file, and the byte after its last.

    Returns
    -------
    list of tuple
        At least one; without gaps, up to what is left over.
    int
        Bytes behind them that hold a recording of another format. Where there are none, and
        the last recording ends before the file, nothing is lost that is worth a word.
    """
    size = path.stat().st_size
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        first = 0 if format_name in OWN else begins(file)
        starts, end = [first], size
        if format_name == MOV:
            starts, end = _films(file, size, first)
        elif format_name == "aac":
            starts = _changes(content)
        elif format_name in _HEADS:
            starts, end = _found(content, format_name, size)
        starts = [first, *[at for at in starts if at > first]][:MOST]
        if end == size:
            end = ending(content, format_name, starts[-1], size)
        more = starts[-1] < end < size and follows(content, end, format_name)
    left = size - end if more else 0
    last = end if more or format_name in ("mp3", "amr") else size
    return list(pairwise([*starts, last])), left


def _found(content: mmap.mmap, format_name: str, size: int) -> tuple[list[int], int]:
    """Where recordings begin, and where the last says that it ends (or the file's end)."""
    heads = _heads(content, format_name)
    if format_name == "ogg":
        return _chains(content, heads), size
    if format_name == MATROSKA:
        return _segments(content, heads, size)
    end = size
    if format_name in ("wav", "avi") and heads and content[heads[-1] : heads[-1] + 4] == b"RIFF":
        stated = int.from_bytes(content[heads[-1] + 4 : heads[-1] + 8], "little")
        end = min(size, heads[-1] + 8 + stated + stated % 2) if 36 < stated < 2**32 - 1 else size
    return heads, end


def _heads(content: mmap.mmap, format_name: str) -> list[int]:
    """Where a format's header stands. Beginnings of one are looked at up to a number."""
    whole = re.compile(_HEADS[format_name], re.DOTALL)
    begun = re.finditer(_BEGINS.get(format_name, _HEADS[format_name]), content, re.DOTALL)
    places = (match.start() for match in islice(begun, MOST_BEGUN))
    return list(islice((at for at in places if whole.match(content, at)), MOST))


def _changes(content: mmap.mmap) -> list[int]:
    """Where the frames of AAC in ADTS go on at another rate or with other channels.

    FFmpeg reads all of them by the first one's. A frame that is the only one of its kind was
    damaged.
    """
    starts: list[int] = []
    at, kind = 0, None
    for _ in range(MOST_PIECES):
        head = content[at : at + 7]
        length = adts_length(head)
        if not length:
            sync = _SYNC.search(content, at + 1)
            if sync is None:
                break
            at = sync.start()
            continue
        now = _kind(head)
        if now != kind:
            behind = content[at + length : at + length + 7]
            alone = not adts_length(behind) or _kind(behind) != now
            if alone and at + length != len(content):
                at += 1 if kind is None else length
                continue
            starts += [at] if kind is not None else []
            kind = now
        at += length
    return starts


def _kind(head: bytes) -> tuple[int, int]:
    """Rate and channels of a frame of ADTS."""
    return head[2] >> 2 & 15, (head[2] & 1) << 2 | head[3] >> 6


def _chains(content: mmap.mmap, first: list[int]) -> list[int]:
    """Of Ogg pages that begin a stream, those that begin a group of streams."""
    starts, behind = [], -1
    for at in first:
        if at != behind:
            starts.append(at)
        head = content[at : at + 27 + 255]
        segments = head[26] if len(head) > 26 else 0
        behind = at + 27 + segments + sum(head[27 : 27 + segments])
    return starts


def _segments(content: mmap.mmap, heads: list[int], size: int) -> tuple[list[int], int]:
    """Of Matroska headers, those that do not lie in a segment (as a file that is attached)."""
    starts: list[int] = []
    end = 0
    for at in heads:
        if at >= end:
            starts.append(at)
            stated = segment_end(content[at : at + HEAD])
            end = at + stated if stated else 0
    return starts, end if 0 < end <= size else size


def _films(file: BinaryIO, size: int, first: int) -> tuple[list[int], int]:
    """Where another MP4 begins: at a second header after an index."""
    starts, at, indexed = [first], first, False
    for kind, end in boxes.top(file, first, size):
        if kind == b"ftyp" and indexed:
            starts.append(at)
            indexed = False
        indexed = indexed or kind in (b"moov", b"moof")
        at = end
    return starts, min(at, size)
