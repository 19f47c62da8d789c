"""Whether each kind of recording can be read: a tiny one of each is made and read back.

They are read as a worker reads them: in a process of its own, within DECODER_MB.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from source.doctor.finding import INSTALL, Finding, doubtful, well, wrong
from source.settings import Settings

RATE, SECONDS, PITCH = 16_000, 0.5, 440.0
"""Of the tone that is written: hertz, seconds, hertz."""

WIDTH, HEIGHT, LIGHT = 128, 96, 180
"""Of the picture that is written: its sides, and the light of its upper half; the lower is dark."""

SOUNDS = {
    "WAV": (".wav", "pcm_s16le"),
    "FLAC": (".flac", "flac"),
    "MP3": (".mp3", "libmp3lame"),
    "AAC": (".m4a", "aac"),
    "Opus": (".ogg", "libopus"),
    "WMA": (".wma", "wmav2"),
}
"""Families of sound: ending and encoder."""

FILMS = {
    "H.264": (".mp4", "libx264"),
    "H.265": (".mp4", "libx265"),
    "VP9": (".webm", "libvpx-vp9"),
    "AV1": (".mkv", "libsvtav1"),
    "MPEG-4": (".avi", "mpeg4"),
    "MPEG-2": (".mpg", "mpeg2video"),
}
"""Families of films: ending and encoder."""

PICTURES = {
    "JPEG": "JPEG",
    "PNG": "PNG",
    "GIF": "GIF",
    "WebP": "WEBP",
    "AVIF": "AVIF",
    "TIFF": "TIFF",
    "BMP": "BMP",
}
"""Families of pictures: Pillow's name of the format."""

Make = Callable[[Path], None]
Read = Callable[[Path, Settings], bool]


def sounds(settings: Settings) -> Iterator[Finding]:
    """Whether a tone of each family sounds as it was written."""
    made: dict[str, tuple[str, Make]] = {
        name: (suffix, partial(_write_sound, codec=codec))
        for name, (suffix, codec) in SOUNDS.items()
    }
    yield from _families("sound", made, _heard, settings)


def pictures(settings: Settings) -> Iterator[Finding]:
    """Whether a picture of each family looks as it was written."""
    made: dict[str, tuple[str, Make]] = {
        name: (f".{name.lower()}", partial(_write_picture, kind=kind))
        for name, kind in PICTURES.items()
    }
    yield from _families("pictures", made, _seen, settings)


def films(settings: Settings) -> Iterator[Finding]:
    """Whether a film of each family looks as it was written."""
    made: dict[str, tuple[str, Make]] = {
        name: (suffix, partial(_write_film, codec=codec)) for name, (suffix, codec) in FILMS.items()
    }
    yield from _families("films", made, _watched, settings)


def _families(
    what: str, made: dict[str, tuple[str, Make]], read: Read, settings: Settings
) -> Iterator[Finding]:
    from source.media import apart

    good: list[str] = []
    unmade: list[str] = []
    bad: list[str] = []
    apart.use(memory=int(settings.number("DECODER_MB")))  # as the worker decodes
    with tempfile.TemporaryDirectory(prefix="aver-doctor-") as folder, ExitStack() as end:
        end.callback(apart.stop)
        for number, (name, (suffix, make)) in enumerate(made.items()):
            path = Path(folder) / f"{number}{suffix}"
            try:
                make(path)
            except Exception:  # whatever an encoder raises: this FFmpeg or Pillow lacks it
                unmade.append(name)
                continue
            try:
                (good if read(path, settings) else bad).append(name)
            except Exception as error:
                bad.append(f"{name} ({error})")
    if bad:
        cure = f"The packages av, soundfile or pillow are damaged. {INSTALL}"
        yield wrong(what, f"cannot be read: {', '.join(bad)}", cure)
    if unmade:
        cure = f"The encoders are not those of the pinned packages. {INSTALL}"
        yield doubtful(what, f"could not be made, so not tried: {', '.join(unmade)}", cure)
    if good:
        yield well(what, ", ".join(good))


# --- writing -------------------------------------------------------------------------------------


def _tone() -> np.ndarray:
    at = np.arange(round(RATE * SECONDS)) / RATE
    return np.asarray(0.5 * np.sin(2 * np.pi * PITCH * at), np.float32)


def _scene() -> np.ndarray:
    image = np.full((HEIGHT, WIDTH, 3), 20, np.uint8)
    image[: HEIGHT // 2] = LIGHT
    return image


def _write_sound(path: Path, codec: str) -> None:
    import av

    with av.open(str(path), "w") as out:
        rate = 48_000 if codec == "libopus" else RATE
        track: Any = out.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(
            np.round(_tone() * 32_767).astype(np.int16)[None], format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        track.bit_rate = 64_000
        track.codec_context.open(strict=False)
        size = track.codec_context.frame_size or len(_tone())
        resampler = av.AudioResampler(track.codec_context.format, "mono", rate, frame_size=size)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(track.encode(piece))
        out.mux(track.encode(None))


def _write_film(path: Path, codec: str) -> None:
    import av

    with av.open(str(path), "w") as out:
        track: Any = out.add_stream(codec, rate=25)
        track.width, track.height, track.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        if codec == "libx265":
            track.options = {"x265-params": "log-level=none"}
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(_scene(), format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))


def _write_picture(path: Path, kind: str) -> None:
    from PIL import Image

    Image.fromarray(_scene()).save(path, kind)


# --- reading, as an analysis does ----------------------------------------------------------------


def _heard(path: Path, settings: Settings) -> bool:
    from source.media import probe, sound

    recording = probe(path, limits=settings.limits())
    samples = np.concatenate([block.samples for block in sound(recording, rate=RATE)])
    spectrum = np.abs(np.fft.rfft(samples))
    loudest = float(np.argmax(spectrum)) * RATE / max(1, len(samples))
    return abs(loudest - PITCH) < 20 and len(samples) > 0.6 * RATE * SECONDS


def _seen(path: Path, settings: Settings) -> bool:
    from source.media import image, probe

    return _as_written(image(probe(path, limits=settings.limits())))


def _watched(path: Path, settings: Settings) -> bool:
    from source.media import pictures, probe

    recording = probe(path, limits=settings.limits())
    read = [_as_written(one.image) for one in pictures(recording, fps=4.0)]
    return bool(read) and all(read)


def _as_written(image: np.ndarray) -> bool:
    upper, lower = image[: HEIGHT // 2 - 4].mean(), image[HEIGHT // 2 + 4 :].mean()
    return image.shape == (HEIGHT, WIDTH, 3) and abs(upper - LIGHT) < 12 and lower < 40
