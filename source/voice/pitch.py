"""How strongly sound repeats itself, at every pitch a voice may have.

A mel spectrum of 32 ms frames cannot tell the harmonics of a low voice apart. The
autocorrelation can: its peak over the lag is the pitch, its height is how voiced the sound is.
No single pitch is decided on; a network is shown the whole picture, in which a melody keeps its
shape whatever the voice's height.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from source.voice.features import HOP, RATE, framed, hann, powers

Floats = NDArray[np.float32]

LAGS = 56
"""Pitches looked at, `LOWEST` to `HIGHEST`, at equal steps of 0.8 semitones."""

LOWEST, HIGHEST = 60.0, 800.0
"""Hertz. Shouts and shrieks of acted fear reach 700 Hz."""

WINDOW = 1024
"""Samples of one frame (64 ms, Hann window): four periods of the lowest pitch."""

EVERY = 2
"""Frames of the mel spectrum for one frame here (20 ms); in between it is repeated."""

CUT = 2000.0
"""Hertz up to which the spectrum counts: above, breath and hiss outweigh the harmonics."""

SILENCE = 1e-6
"""Power of a frame, summed over its spectrum, under which nothing is said about its pitch."""


def correlogram(samples: Floats) -> Floats:
    """Normalised autocorrelation at the lags of `pitches`.

    Parameters
    ----------
    samples : float32 [n]
        Mono sound at 16 kHz, -1 to 1.

    Returns
    -------
    float32 [1 + n // HOP, LAGS]
        About -1 to 1; 1 is a sound that repeats itself exactly at that pitch, 0 a noise. In
        step with the frames of `features.log_mel`.

    Notes
    -----
    Divided by the autocorrelation of the window, which would favour short lags: Boersma P
    (1993), "Accurate short-term analysis of the fundamental frequency", IFA Proceedings 17.
    """
    frames = framed(samples, WINDOW, HOP * EVERY)
    correlations = np.empty((len(frames), LAGS), dtype=np.float32)
    for place, power in powers(frames, bins=_bins(), level=True):
        np.matmul(power, _cosines(), out=correlations[place])
        correlations[place] /= np.maximum(power @ _twice(), SILENCE)[:, None]
    return np.repeat(correlations, EVERY, axis=0)[: 1 + len(samples) // HOP]


def pitches() -> NDArray[np.float64]:
    """The pitches of the columns, in hertz, rising ``[LAGS]``."""
    return np.geomspace(LOWEST, HIGHEST, LAGS)


def _bins() -> int:
    return int(CUT / RATE * WINDOW)


@cache
def _twice() -> Floats:
    """Both halves of a real spectrum: every bin counts twice but that of no frequency."""
    twice = np.full(_bins(), 2.0, dtype=np.float32)
    twice[0] = 1.0
    return twice


@cache
def _cosines() -> Floats:
    """From power to autocorrelation at lags between samples, ``[bins, LAGS]``."""
    lags = RATE / pitches()
    angle = 2.0 * np.pi * np.arange(_bins())[:, None] * lags[None, :] / WINDOW
    window = np.asarray(hann(WINDOW), dtype=np.float64)
    whole = np.correlate(window, window, "full")[WINDOW - 1 :]
    own = np.interp(lags, np.arange(WINDOW), whole / whole[0])
    return np.asarray(_twice()[:, None] * np.cos(angle) / own[None, :], dtype=np.float32)
