"""Still pictures as phones and tools write them: HEIC made by hand, HDR, chosen damage."""

import io
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from tests.conftest import ROOT

TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def face(side: int = 320) -> np.ndarray:
    """The mean face of many people that ships as a sample, uint8 [side, side, 3]."""
    with Image.open(ROOT / "input_files" / "sample.jpg") as sample:
        picture = sample.convert("RGB")
    return np.asarray(picture.resize((side, round(side * picture.height / picture.width)))).copy()


def saved(pixels: np.ndarray, form: str, **options: Any) -> bytes:
    """Pixels as a file of Pillow's format `form`."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


def heic(
    pixels: np.ndarray,
    *,
    brand: bytes = b"heic",
    turns: int = 0,
    mirror: int | None = None,
    transfer: int = 0,
    quality: int = 12,
) -> bytes:
    """A HEIC file of one item; uint16 pixels are written with 10 bits."""
    config, sample = _hevc(pixels, transfer, quality)
    height, width = pixels.shape[:2]
    primaries = 9 if transfer else 1
    colr = b"nclx" + struct.pack(">HHHB", primaries, transfer or 1, primaries, 0)
    properties = [
        config,
        _box(b"ispe", struct.pack(">III", 0, width, height)),
        _box(b"colr", colr),
    ]
    if turns:
        properties.append(_box(b"irot", bytes([turns])))
    if mirror is not None:
        properties.append(_box(b"imir", bytes([mirror])))
    wanted = bytes(range(1, len(properties) + 1))
    ipma = struct.pack(">IIHB", 0, 1, 1, len(wanted)) + wanted

    def meta(place: int) -> bytes:
        return _box(
            b"meta",
            bytes(4)
            + _box(b"hdlr", bytes(8) + b"pict" + bytes(13))
            + _box(b"pitm", struct.pack(">IH", 0, 1))
            + _box(b"iloc", struct.pack(">IHHHHHII", 0, 0x4400, 1, 1, 0, 1, place, len(sample)))
            + _box(
                b"iinf",
                struct.pack(">IH", 0, 1)
                + _box(b"infe", struct.pack(">IHH4sB", 2 << 24, 1, 0, b"hvc1", 0)),
            )
            + _box(b"iprp", _box(b"ipco", b"".join(properties)) + _box(b"ipma", ipma)),
        )

    head = _box(b"ftyp", brand + bytes(4) + b"mif1" + b"heic")
    place = len(head) + len(meta(0)) + 8
    return head + meta(place) + _box(b"mdat", sample)


def hdr(pixels: np.ndarray, transfer: int) -> np.ndarray:
    """Ordinary uint8 RGB as HDR, uint16 R'G'B' over the full range: white becomes 203 cd/m²."""
    value = pixels / 255.0
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    light = np.clip(light @ TO_2020.T, 0, None)
    if transfer == 16:
        y = (light * 203 / 10_000) ** 0.1593017578125
        coded = ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375
    else:
        light = light * 0.203
        luminance = np.maximum(light @ [0.2627, 0.678, 0.0593], 1e-9)[..., None]
        light = light * luminance ** (1 / 1.2 - 1)
        bright = 0.17883277 * np.log(np.maximum(12 * light - 0.28466892, 1e-9)) + 0.55991073
        coded = np.where(light <= 1 / 12, np.sqrt(3 * light), bright)
    return np.round(np.clip(coded, 0, 1) * 65535).astype(np.uint16)


def film(
    place: Path,
    pixels: np.ndarray,
    *,
    codec: str = "libx265",
    pix_fmt: str = "yuv420p10le",
    transfer: int = 1,
    primaries: int = 1,
    space: int = 1,
    full: bool = False,
    frames: int = 3,
    options: dict[str, str] | None = None,
) -> Path:
    """A film of one picture (uint8 or uint16), tagged as told."""
    from av.video.reformatter import ColorRange, Colorspace

    spaces = {1: Colorspace.ITU709, 9: Colorspace.BT2020}
    with av.open(str(place), "w") as out:
        stream: Any = out.add_stream(codec, rate=25, options=options or _quiet(codec))
        stream.height, stream.width = pixels.shape[:2]
        stream.pix_fmt = pix_fmt
        context = stream.codec_context
        context.color_trc, context.color_primaries, context.colorspace = transfer, primaries, space
        context.color_range = 2 if full else 1
        kind = "rgb48le" if pixels.dtype == np.uint16 else "rgb24"
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(pixels, format=kind)
            if space in spaces:
                frame = frame.reformat(
                    format=pix_fmt,
                    dst_colorspace=spaces[space],
                    dst_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
                )
            else:
                frame = frame.reformat(format=pix_fmt)
            frame.color_trc, frame.color_primaries = transfer, primaries
            frame.color_range = 2 if full else 1
            if space in spaces:
                frame.colorspace = spaces[space]
            frame.pts, frame.time_base = index, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return place


def with_hole(data: bytes, *, at: float = 0.5, size: int = 600) -> bytes:
    """The same file with zeros in its middle."""
    start = round(len(data) * at)
    return data[:start] + bytes(size) + data[start + size :]


def _quiet(codec: str) -> dict[str, str]:
    return {
        "libx265": {"x265-params": "log-level=none:crf=8"},
        "libx264": {"crf": "4"},
        "libsvtav1": {"crf": "10", "preset": "12", "svtav1-params": "enable-stat-report=0"},
        "libvpx-vp9": {
            "crf": "8",
            "b": "0",
            "deadline": "realtime",
            "cpu-used": "8",
            "profile": "2",
        },
    }.get(codec, {})


def _hevc(pixels: np.ndarray, transfer: int, quality: int) -> tuple[bytes, bytes]:
    """The box of the decoder's configuration, and the coded picture."""
    from av.video.reformatter import ColorRange, Colorspace

    deep = pixels.dtype == np.uint16
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        params = {"x265-params": f"log-level=none:keyint=1:crf={quality}", "tag": "hvc1"}
        stream: Any = file.add_stream("libx265", rate=25, options=params)
        stream.height, stream.width = pixels.shape[:2]
        stream.pix_fmt = "yuv420p10le" if deep else "yuv420p"
        space = Colorspace.BT2020 if transfer else Colorspace.ITU709
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb48le" if deep else "rgb24").reformat(
            format=stream.pix_fmt, dst_colorspace=space, dst_color_range=ColorRange.MPEG
        )
        context = stream.codec_context
        context.colorspace, context.color_range = (9 if transfer else 1), 1
        frame.colorspace, frame.color_range = space, ColorRange.MPEG
        file.mux(stream.encode(frame))
        packets = stream.encode(None)
        sample = b"".join(bytes(packet) for packet in packets)
        file.mux(packets)
    content = out.getvalue()
    at = content.find(b"hvcC") - 4
    config = content[at : at + int.from_bytes(content[at : at + 4], "big")]
    at = content.find(b"mdat") - 4
    sample = content[at + 8 : at + int.from_bytes(content[at : at + 4], "big")]
    return config, sample


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content
