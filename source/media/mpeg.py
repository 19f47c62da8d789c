"""Bare MPEG and Dolby audio without magic bytes: recognised by valid frame headers."""

import mmap

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_BITS = {
    (True, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (False, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_DOLBY_BITS = (
    *(32, 40, 48, 56, 64, 80, 96, 112, 128, 160),
    *(192, 224, 256, 320, 384, 448, 512, 576, 640),
)


def mpeg_audio(head: bytes) -> str | None:
    """Whether `head` begins "mp3" or "aac"; None for neither.

    It may begin with a tag, with a few zero bytes, or with the rest of a frame that was cut.
    """
    if head[:3] == b"ID3":
        return "mp3" if len(head) >= 10 else None
    head = head.lstrip(b"\x00")
    header = frame(head)
    if header is not None:
        return header[0]
    at = head.find(b"\xff")
    while 0 <= at < 2048:
        if chained(head, at) == "mp3":
            return "mp3"
        at = head.find(b"\xff", at + 1)
    return None


def counted_seconds(head: bytes) -> float:
    """The length given by the frame count in the first frame of an MP3 (Xing, VBRI).

    Parameters
    ----------
    head : bytes
        From the first frame on.

    Returns
    -------
    float
        Seconds; 0 where it does not tell.
    """
    frames = counted_frames(head)
    if not frames:
        return 0.0
    version, rate = head[1] >> 3 & 3, head[2] >> 2 & 3
    return frames * (1152 if version == 3 else 576) / _RATES[version][rate]


def counted_frames(head: bytes) -> int:
    """How many frames the one that `head` begins says will follow (Xing, VBRI); 0 if it does not.

    Its place within the frame is fixed, so that sound that looks like it by chance is none.
    """
    if head[4:5] == head[5:6] == b"" or frame(head) is None or head[1] >> 1 & 3 != 1:
        return 0
    mono = head[3] >> 6 == 3
    aside = (17 if mono else 32) if head[1] >> 3 & 3 == 3 else (9 if mono else 17)
    for at in (4 + aside, 6 + aside):  # behind a checksum, where there is one
        if head[at : at + 7] in (b"Xing\x00\x00\x00", b"Info\x00\x00\x00") and head[at + 7] & 1:
            return int.from_bytes(head[at + 8 : at + 12], "big")
    return int.from_bytes(head[50:54], "big") if head[36:42] == b"VBRI\x00\x01" else 0


def dolby(head: bytes) -> str | None:
    """Whether `head` begins "ac3" or "eac3": a frame, and another where that one ends."""
    header = dolby_frame(head)
    if header is None:
        return None
    return header[0] if head[header[1] : header[1] + 2] in (b"\x0b\x77", b"\x0b", b"") else None


def dolby_frame(head: bytes) -> tuple[str, int] | None:
    """Format and length in bytes of the Dolby frame `head` begins."""
    if len(head) < 8 or head[:2] != b"\x0b\x77":
        return None
    rate, size, version = head[4] >> 6, head[4] & 0x3F, head[5] >> 3
    if version > 10:
        length = 2 * ((int.from_bytes(head[2:4], "big") & 0x7FF) + 1)
        return ("eac3", length) if version <= 16 else None
    if rate < 3 and size < 38:
        kilobits = _DOLBY_BITS[size // 2]
        words = (2 * kilobits, kilobits * 320 // 147 + size % 2, 3 * kilobits)[rate]
        return "ac3", 2 * words
    return None


def tag_end(head: bytes) -> int:
    """Where the ID3 tag at the beginning ends: its size has seven bits in each byte."""
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def adts_length(head: bytes) -> int:
    """Bytes of the frame of AAC in ADTS that `head` begins; 0 where it begins none."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 0x0F > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0


def chained(content: bytes | mmap.mmap, at: int) -> str | None:
    """Format of three frames that follow each other from a place on; None where there are none."""
    names = set()
    for _ in range(3):
        head = content[at : at + 8]
        header = dolby_frame(head) or frame(head)
        if header is None:
            return None
        length = adts_length(head) if header[0] == "aac" else header[1]
        if not length:
            return None
        names.add(header[0])
        at += length
    return names.pop() if len(names) == 1 else None


def frame(head: bytes) -> tuple[str, int] | None:
    """Format and length in bytes (0 where unknown) of the MPEG audio frame `head` begins.

    A frame begins with eleven set bits; forbidden values tell chance from a frame.
    """
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:  # layer 0 is AAC in ADTS
        return ("aac", 0) if head[2] >> 2 & 0x0F < 13 else None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 0 or bits == 15 or rate == 3:
        return None
    if bits == 0 or layer == 3:  # free format, or layer I
        return "mp3", 0
    kilobits = _BITS[version == 3, layer][bits - 1]
    samples = 144 if version == 3 or layer == 2 else 72
    return "mp3", samples * kilobits * 1000 // _RATES[version][rate] + padding
