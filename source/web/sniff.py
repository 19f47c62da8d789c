"""Which files a browser can be given to play, by their first bytes and never by their name."""

from pathlib import Path

_ISO = {
    b"qt  ": "video/mp4",  # browsers play most of QuickTime, if it is called by the name they know
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}


def playable(path: Path) -> str | None:
    """Media type of a file that browsers can show or play; None for any other.

    Only sound, pictures and video are ever named: nothing here can be a page or a script.
    """
    with path.open("rb") as file:
        head = file.read(64)
    if head[4:8] == b"ftyp":
        return None if head[8:12] in (b"heic", b"heix", b"mif1") else _ISO.get(
            head[8:12], "image/avif" if head[8:12] == b"avif" else "video/mp4"
        )
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(head[8:12])
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm"
    for start, kind in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"ID3", "audio/mpeg"),
        (b"BM", "image/bmp"),
    ):
        if head.startswith(start):
            return kind
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "audio/aac" if head[1] & 0x06 == 0 else "audio/mpeg"
    return None
