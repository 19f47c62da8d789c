"""Media made in the test: a tone, and a square whose place tells the time."""

import wave
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.media.making import HEIGHT, WIDTH, scene, tone

Video = Callable[..., Path]


@pytest.fixture
def video(tmp_path: Path) -> Video:
    """Make a video of the scene: ``video("clip.mp4", times, sound=True)``."""

    def make(
        name: str = "clip.mp4",
        times: Iterable[float] = tuple(i / 25 for i in range(75)),
        *,
        with_sound: bool = True,
        sound_from: float = 0.0,
        rotation: int = 0,
        codec: str = "libx264",
        reorder: bool = True,
        options: dict[str, str] | None = None,
        draw: Callable[[float], np.ndarray] = scene,
    ) -> Path:
        path, times = tmp_path / name, list(times)
        with av.open(str(path), "w", options=options or {}) as out:
            stream: Any = out.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            base = Fraction(1, 25 if codec.startswith("mpeg") else 1000)
            stream.time_base = stream.codec_context.time_base = base
            if not reorder:
                stream.codec_context.max_b_frames = 0
            if rotation:
                stream.set_display_rotation(rotation)
            track: Any = out.add_stream("aac", rate=44100, layout="mono") if with_sound else None
            for time in times:
                frame = av.VideoFrame.from_ndarray(draw(time), format="rgb24")
                frame.pts, frame.time_base = round(time / base), base
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
            if track is not None:
                samples = tone(times[-1] - sound_from, 44100).astype(np.float32)
                for at in range(0, len(samples), 1024):
                    piece = av.AudioFrame.from_ndarray(
                        samples[None, at : at + 1024], format="fltp", layout="mono"
                    )
                    piece.rate, piece.time_base = 44100, Fraction(1, 44100)
                    piece.pts = at + round(sound_from * 44100)
                    out.mux(track.encode(piece))
                out.mux(track.encode(None))
        return path

    return make


@pytest.fixture
def wav(tmp_path: Path) -> Callable[..., Path]:
    """Make a wav of 16 bits: ``wav(samples, rate=44100)`` with samples [n] or [n, channels]."""

    def make(samples: np.ndarray, *, rate: int = 44100, name: str = "sound.wav") -> Path:
        path = tmp_path / name
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
            out.setsampwidth(2)
            out.setframerate(rate)
            out.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
        return path

    return make
