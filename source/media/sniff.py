"""What a file is, from its first bytes.

Only formats named here are ever opened, each by its own reader. Playlists, lists of files
and drawings (HLS, ffconcat, SVG and the like), which can name other files, are
recognised by name and refused.
"""

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from source.media import boxes
from source.media.mpeg import dolby, mpeg_audio, tag_end


@dataclass(frozen=True)
class Format:
    """A recognised format.

    Attributes
    ----------
    kind : str
        "image" for what Pillow reads, "stream" for what FFmpeg reads.
    name : str
        Pillow's or FFmpeg's name of the format.
    sequence : bool
        A film in a file that by its brand could be a picture (HEIC).
    """

    kind: str
    name: str
    sequence: bool = field(default=False, repr=False)


HEAD = 8192
"""Bytes of the beginning that `sniff` wants."""

MOST_TAGS = 8
"""Maximum number of consecutive tags that are skipped."""

MOV = "mov,mp4,m4a,3gp,3g2,mj2"
MATROSKA = "matroska,webm"

_STREAMS = (
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"#!AMR-MC", "amr"),
    (b"#!AMR", "amr"),
    (b"\x1aE\xdf\xa3", MATROSKA),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpegvideo"),
    (b"FLV\x01", "flv"),
    (b"caff", "caf"),
    (b"wvpk", "wv"),
    (b".snd", "au"),
    (b"riff\x2e\x91\xcf\x11", "w64"),
    (b"NIST_1A\n", "nistsphere"),
    (b"YUV4MPEG2 ", "yuv4mpegpipe"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02", "mxf"),
    (b"\xb7\xd8\x00\x20\x37\x49\xda\x11\xa6\x4e\x00\x07\xe9\x5e\xad\x8d", "wtv"),
    (b"nut/multimedia container\x00", "nut"),
    (b"DKIF\x00\x00\x20\x00", "ivf"),
    (b"Creative Voice File\x1a", "voc"),
    (b".RMF\x00\x00\x00", "rm"),
    (b".ra\xfd\x00", "rm"),
    (b"\x7f\xfe\x80\x01", "dts"),
    (b"\xfe\x7f\x01\x80", "dts"),
    (b"TTA1", "tta"),
    (b"MAC \x96\x0f", "ape"),
    (b"MAC \x8c\x0f", "ape"),
    (b"MPCKSH", "mpc8"),
    (b"MP+\x07", "mpc"),
    (b"MP+\x17", "mpc"),
    (b"tBaK", "tak"),
    (b"qoaf", "qoa"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)

_IMAGES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
)

_PPM = re.compile(rb"P[1-6](?:\s|#[^\n]*\n)+\d+(?:\s|#[^\n]*\n)+\d+\s")

_OTHERS = (
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"{\\rtf", "a rich text document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"SQLite format 3", "a database"),
    (b"MThd", "a MIDI file, which has notes but no audio"),
    (b"8BPS", "a Photoshop file"),
    (b"#EXTM3U", "a playlist that points to other files (HLS)"),
    (b"ffconcat", "a list of other files (ffconcat)"),
    (b"[playlist]", "a playlist that points to other files"),
    (b"#!", "a script"),
)

_BRANDS = {
    b"avif": "AVIF",
    b"avis": "AVIF",
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"heim": "HEIC",
    b"heis": "HEIC",
    b"hevc": "HEIC",
    b"hevx": "HEIC",
    b"mif1": "HEIC",
    b"msf1": "HEIC",
}

_MOST_BOXES = 200

_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp", b"moof")


def sniff(head: bytes) -> Format | None:
    """The format of a file that begins with `head`, or None if it is not supported.

    Examples
    --------
    >>> sniff(b"fLaC" + bytes(40))
    Format(kind='stream', name='flac')
    >>> sniff(b"#EXTM3U") is None
    True
    """
    for magic, name in _STREAMS:
        if head.startswith(magic):
            return Format("stream", name)
    for magic, name in _IMAGES:
        if head.startswith(magic):
            return Format("image", name)
    if head[:4] in (b"RIFF", b"RF64", b"BW64", b"RIFX"):
        riff = {b"WAVE": ("stream", "wav"), b"AVI ": ("stream", "avi"), b"WEBP": ("image", "WEBP")}
        return Format(*riff[head[8:12]]) if head[8:12] in riff else None
    if head[:4] == b"FORM":
        forms = {b"AIFF": "aiff", b"AIFC": "aiff", b"8SVX": "iff", b"16SV": "iff"}
        return Format("stream", forms[head[8:12]]) if head[8:12] in forms else None
    if head[4:8] in _BOXES:
        return _boxes(head)
    if head[:2] == b"BM" and head[14:18] in _BMP_HEADERS:
        return Format("image", "BMP")
    if _PPM.match(head[:1024]):
        return Format("image", "PPM")
    if head[:1] == b"G" and head[188:189] == b"G" and head[376:377] in (b"G", b""):
        return Format("stream", "mpegts")
    if head[4:5] == b"G" and head[196:197] == b"G" and head[388:389] == b"G":
        return Format("stream", "mpegts")
    if head[:3] == b"\x1f\x07\x00" and head[80:83:2] == b"\x3f\x00" and head[160:161] == b"\x3f":
        return Format("stream", "dv")
    format_name = dolby(head) or mpeg_audio(head)
    if format_name is None and any(
        all(head[at + place] == 0x47 for place in range(0, 8 * size, size))
        for size in (188, 192)
        for at in range(min(size, max(0, len(head) - 7 * size)))
    ):
        format_name = "mpegts"  # cut out of a longer one, so that it begins within a packet
    return None if format_name is None else Format("stream", format_name)


