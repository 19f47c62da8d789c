"""61 hand-made features of a stretch of voice, for classic models.

Each is what librosa 0.11 gives with its own defaults at 16 kHz, to 1e-3 of its unit or value
(proved by a test), from one short-time spectrum that all share.
"""

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from source.voice.features import HOP as FRAME
from source.voice.features import RATE, cosines, hann, mel_filters
from source.voice.windows import cuts, seconds

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

VERSION = 1
"""Preprocessing version on a card."""

FFT = 2048
"""Samples of one frame (128 ms, Hann window)."""

HOP = 512
"""Samples from one frame to the next (32 ms)."""

BANDS = 128
"""Mel bands under the cepstrum."""

COEFFICIENTS = 40
"""Mel cepstral coefficients."""

RANGE = 80.0
"""Decibels below the loudest band at which a band is cut off."""

ROLL_OFF = 0.85
"""Share of the spectral energy below the roll-off."""

MEMORY = 250
"""Frames over which the tempo is looked for (8 s)."""

USUAL = 120.0
"""Tempo that is thought most likely beforehand, in beats a minute; one octave is one sd."""

FASTEST = 320.0
"""Fastest tempo that is answered, in beats a minute."""

NAMES: tuple[str, ...] = (
    *(f"mfcc_{i}" for i in range(COEFFICIENTS)),
    *(f"chroma_{n}" for n in ("c", "cs", "d", "ds", "e", "f", "fs", "g", "gs", "a", "as", "b")),
    "centroid",
    "bandwidth",
    "roll_off",
    "flatness",
    "zero_crossings",
    "rms",
    "tempo",
    "centroid_sd",
    "rms_sd",
)
"""The features in order: means over time, then two spreads. Centroid, bandwidth and roll-off
are in Hz, tempo in beats a minute."""


