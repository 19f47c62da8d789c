"""Films of given pictures, with sound under them or none."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

RATE = 16_000
CODECS = {
    ".mp4": ("libx264", "aac"),
    ".mov": ("libx264", "aac"),
    ".mkv": ("libx264", "libopus"),
    ".webm": ("libvpx", "libopus"),
    ".avi": ("mpeg4", "libmp3lame"),
}
"""Codecs of the pictures and of the sound, by what a file's name ends in."""

FAST = {
    "libx264": {"preset": "ultrafast"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
}
"""What makes an encoder quick rather than thorough."""


def film(
    path: Path,
    pictures: Iterable[np.ndarray],
    *,
    fps: int = 8,
    times: Sequence[float] | None = None,
    sound: np.ndarray | None = None,
    sound_at: float = 0.0,
    options: dict[str, str] | None = None,
) -> Path:
    """Encode pictures (RGB) of one size; an odd side loses its last row or column.

    They follow each other `fps` a second, or stand at `times` (seconds, to the millisecond),
    each then a key frame. `sound` is mono at `RATE` and begins at second `sound_at`; what is
    at one time lies side by side in the file.
    """
    base = Fraction(1, fps) if times is None else Fraction(1, 1000)
    shown, heard = CODECS[path.suffix]
    with av.open(str(path), "w") as out:
        stream: Any = None
        track: _Track | None = None
        packets: list[Any] = []
        for number, picture in enumerate(pictures):
            height, width = (side // 2 * 2 for side in picture.shape[:2])
            if stream is None:
                stream = out.add_stream(shown, rate=fps if times is None else 25)
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                stream.options = {**FAST.get(shown, {}), **(options or {})}
                if times is not None:
                    stream.codec_context.time_base, stream.codec_context.gop_size = base, 1
                track = None if sound is None else _Track(out, heard)
            even = np.ascontiguousarray(picture[:height, :width])
            frame = av.VideoFrame.from_ndarray(even, format="rgb24")
            frame.pts = number if times is None else round(1000 * times[number])
            frame.time_base = base
            packets += stream.encode(frame)
        packets += stream.encode(None)
        if track is not None and sound is not None:
            packets += track.encode(sound, sound_at)
        packets = [p for p in packets if p.size]
        packets.sort(key=lambda p: (p.pts if p.dts is None else p.dts) * p.time_base)
        for packet in packets:
            out.mux(packet)
    return path


class _Track:
    """The sound of a film."""

    def __init__(self, out: Any, codec: str) -> None:
        rate = 48_000 if codec == "libopus" else RATE
        self._stream = out.add_stream(codec, rate=rate, layout="mono")
        context = self._stream.codec_context
        self._resampler = av.AudioResampler(context.format, "mono", rate)

    def encode(self, samples: np.ndarray, start: float) -> list[Any]:
        block = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples[None], np.float32), "fltp", "mono"
        )
        block.sample_rate, block.pts = RATE, round(start * RATE)
        block.time_base = Fraction(1, RATE)
        packets: list[Any] = []
        for resampled in self._resampler.resample(block):
            packets += self._stream.encode(resampled)
        return packets + list(self._stream.encode(None))


def every(start: float, end: float, *, fps: float = 8.0) -> list[float]:
    """Times of pictures in ``[start, end)``."""
    return [round(start + i / fps, 3) for i in range(round((end - start) * fps))]
