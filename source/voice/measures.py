"""Measures of how a stretch of speech sounds as sound: clipped, full of gaps, noisy, shifted.

A network of emotion is trained not to hear most of this, so that its embedding need not show it.
"""

import numpy as np
from numpy.typing import NDArray

from source.voice.features import HOP, RATE

Floats = NDArray[np.float32]

NAMES = (
    "plateau", "crest", "silent", "rolloff", "flatness", "mean flatness", "range", "centroid",
    "voicing", "pitch", "flux", "kurtosis", "steps", "crossings", "corners", "pitch spread",
    "voiced",
)  # fmt: skip
"""What `measures` gives, in this order."""

WINDOW, POINTS = 400, 512
LOUD = 25.0
"""Decibels below the loudest frame from which a frame counts as speech."""

LAGS = np.arange(32, 267)
"""Periods of a voice in samples, 60 to 500 Hz."""

VOICED = 0.5
SILENT = 1e-5
"""Mean amplitude below which sound is not made louder: the rounding of 16 bits."""

LEAST = 4
"""Voiced frames from which pitch is measured; below, it is `USUAL`."""

USUAL = np.log(200.0), 0.3
"""Logarithm of a pitch in hertz, and its deviation."""


def measures(samples: Floats) -> Floats:
    """Measures of mono sound at 16 kHz.

    Returns
    -------
    np.ndarray [shape=(len(NAMES),), dtype=float32]
        `plateau`: logarithm of the share of samples near the peak, which clipping raises.
        `crest`: decibels of the peak over the mean power. `silent`: share of frames 55 dB below
        the loudest. `rolloff`, `centroid`: logarithm of the frequency below which 99 % of the
        power lies, and of its mean. `flatness` of frames and of their mean spectrum. `range`:
        decibels between the 10 % loudest and softest frames. `voicing`, `pitch`, `pitch spread`,
        `voiced`: strength, logarithm, deviation and share of periodic frames. `flux`: how fast
        the level changes. `kurtosis` of the samples. `steps`, `corners`: largest first and second
        differences over usual ones. `crossings` of zero.
    """
    sound = np.asarray(samples, np.float64)
    if len(sound) < WINDOW:
        sound = np.pad(sound, (0, WINDOW - len(sound)))
    sound = sound / max(float(np.sqrt(np.mean(sound**2))), SILENT)
    peak, power = float(np.abs(sound).max()) + 1e-9, float(np.mean(sound**2)) + 1e-9
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::HOP]
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-10)
    loud = frames[level > level.max() - LOUD]
    first, second = np.diff(sound), np.diff(sound, n=2)
    rolloff, flat, mean_flat, centroid = _spectrum(loud)
    voicing, pitch, spread, voiced = _periods(loud)
    return np.array([
        np.log10(np.mean(np.abs(sound) >= 0.98 * peak) + 1e-5),
        20 * np.log10(peak / np.sqrt(power)),
        np.mean(level < level.max() - 55.0),
        rolloff, flat, mean_flat,
        np.quantile(level, 0.9) - np.quantile(level, 0.1),
        centroid, voicing, pitch,
        np.abs(np.diff(np.clip(level, level.max() - 40.0, None), append=level[-1])).mean(),
        np.log(np.mean((sound - sound.mean()) ** 4) / power**2 + 1e-9),
        _largest(first),
        np.log(np.mean(np.diff(np.sign(sound)) != 0) + 1e-3),
        _largest(second),
        spread, voiced,
    ], np.float32)  # fmt: skip


def _spectrum(frames: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Rolloff, flatness of frames, flatness of their mean, centroid."""
    powers = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), POINTS)) ** 2 + 1e-12
    mean, hertz = powers.mean(axis=0), np.fft.rfftfreq(POINTS, 1.0 / RATE)
    reached = int(np.searchsorted(np.cumsum(mean) / mean.sum(), 0.99))
    middle = slice(4, 200)  # 125 Hz to 6.2 kHz

    def flat(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        inside = rows[..., middle]
        return np.asarray(np.log(inside).mean(axis=-1) - np.log(inside.mean(axis=-1)))

    return (
        float(np.log(hertz[min(reached, len(hertz) - 1)] + 1.0)),
        float(flat(powers).mean()),
        float(flat(mean)),
        float(np.log((hertz * mean).sum() / mean.sum() + 1.0)),
    )


def _periods(frames: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Voicing, pitch, its spread, share of voiced frames, by autocorrelation."""
    centred = frames - frames.mean(axis=1, keepdims=True)
    powers = np.abs(np.fft.rfft(centred, 2 * POINTS)) ** 2
    alike = np.fft.irfft(powers)[:, :WINDOW]
    alike = alike / (alike[:, :1] + 1e-12)
    alike = alike[:, LAGS] * (WINDOW / (WINDOW - LAGS))
    best, lag = alike.max(axis=1), LAGS[alike.argmax(axis=1)]
    voiced = best > VOICED
    pitch, spread = USUAL
    if voiced.sum() >= LEAST:
        hertz = np.log(RATE / lag[voiced])
        pitch, spread = float(np.median(hertz)), float(np.std(hertz))
    return float(np.median(best)), float(pitch), float(spread), float(voiced.mean())


def _largest(differences: NDArray[np.float64]) -> float:
    usual = np.sqrt(np.mean(differences**2)) + 1e-9
    return float(np.log(np.quantile(np.abs(differences), 0.999) / usual + 1e-3))
