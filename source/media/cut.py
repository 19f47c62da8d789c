"""Whether a file was cut off: its own sizes point beyond its end. Reads a few bytes only."""

import mmap
from pathlib import Path

from source.media import boxes
from source.media.mpeg import counted_seconds
from source.media.sniff import HEAD, MATROSKA, MOV, begins

_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")


def is_cut(path: Path, format_name: str) -> bool:
    """Whether the file of that format ends before it says it does."""
    size = path.stat().st_size
    with path.open("rb") as file:
        begin = begins(file)
        if format_name == MOV:
            return any(end > size for _, end in boxes.top(file, begin, size))
        file.seek(begin)
        head = file.read(HEAD)
        size -= begin
    if format_name == MATROSKA:
        return segment_end(head) > size
    if format_name in ("avi", "wav"):
        return stated_size(head) > size + 1024
    return format_name == "asf" and asf_size(head) > size


def asf_size(head: bytes) -> int:
    """How many bytes an ASF file says that it has; 0 where it does not say."""
    at = head.find(_ASF_FILE)
    return int.from_bytes(head[at + 40 : at + 48], "little") if at >= 0 else 0


def ends_with_index(path: Path) -> bool:
    """Whether an AVI has its index, which is written last; missing data precedes it."""
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        at = content.rfind(b"idx1")
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        return at > 0 and size > 0 and at + 8 + size in (len(content), len(content) - 1)


def stated_size(head: bytes) -> int:
    """How many bytes a WAV, AVI or W64 file says that it has; 0 where it does not say."""
    if head[:4] == b"riff":
        return int.from_bytes(head[16:24], "little")
    stated = int.from_bytes(head[4:8], "little") if head[:4] == b"RIFF" else 0xFFFFFFFF
    return stated + 8 if stated < 0xFFFFFFFF else 0


def promised_seconds(path: Path) -> float:
    """How long an MP3 says that it is by its first frame; 0 where it does not say."""
    with path.open("rb") as file:
        file.seek(begins(file))
        return counted_seconds(file.read(HEAD))


def no_index(path: Path) -> bool:
    """Whether an MP4 or MOV file has neither an index (moov) nor fragments."""
    size = path.stat().st_size
    with path.open("rb") as file:
        kinds = boxes.top(file, begins(file), size)
    return not any(kind in (b"moov", b"moof") for kind, _ in kinds)


def segment_end(head: bytes) -> int:
    """Where the segment of a Matroska file says it ends; 0 where it does not say."""
    at, length = _number(head, 4)
    at += length
    if head[at : at + 4] != b"\x18\x53\x80\x67":
        return 0
    begin, length = _number(head, at + 4)
    return begin + length if length else 0


def _number(head: bytes, at: int) -> tuple[int, int]:
    """A number of EBML at `at`: where it ends, and its value (0 where it means unknown)."""
    first = head[at] if at < len(head) else 0
    if first == 0:
        return at + 1, 0
    width = 9 - first.bit_length()
    value = int.from_bytes(head[at : at + width], "big") & ((1 << 7 * width) - 1)
    return at + width, 0 if value == (1 << 7 * width) - 1 else value
