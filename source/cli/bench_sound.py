"""The part of `make bench` that listens to ten minutes of sound."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from source.settings import Settings

RATE = 44100
KINDS = ((".wav", "pcm_s16le"), (".mp3", "libmp3lame"))

Measure = Callable[..., float]
"""`bench._row`: name, work and runs to the median in seconds."""


def ten_minutes(
    file: Path, voices: Sequence[str], measure: Measure, decode: Callable[[Path], None]
) -> None:
    """Time voices on a clip that is repeated for ten minutes, beside its decoding."""
    settings = Settings.load()
    with tempfile.TemporaryDirectory() as folder:
        for suffix, codec in KINDS:
            path = Path(folder) / f"long{suffix}"
            _repeat(file, path, codec, seconds=600.0)
            name = suffix[1:].upper()
            decoding = measure(f"{name}: only decoding", lambda p=path: decode(p), 3)
            for voice in voices:
                _listen(path, f"{name}: {voice}", settings, voice, measure, decoding)


def _listen(
    path: Path, title: str, settings: Settings, voice: str, measure: Measure, decoding: float
) -> None:
    """Time one voice, decoding included."""
    from source.analysis import analyse, probe_files

    options = settings.options(analysis="audio", voice_model=voice)
    spent: list[float] = []

    def listen() -> None:
        began = time.process_time()
        analyse(probe_files([path], settings=settings), options, settings=settings)
        spent.append(time.process_time() - began)

    measure(f"{title}, decoding included", listen, 3, beside=decoding)
    title = f"{title}, processor time"
    print(f"  {title:44} {sorted(spent)[len(spent) // 2] * 1e3:8.1f} ms", flush=True)


def _repeat(file: Path, path: Path, codec: str, *, seconds: float) -> None:
    """Write the sound of `file` again and again: 44.1 kHz, two channels."""
    import av

    out: Any
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=RATE)
        stream.layout = "stereo"
        written = 0
        while written < seconds * RATE:
            resampler = av.AudioResampler(stream.format, "stereo", RATE, stream.frame_size or 4096)
            with av.open(str(file)) as source:
                for frame in [*source.decode(audio=0), None]:
                    for piece in resampler.resample(frame):
                        piece.pts, written = written, written + piece.samples
                        out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
