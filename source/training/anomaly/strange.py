"""What is not normal: noise, tones, music, damaged sound, and pictures that show no face well.

Sounds and pictures are put to the networks as if the detectors of speech and faces had let them
through; in a recording most of them would not be read at all.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training.anomaly import cartoons
from source.training.run import Run
from source.training.voice import hardships
from source.voice.features import RATE

Floats = NDArray[np.float32]
Rng = np.random.Generator

SECONDS = 3
EACH = 8
"""Sounds of each kind that is made."""


def sounds(run: Run) -> Iterator[tuple[str, Floats]]:
    """Kind and samples, 16 kHz, of what is not speech at all."""
    rng = np.random.default_rng(run.seed)
    count = 2 if run.tiny else EACH
    for number in range(count):
        noise = hardships.white if number % 2 else hardships.pink
        yield "noise", _level(noise(SECONDS * RATE, rng))
        yield "tones", _level(_tone(rng))
    music = [hardships.chords(), *_music(run)]
    for number in range(count):
        whole = music[number % len(music)]
        start = int(rng.integers(0, max(1, len(whole) - SECONDS * RATE)))
        yield "music", _level(whole[start : start + SECONDS * RATE])


def _tone(rng: Rng) -> Floats:
    time = np.arange(SECONDS * RATE) / RATE
    low, rise = rng.uniform(100, 1500), rng.uniform(0, 300)
    wave = np.sin(2 * np.pi * (low + rise * time) * time)
    return np.asarray(np.sign(wave) if rng.random() < 0.3 else wave, np.float32)


def _level(samples: Floats) -> Floats:
    return np.asarray(0.1 * samples / hardships.rms(samples), np.float32)


def _music(run: Run) -> list[Floats]:
    from source.training.voice.prepare import whole

    folder = run.data / "media" / "audio"
    return [whole(folder / name) for name in hardships.MUSIC if (folder / name).is_file()]


def _clipped(samples: Floats, rng: Rng) -> Floats:
    peak = float(np.quantile(np.abs(samples), 0.6)) + 1e-6
    return np.clip(samples, -peak, peak)


def _gaps(samples: Floats, rng: Rng) -> Floats:
    kept = samples.copy()
    for start in range(0, len(kept), int(0.12 * RATE)):
        kept[start : start + int(0.06 * RATE)] = 0.0
    return kept


def _drowned(samples: Floats, rng: Rng) -> Floats:
    noise = rng.standard_normal(len(samples), dtype=np.float32)
    return np.asarray(samples + 1.5 * hardships.rms(samples) * noise, np.float32)


def _fast(samples: Floats, rng: Rng) -> Floats:
    places = np.arange(0.0, len(samples) - 1, 1.8)
    return np.asarray(np.interp(places, np.arange(len(samples)), samples), np.float32)


def _ring(samples: Floats, rng: Rng) -> Floats:
    wave = np.sign(np.sin(2 * np.pi * 90 * np.arange(len(samples)) / RATE))
    return (samples * wave).astype(np.float32)


def _coarse(samples: Floats, rng: Rng) -> Floats:
    peak = float(np.abs(samples).max()) + 1e-9
    return (np.round(samples * 6 / peak) * peak / 6).astype(np.float32)


def _backwards(samples: Floats, rng: Rng) -> Floats:
    return samples[::-1].copy()


DAMAGE: dict[str, Callable[[Floats, Rng], Floats]] = {
    "clipped": _clipped,
    "with gaps": _gaps,
    "drowned in noise": _drowned,
    "1.8 times as fast": _fast,
    "robot": _ring,
    "13 levels": _coarse,
    "backwards": _backwards,
}
"""What is done to the speech of people held out."""


def _noise(crop: NDArray[Any], rng: Rng) -> NDArray[Any]:
    return rng.integers(0, 256, crop.shape)


def _scrambled(crop: NDArray[Any], rng: Rng) -> NDArray[Any]:
    blocks = crop.reshape(4, 12, 4, 12).swapaxes(1, 2).reshape(16, 12, 12)[rng.permutation(16)]
    return blocks.reshape(4, 4, 12, 12).swapaxes(1, 2).reshape(48, 48)


def _negative(crop: NDArray[Any], rng: Rng) -> NDArray[Any]:
    return 255 - crop


def _upside_down(crop: NDArray[Any], rng: Rng) -> NDArray[Any]:
    return crop[::-1, ::-1]


def _grainy(crop: NDArray[Any], rng: Rng) -> NDArray[Any]:
    return np.clip(crop + rng.normal(0.0, 60.0, crop.shape), 0, 255)


def _gone(crop: NDArray[Any], rng: Rng) -> NDArray[Any]:
    import cv2

    return np.asarray(cv2.GaussianBlur(np.asarray(crop, np.uint8), (0, 0), 4.0))


def _stripes(crop: NDArray[Any], rng: Rng) -> NDArray[Any]:
    rows, columns = np.mgrid[:48, :48]
    wave = np.sin(rng.uniform(0.1, 0.8) * rows + rng.uniform(0.1, 0.8) * columns)
    return np.asarray(127.5 + 127.5 * wave)


CARTOONS = {"drawn face": cartoons.drawn, "drawn from a photograph": cartoons.of_photograph}
"""Kinds of cartoons; there are none among our data, so that code draws them."""

PICTURES: dict[str, Callable[[NDArray[Any], Rng], NDArray[Any]]] = {
    "noise": _noise,
    "stripes": _stripes,
    "parts out of place": _scrambled,
    "negative": _negative,
    "upside down": _upside_down,
    "grain": _grainy,
    "blurred away": _gone,
    **CARTOONS,
}
"""What is made of a face that is held out, or put in its place."""
