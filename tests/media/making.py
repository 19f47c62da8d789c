"""What media made in a test show, and how to read it back."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from source.media import Recording, pictures, probe, sound

WIDTH, HEIGHT = 160, 96

CODECS = {
    ".3gp": ("libx264", "aac"),
    ".aac": (None, "aac"),
    ".ac3": (None, "ac3"),
    ".aiff": (None, "pcm_s16be"),
    ".amr": (None, "libopencore_amrnb"),
    ".au": (None, "pcm_s16be"),
    ".avi": ("mpeg4", "libmp3lame"),
    ".caf": (None, "pcm_s16le"),
    ".flac": (None, "flac"),
    ".flv": ("libx264", "aac"),
    ".m2ts": ("libx264", "ac3"),
    ".m4a": (None, "aac"),
    ".mka": (None, "libopus"),
    ".mkv": ("libx264", "aac"),
    ".mov": ("libx264", "aac"),
    ".mp3": (None, "libmp3lame"),
    ".mp4": ("libx264", "aac"),
    ".mpg": ("mpeg1video", "mp2"),
    ".mxf": ("mpeg2video", "pcm_s16le"),
    ".ogg": (None, "libopus"),
    ".opus": (None, "libopus"),
    ".ts": ("libx264", "aac"),
    ".vob": ("mpeg2video", "ac3"),
    ".w64": (None, "pcm_s16le"),
    ".wav": (None, "pcm_s16le"),
    ".webm": ("libvpx", "libopus"),
    ".wma": (None, "wmav2"),
    ".wmv": ("wmv2", "wmav2"),
}
"""What `clip` writes into a file of that name: codecs of pictures and of sound."""


def clip(
    path: Path,
    seconds: float = 2.0,
    *,
    pictures_from: float | None = 0.0,
    sound_from: float | None = 0.0,
    first: float = 0.0,
    pitch: float = 440.0,
    fps: int = 25,
    rate: int = 48000,
    layout: str = "",
    options: dict[str, str] | None = None,
) -> Path:
    """A scene from second `first` on beside a tone, each with stamps from a second on.

    None for a stream that is left out; the sound has `rate` hertz. Lies beside each other in
    the file what is at one time.
    """
    shown, heard = CODECS[path.suffix]
    kind = {".3gp": "3gp", ".vob": "vob"}.get(path.suffix)
    packets: list[Any] = []
    with av.open(str(path), "w", format=kind, options=options or {}) as out:
        film: Any = None
        if shown and pictures_from is not None:
            film = out.add_stream(shown, rate=fps)
            film.width, film.height, film.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            if shown == "libvpx":
                film.options = {"deadline": "realtime", "cpu-used": "8"}
            film.codec_context.time_base, film.codec_context.gop_size = Fraction(1, fps), 12
        rate = 8000 if path.suffix == ".amr" else rate
        track: Any = None
        if heard and sound_from is not None:
            layout = layout or ("stereo" if path.suffix in (".vob", ".wma", ".wmv") else "mono")
            track = out.add_stream(heard, rate=rate, layout=layout, bit_rate=96000)
        if film is not None:
            for number in range(round(seconds * fps)):
                frame = av.VideoFrame.from_ndarray(scene(number / fps + first), format="rgb24")
                frame.time_base = Fraction(1, fps)
                frame.pts = number + round((pictures_from or 0.0) * fps)
                packets += film.encode(frame)
            packets += film.encode(None)
        if track is not None:
            samples = np.tile(tone(seconds, rate, pitch=pitch).astype(np.float32), (2, 1))
            pieces = resampled(samples[: track.codec_context.layout.nb_channels], track, rate)
            for piece in pieces:
                piece.pts += round((sound_from or 0.0) * rate)
                packets += track.encode(piece)
            packets += track.encode(None)
        mux(out, packets)
    return path


def mux(out: Any, packets: list[Any]) -> None:
    """Write the packets of all streams in the order of their times."""
    packets = [packet for packet in packets if packet.size]
    packets.sort(key=lambda p: (p.pts if p.dts is None else p.dts) * p.time_base)
    for packet in packets:
        out.mux(packet)


def resampled(samples: np.ndarray, track: Any, rate: int) -> list[Any]:
    """Samples [channels, n] as frames that the encoder of a track takes, from stamp 0 on."""
    context = track.codec_context
    layout = context.layout.name
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples, np.float32), format="fltp", layout=layout
    )
    frame.rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    resampler = av.AudioResampler(
        format=context.format, layout=layout, rate=rate, frame_size=context.frame_size
    )
    pieces = resampler.resample(frame) + resampler.resample(None)
    for piece in pieces:
        piece.time_base = Fraction(1, rate)
    return pieces


def looked(recording: Recording) -> list[tuple[float, float]]:
    """Of every picture its time, and the one that its scene shows."""
    found = [(p.time, shown(p.image)) for p in pictures(recording, fps=1000)]
    assert all(0 <= time <= recording.seconds + 1e-6 for time, _ in found)
    return found


def pitch(samples: np.ndarray, rate: int = 16000) -> float:
    """The loudest frequency, in hertz."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(power)) * rate / len(samples)


def tone(seconds: float, rate: int, *, pitch: float = 440.0) -> np.ndarray:
    """A sine of half the full scale."""
    return 0.5 * np.sin(2 * math.pi * pitch * np.arange(round(seconds * rate)) / rate)


def scene(time: float) -> np.ndarray:
    """A grey picture with a white square 20 pixels further right each second, red above."""
    pixels = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    pixels[:16] = (200, 30, 30)
    left = round(20 * time)
    pixels[40:72, left : left + 32] = 255
    return pixels


def shown(image: np.ndarray) -> float:
    """The time a scene was made for, read from its square."""
    bright = np.flatnonzero(image[56, :, 1] > 160)
    return float(bright.min()) / 20 if bright.size else -1.0


def heard(recording: Recording | Path, **options: Any) -> np.ndarray:
    """All samples of a recording, after a check that its blocks follow each other."""
    if isinstance(recording, Path):
        recording = probe(recording)
    rate = options.get("rate", 16000)
    blocks, at = [np.zeros(0, np.float32)], 0
    for block in sound(recording, **options):
        assert block.start == pytest.approx(at / rate)
        assert block.samples.dtype == np.float32 and block.samples.ndim == 1
        assert 0 < len(block.samples) <= 10 * rate
        at += len(block.samples)
        blocks.append(block.samples)
    samples = np.concatenate(blocks)
    assert recording.seconds is None or len(samples) <= recording.seconds * rate + 1
    assert np.isfinite(samples).all() and np.abs(samples).max(initial=0.0) <= 1.0
    return samples
