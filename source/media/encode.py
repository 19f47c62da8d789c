"""Which encoders this machine's FFmpeg has, and a container that holds what they write.

H.264 in MP4 plays everywhere. The wheels of PyAV bring libx264; where an FFmpeg without any
H.264 encoder stands in its place (distributions build such ones), it is VP9 in WebM.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Target:
    """One way to write a film.

    Attributes
    ----------
    video, audio : str
        Encoders.
    format, suffix : str
        FFmpeg's name of the container, and the ending of its files.
    options : tuple
        Of the video encoder.
    copies : tuple of str
        Codecs of sound that may be copied as they are.
    """

    video: str
    audio: str
    format: str
    suffix: str
    options: tuple[tuple[str, str], ...] = ()
    copies: tuple[str, ...] = ()


_MP4 = ("aac", "mp4", ".mp4")
TARGETS = (
    Target("libx264", *_MP4, (("preset", "veryfast"), ("crf", "20")), ("aac", "mp3")),
    Target("libopenh264", *_MP4, (("allow_skip_frames", "0"),), ("aac", "mp3")),
    Target("h264_videotoolbox", *_MP4, (("q", "60"),), ("aac", "mp3")),
    Target(
        "libvpx-vp9",
        "libopus",
        "webm",
        ".webm",
        (("deadline", "realtime"), ("cpu-used", "6"), ("crf", "31"), ("b", "0"), ("row-mt", "1")),
        ("opus",),
    ),
)
"""Ways to write a film, the best first."""


class NoEncoderError(RuntimeError):
    """This FFmpeg can write no film that a browser plays."""


def target(ways: Sequence[Target] = TARGETS) -> Target:
    """The first way this FFmpeg can go.

    Raises
    ------
    NoEncoderError
        If there is none.
    """
    for way in ways:
        if encodes(way.video) and encodes(way.audio):
            return way
    raise NoEncoderError("This FFmpeg has neither an H.264 nor a VP9 encoder.")


def encodes(name: str) -> bool:
    """Whether this FFmpeg has an encoder of that name."""
    import av

    try:
        av.codec.Codec(name, "w")
    except (av.FFmpegError, ValueError):
        return False
    return True


CLOCK = 90_000
"""Ticks a second of the written pictures' times: fine enough for any camera."""


def picture_track(output: Any, way: Target, *, width: int, height: int, fps: float) -> Any:
    """Add the track of the pictures: 8 bit 4:2:0, BT.709, a key frame every two seconds."""
    from fractions import Fraction

    rate = Fraction(min(240.0, max(1.0, fps or 25.0))).limit_denominator(1001)
    stream = output.add_stream(way.video, rate=rate, options=dict(way.options))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.time_base = stream.time_base = Fraction(1, CLOCK)
    context.gop_size = max(2, round(2 * float(rate)))
    context.thread_type = "AUTO"
    context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709
    context.color_range = 1  # 16 to 235
    return stream


def encoded(image: Any, time: float, lasts: float) -> Any:
    """One picture [h, w, 3] as a frame for `picture_track`."""
    from fractions import Fraction

    import av
    from av.video.reformatter import ColorRange, Colorspace

    frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    frame.pts, frame.time_base = round(time * CLOCK), Fraction(1, CLOCK)
    frame.duration = max(1, round(lasts * CLOCK))
    return frame


def sound_track(output: Any, way: Target, *, rate: int, layout: str) -> Any:
    """Add the track of the sound, ready to encode: `rate` in hertz, `layout` mono or stereo."""
    stream = output.add_stream(way.audio, rate=rate, layout=layout)
    stream.bit_rate = 96_000 if layout == "mono" else 160_000
    stream.codec_context.format = "fltp" if way.audio == "aac" else "flt"
    stream.codec_context.open(strict=False)
    return stream


def encoded_sound(stream: Any, samples: NDArray[np.float32], at: int) -> Any:
    """Samples [channels, n] from the sample `at` on as packets of a `sound_track`."""
    from fractions import Fraction

    import av

    context = stream.codec_context
    packed = samples if context.format.is_planar else samples.T.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(packed), format=context.format.name, layout=context.layout.name
    )
    frame.sample_rate, frame.pts = context.sample_rate, at
    frame.time_base = Fraction(1, context.sample_rate)
    return stream.encode(frame)