def classic_61(samples: Floats) -> tuple[Floats, list[tuple[float, float]]]:
    """The features of each window of an utterance.

    Parameters
    ----------
    samples : float32 [n]
        Mono sound at 16 kHz, -1 to 1.

    Returns
    -------
    batch : float32 [windows, 61]
    spans : list of (start, end)
        Seconds from the utterance's start; the same as of the networks' windows.
    """
    parts = cuts(1 + len(samples) // FRAME)
    rows = [features(samples[start * FRAME : end * FRAME]) for start, end in parts]
    return np.stack(rows), seconds(parts)


def features(samples: Floats) -> Floats:
    """The features of one stretch of sound, float32 [61] in the order of `NAMES`.

    Empty input counts as one silent sample.
    """
    samples = np.asarray(samples if len(samples) else np.zeros(1), dtype=np.float32)
    frames = _frames(samples, "constant")
    power = _power(frames)
    size = np.sqrt(power)
    bands = _decibels(power @ mel_filters(FFT, BANDS))
    cepstrum = bands.mean(axis=0) @ cosines(BANDS, COEFFICIENTS)
    centroid, bandwidth, roll_off = _shape(size)
    rms = np.sqrt(np.mean(frames**2, axis=1))
    values = [
        *cepstrum,
        *_largest_one(power @ _chroma_filters()).mean(axis=0),
        centroid.mean(),
        bandwidth.mean(),
        roll_off.mean(),
        _flatness(power).mean(),
        _zero_crossings(samples),
        rms.mean(),
        _tempo(bands),
        centroid.std(),
        rms.std(),
    ]
    return np.asarray(values, dtype=np.float32)


def _frames(samples: Floats, beyond: Literal["constant", "reflect"]) -> Floats:
    """Frames ``[n, FFT]`` centred on every `HOP`-th sample; `beyond` its ends as numpy.pad has."""
    padded = np.pad(samples, FFT // 2, mode=beyond)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP])


def _power(frames: Floats) -> Floats:
    from scipy.fft import rfft

    spectrum = rfft(frames * hann(FFT), axis=1)
    return np.asarray(spectrum.real**2 + spectrum.imag**2, dtype=np.float32)


def _decibels(power: Floats) -> Floats:
    levels = 10.0 * np.log10(np.maximum(power, 1e-10))
    return np.asarray(np.maximum(levels, levels.max() - RANGE))


def _shape(size: Floats) -> tuple[Doubles, Doubles, Doubles]:
    """Centre, width and roll-off of each magnitude spectrum ``[frames, 1 + FFT // 2]``, in Hz."""
    hertz = np.linspace(0.0, RATE / 2.0, 1 + FFT // 2)
    sums = size.sum(axis=1, dtype=np.float64)
    audible = sums >= np.finfo(np.float32).tiny
    share = size / np.where(audible, sums, 1.0)[:, None]
    centre = share @ hertz
    # The spread about the centre from the second moment; both are far from cancelling in Hz.
    square = share @ hertz**2 - 2.0 * centre * centre + centre**2 * share.sum(axis=1)
    grown = np.cumsum(size, axis=1)
    beyond = grown >= np.float32(ROLL_OFF) * grown[:, -1:]
    return centre, np.sqrt(np.maximum(square, 0.0)), hertz[beyond.argmax(axis=1)]


def _flatness(power: Floats) -> Floats:
    """Geometric over arithmetic mean of each power spectrum, 0 to 1."""
    floored = np.maximum(power, 1e-10)
    return np.asarray(np.exp(np.log(floored).mean(axis=1)) / floored.mean(axis=1))


def _zero_crossings(samples: Floats) -> float:
    """Mean over frames of the share of samples at which the sign changes."""
    below = np.pad(samples, FFT // 2, mode="edge") < -1e-10
    changes = np.concatenate([[0], np.cumsum(below[1:] != below[:-1])])
    starts = np.arange(0, len(below) - FFT + 1, HOP)
    return float(np.mean((changes[starts + FFT - 1] - changes[starts]) / FFT))


def _tempo(bands: Floats) -> float:
    """Tempo of the rises in mel bands ``[frames, BANDS]``, in beats a minute.

    Autocorrelation of the onset strength in windows of `MEMORY` frames, averaged, weighed by
    what tempo is usual. Grosche, Müller & Kurth (2010), ICASSP.
    """
    from scipy.fft import irfft, next_fast_len, rfft

    rises = np.maximum(0.0, np.diff(bands, axis=0)).mean(axis=1)
    lag = 1 + FFT // (2 * HOP)  # librosa moves onsets to the frame's begin
    onsets = np.pad(rises, (lag, 0))[: len(bands)]
    half = MEMORY // 2
    padded = np.pad(onsets, half, mode="linear_ramp", end_values=0)
    frames = np.lib.stride_tricks.sliding_window_view(padded, MEMORY)[: len(onsets)]
    length = next_fast_len(2 * MEMORY - 1, real=True)
    spectrum = rfft(frames * hann(MEMORY).astype(np.float64), n=length, axis=1)
    repeats = irfft(spectrum.real**2 + spectrum.imag**2, n=length, axis=1)[:, :MEMORY]
    likely = np.log1p(1e6 * _largest_one(repeats).mean(axis=0)) + _usual()
    return float(_tempi()[likely.argmax()])


def _largest_one(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    """Rows divided by their largest magnitude; rows of nothing stay."""
    largest = np.abs(rows).max(axis=1, keepdims=True)
    return rows / np.where(largest < np.finfo(np.float32).tiny, 1.0, largest)


@cache
def _tempi() -> Doubles:
    """The tempo of each lag in frames, in beats a minute."""
    lags = np.arange(MEMORY, dtype=np.float64)
    lags[0] = 1.0
    tempi = 60.0 * RATE / (HOP * lags)
    tempi[0] = np.inf
    return tempi


@cache
def _usual() -> Doubles:
    """Logarithm of how usual each lag's tempo is."""
    usual = -0.5 * (np.log2(_tempi()) - np.log2(USUAL)) ** 2
    usual[_tempi() >= FASTEST] = -np.inf
    return np.asarray(usual)


@cache
def _chroma_filters() -> Floats:
    """How much each frequency belongs to each of 12 pitch classes, ``[1 + FFT // 2, 12]``.

    Ellis (2007), "Chroma feature analysis and synthesis"; tuned to 440 Hz.
    """
    hertz = np.linspace(0.0, RATE, FFT, endpoint=False)[1:]
    pitch = 12.0 * np.log2(hertz / (440.0 / 16.0))
    pitch = np.concatenate([[pitch[0] - 18.0], pitch])
    width = np.append(np.maximum(np.diff(pitch), 1.0), 1.0)
    away = (pitch[:, None] - np.arange(12) + 6.0 + 120.0) % 12.0 - 6.0
    weights = np.exp(-0.5 * (2.0 * away / width[:, None]) ** 2)
    weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))
    weights *= np.exp(-0.5 * ((pitch / 12.0 - 5.0) / 2.0) ** 2)[:, None]
    weights = np.roll(weights, -3, axis=1)
    return np.ascontiguousarray(weights[: 1 + FFT // 2], dtype=np.float32)
