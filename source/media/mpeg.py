"""Bare MPEG and Dolby audio without magic bytes: recognised by valid frame headers."""

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
    found = frame(head)
    if found is not None:
        return found[0]
    at = head.find(b"\xff")
    while 0 <= at < 2048:
        if _chain(head, at):
            return "mp3"
        at = head.find(b"\xff", at + 1)
    return None


def counted_seconds(head: bytes) -> float:
    """The length that the first frame of an MP3 tells by its number of frames (Xing, VBRI).

    Parameters
    ----------
    head : bytes
        From the first frame on.

    Returns
    -------
    float
        Seconds; 0 where it does not tell.
    """
    if frame(head) is None:
        return 0.0
    version, rate = head[1] >> 3 & 3, head[2] >> 2 & 3
    samples = 1152 if version == 3 else 576
    for mark, place in ((b"Xing", 8), (b"Info", 8), (b"VBRI", 14)):
        at = head.find(mark, 0, 200)
        if at < 0 or (mark != b"VBRI" and not head[at + 7] & 1):
            continue
        frames = int.from_bytes(head[at + place : at + place + 4], "big")
        return frames * samples / _RATES[version][rate] if version in _RATES else 0.0
    return 0.0


def dolby(head: bytes) -> str | None:
    """Whether `head` begins "ac3" or "eac3": a frame, and another where that one ends."""
    if len(head) < 8 or head[:2] != b"\x0b\x77":
        return None
    rate, size, version = head[4] >> 6, head[4] & 0x3F, head[5] >> 3
    if version > 10:
        length = 2 * ((int.from_bytes(head[2:4], "big") & 0x7FF) + 1)
        found = "eac3" if version <= 16 else None
    elif rate < 3 and size < 38:
        kilobits = _DOLBY_BITS[size // 2]
        words = (2 * kilobits, kilobits * 320 // 147 + size % 2, 3 * kilobits)[rate]
        length, found = 2 * words, "ac3"
    else:
        return None
    return found if head[length : length + 2] in (b"\x0b\x77", b"\x0b", b"") else None


def tag_end(head: bytes) -> int:
    """Where the ID3 tag at the beginning ends: its size has seven bits in each byte."""
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _chain(head: bytes, at: int) -> bool:
    """Whether three frames of MP3 follow each other from `at` on; chance does not do that."""
    for _ in range(3):
        found = frame(head[at : at + 4])
        if found is None or found[0] != "mp3" or not found[1]:
            return False
        at += found[1]
    return True


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
