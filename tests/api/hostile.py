"""Files that are made to harm whoever opens them."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import soundfile

from tests.media import making, stills


def box(kind: bytes, content: bytes) -> bytes:
    """A box of MP4."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def nested_boxes(depth: int = 5000) -> bytes:
    """Boxes within boxes."""
    inner = b""
    for _ in range(depth):
        inner = box(b"moov", inner)
    return box(b"ftyp", b"isom\0\0\0\0isom") + inner


def nested_elements(depth: int = 3000) -> bytes:
    """Matroska within Matroska."""
    inner = b""
    for _ in range(depth):
        inner = b"\x18\x53\x80\x67\x01" + len(inner).to_bytes(7, "big") + inner
    return b"\x1aE\xdf\xa3\x8b\x42\x82\x88matroska" + inner


def chained_tags(count: int = 20_000) -> bytes:
    """Tags that each promise one more."""
    return (b"ID3\x03\0\0\0\0\0\x0a" + bytes(10)) * count


def text_bomb(size: int = 100_000_000) -> bytes:
    """A picture whose comment unpacks to much more than it is."""
    proper = stills.saved(stills.face(64), "PNG")
    place = proper.index(b"IDAT") - 4
    packed = zlib.compress(bytes(size), 9)
    return proper[:place] + _chunk(b"zTXt", b"a\0\0" + packed) + proper[place:]


def pixel_flood(side: int = 60_000) -> bytes:
    """A kilobyte that says it is a picture of gigapixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def silence(seconds: int, *, claimed: int | None = None) -> bytes:
    """Silence, which packs well; its header says it has `claimed` seconds, 0 for not saying."""
    out = io.BytesIO()
    soundfile.write(out, np.zeros(8000 * seconds, np.int16), 8000, format="FLAC")
    made = bytearray(out.getvalue())
    if claimed is not None:
        fields = int.from_bytes(made[18:26], "big") >> 36 << 36
        made[18:26] = (fields | 8000 * claimed).to_bytes(8, "big")
    return bytes(made)


def reference(folder: Path, to: str) -> bytes:
    """A film without content of its own, whose index says that it is in another file."""
    whole = making.clip(folder / "own.mov", 0.5).read_bytes()
    index = whole[whole.index(b"moov") - 4 :]
    named = box(b"url ", b"\0\0\0\0" + to.encode() + b"\0")
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + _referring(index, named)


def _referring(boxes: bytes, named: bytes) -> bytes:
    """The same boxes, with other places of the data."""
    made, at = b"", 0
    while at + 8 <= len(boxes):
        size, kind = struct.unpack(">I4s", boxes[at : at + 8])
        content = boxes[at + 8 : at + size]
        if kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
            content = _referring(content, named)
        elif kind == b"dref":
            content = struct.pack(">II", 0, 1) + named
        made += box(kind, content)
        at += size
    return made


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