def sniff_file(file: BinaryIO) -> Format | None:
    """The format of an open file; skips tags (ID3), which may contain a large picture."""
    file.seek(begins(file))
    result = sniff(file.read(HEAD))
    if result is None:
        file.seek(0)
        result = sniff(file.read(HEAD))
    if result is not None and result.name == "HEIC":
        file.seek(8)
        if _is_film(file, file.read(4)):
            return Format("stream", MOV, sequence=True)
    return result


def begins(file: BinaryIO) -> int:
    """Where the recording begins: after the tags (ID3) that programs put before it."""
    at = 0
    for _ in range(MOST_TAGS):
        file.seek(at)
        head = file.read(10)
        if head[:3] != b"ID3" or len(head) < 10:
            break
        at += tag_end(head)
    return at


def _is_film(file: BinaryIO, brand: bytes) -> bool:
    """Whether a file of HEIC's brands holds a track of pictures rather than a picture.

    A sequence may have a picture beside it, to show in its place; then the brand decides.
    """
    size = file.seek(0, 2)
    kinds = {kind for kind, _, _ in islice(boxes.places(file, 0, size), _MOST_BOXES)}
    return b"moov" in kinds and (b"meta" not in kinds or brand in (b"hevc", b"hevx", b"msf1"))


_BMP_HEADERS = tuple(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))


def _boxes(head: bytes) -> Format | None:
    """MP4 and its relatives, among them the pictures of phones, by brand."""
    if head[4:8] != b"ftyp":
        return Format("stream", MOV)
    size = min(int.from_bytes(head[:4], "big"), len(head))
    major, others = head[8:12], [head[i : i + 4] for i in range(16, size, 4)]
    if major in _BRANDS:
        # "mif1" is only the frame; what is inside stands among the compatible brands
        inner = [_BRANDS[b] for b in others if b in _BRANDS and b not in (b"mif1", b"msf1")]
        first = _BRANDS[major]
        return Format("image", inner[0] if major in (b"mif1", b"msf1") and inner else first)
    return Format("stream", MOV)


_TYPES = {
    "AVIF": "image/avif",
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "HEIC": "image/heic",
    "JPEG": "image/jpeg",
    "JPEG2000": "image/jp2",
    "PNG": "image/png",
    "PPM": "image/x-portable-anymap",
    "TIFF": "image/tiff",
    "WEBP": "image/webp",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "gif": "image/gif",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
}


def media_type(format_name: str, *, kind: str) -> str:
    """Media type of a recording (RFC 6838), as browsers call it; "" where they know none.

    Parameters
    ----------
    format_name : str
        As `sniff` calls it.
    kind : str
        "audio", "image" or "video": what was found in it.

    Examples
    --------
    >>> media_type("ogg", kind="video")
    'video/ogg'
    """
    if format_name == MOV:  # browsers play most of QuickTime, if it is called by the name they know
        return "audio/mp4" if kind == "audio" else "video/mp4"
    if format_name == MATROSKA:
        return "audio/webm" if kind == "audio" else "video/webm"
    if format_name == "ogg":
        return "video/ogg" if kind == "video" else "audio/ogg"
    return _TYPES.get(format_name, "")


def looks_like(head: bytes) -> str:
    """What a file that begins with `head` seems to be, in words; "" if unknown.

    Examples
    --------
    >>> looks_like(b"<!DOCTYPE html><p>hello")
    'a web page (HTML)'
    """
    head = head.removeprefix(b"\xef\xbb\xbf")  # a mark that says: UTF-8
    for magic, what in _OTHERS:
        if head.startswith(magic):
            return what
    text = head.lstrip()[:2048].lower()
    if text.startswith((b"<!doctype html", b"<html")) or b"<html" in text[:512]:
        return "a web page (HTML)"
    if text.startswith((b"<svg", b"<?xml", b"<!doctype", b"<!--")):
        return "a drawing (SVG)" if b"<svg" in text or b"doctype svg" in text else "XML"
    if not head.strip(b"\x00"):
        return "nothing but zero bytes"
    if text.startswith((b"{", b"[{")) and b'"' in text:
        return "JSON"
    return "plain text" if _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) and len(head) > 3:
        return b"\x00" in head[2:4]
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # a letter may be cut off at the end of the head
            return False
        text = head[: error.start].decode("utf-8")
    return all(c.isprintable() or c in "\r\n\t\f" for c in text)
