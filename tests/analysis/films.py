"""Recordings made in a test from the samples: pictures at any times, sound under them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from source import media

RATE = 16_000
TICK = Fraction(1, 1000)
CODECS = {
    ".mp4": ("libx264", "aac"),
    ".mov": ("libx264", "aac"),
    ".mkv": ("libx264", "libopus"),
    ".webm": ("libvpx", "libopus"),
}
"""Codecs of the pictures and of the sound, by what a file's name ends in."""


def every(start: float, end: float, *, fps: float = 8.0) -> list[float]:
    """Times of pictures in ``[start, end)``."""
    return [round(start + i / fps, 3) for i in range(round((end - start) * fps))]


def film(
    path: Path,
    times: list[float],
    picture: np.ndarray,
    *,
    sound: np.ndarray | None = None,
    sound_at: float = 0.0,
) -> Path:
    """Write `picture` at each of `times` (seconds), with `sound` (mono at `RATE`) from `sound_at`.

    The pictures and the sound are written in the order of their times.
    """
    video, audio = CODECS[path.suffix]
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    with av.open(str(path), "w") as out:
        pictures = out.add_stream(video, rate=25)
        pictures.width, pictures.height, pictures.pix_fmt = width, height, "yuv420p"
        pictures.codec_context.time_base = TICK
        pictures.codec_context.gop_size = 1  # every picture stands for itself
        steps = [(time, "picture") for time in times]
        if sound is not None:
            rate = 48_000 if audio == "libopus" else RATE
            stream = out.add_stream(audio, rate=rate, layout="mono")
            resampler = av.AudioResampler(stream.codec_context.format, "mono", rate)
            size = RATE // 10
            steps += [(sound_at + at / RATE, "sound") for at in range(0, len(sound) - size, size)]
        for time, what in sorted(steps):
            if what == "picture":
                frame = av.VideoFrame.from_ndarray(picture[:height, :width], format="rgb24")
                frame.pts, frame.time_base = round(time * 1000), TICK
                out.mux(pictures.encode(frame))
                continue
            at = round((time - sound_at) * RATE)
            block = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[None, at : at + size], np.float32), "fltp", "mono"
            )
            block.sample_rate, block.pts = RATE, round(sound_at * RATE) + at
            block.time_base = Fraction(1, RATE)
            for resampled in resampler.resample(block):
                out.mux(stream.encode(resampled))
        out.mux(pictures.encode(None))
        if sound is not None:
            out.mux(stream.encode(None))
    return path


def spoken(path: Path) -> np.ndarray:
    """The sound of a recording, float32 at `RATE`."""
    blocks = media.sound(media.probe(path), rate=RATE)
    return np.concatenate([block.samples for block in blocks])
