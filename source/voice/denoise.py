"""Noise taken out of an utterance, its time order and length kept.

A Wiener gain for every frame and frequency, from an a priori signal-to-noise ratio that is
decided by the frame before: Ephraim Y, Malah D (1984), IEEE Transactions on Acoustics, Speech
and Signal Processing 32(6): 1109-1121; Scalart P, Filho J (1996), ICASSP. What the noise is
like is taken from the pause before the utterance, and from the least power of each frequency
inside it: Martin R (2001), IEEE Transactions on Speech and Audio Processing 9(5): 504-512.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FFT = 512
"""Samples of a frame (32 ms), weighed by the square root of Hann's window."""

HOP = 128
"""Samples from one frame to the next (8 ms)."""

PAUSE = 0.25
"""Seconds of pause from which it is taken for the noise's picture; frames of 32 ms in fewer
are too few to tell."""

MEMORY = 0.98
"""Share of the last frame in the a priori signal-to-noise ratio: more rings less."""

LEAST = 0.18
"""Minimum gain (-15 dB). The remaining noise masks artefacts of the filter."""

SMOOTH = 0.85
"""Share of the last frame in the power whose minimum is sought."""

QUIET = 0.1
"""Share of the frames of an utterance that are used to estimate the noise between words."""

BIAS = 1.5
"""How much greater noise is than what it is in its quietest moments."""


def denoise(samples: Floats, before: Floats | None = None, *, rate: int = 16000) -> Floats:
    """Take steady noise out of speech.

    Parameters
    ----------
    samples : float32 [n]
        One utterance.
    before : float32 [m], optional
        The sound just before it in which nobody speaks.
    rate : int, in hertz
        Of both.

    Returns
    -------
    float32 [n]
        Never later or earlier than `samples`, nowhere a frequency louder than in it.
    """
    samples = np.asarray(samples, dtype=np.float32)
    if len(samples) < FFT:
        return samples
    spectrum = _spectrum(samples)
    power = np.asarray(spectrum.real**2 + spectrum.imag**2, dtype=np.float32)
    noise = _least(power)
    if before is not None and len(before) >= PAUSE * rate:
        pause_spectrum = _spectrum(np.asarray(before, dtype=np.float32))
        # A door or a breath before the utterance is none of the noise in it: the pause may tell
        # of more noise than the quietest moments do, not of any amount.
        pause = np.mean(pause_spectrum.real**2 + pause_spectrum.imag**2, axis=0)
        noise = np.clip(pause, 0.5 * noise, 3.0 * noise)
    return _sound(spectrum * _gains(power, np.maximum(noise, 1e-12)), len(samples))


def _gains(power: Floats, noise: Floats) -> Floats:
    """Wiener's gain for every frame, `LEAST` to 1: [frames, bins]."""
    posterior = power / noise
    gains = np.empty_like(posterior)
    clean = np.maximum(posterior[0] - 1.0, 0.0)
    for row, ratio in enumerate(posterior):
        prior = MEMORY * clean + (1.0 - MEMORY) * np.maximum(ratio - 1.0, 0.0)
        gain = np.maximum(prior / (1.0 + prior), LEAST)
        clean = gain * gain * ratio
        gains[row] = gain
    return gains


def _least(power: Floats) -> Floats:
    """The noise that is there all the time: the quiet end of smoothed power, made up for."""
    from scipy.signal import lfilter

    steady = lfilter([1.0 - SMOOTH], [1.0, -SMOOTH], power, axis=0, zi=SMOOTH * power[:1])[0]
    return np.asarray(BIAS * np.quantile(steady, QUIET, axis=0), dtype=np.float32)


def _spectrum(samples: Floats) -> NDArray[np.complex64]:
    from scipy.fft import rfft

    behind = -len(samples) % HOP
    padded = np.pad(samples, (FFT - HOP, FFT - HOP + behind))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
    return np.asarray(rfft(frames * _window(), axis=1))


def _sound(spectrum: NDArray[np.complex64], length: int) -> Floats:
    """The sound whose overlapping frames these are."""
    from scipy.fft import irfft

    frames = irfft(spectrum, n=FFT, axis=1) * _window()
    out = np.zeros((len(frames) + FFT // HOP - 1) * HOP, dtype=np.float32)
    for part in range(FFT // HOP):
        piece = frames[:, part * HOP : (part + 1) * HOP].ravel()
        out[part * HOP : part * HOP + len(piece)] += piece
    # Hann's windows, this far over each other, add up to half their number.
    return np.asarray(out[FFT - HOP :][:length] / (FFT / HOP / 2.0), dtype=np.float32)


def _window() -> Floats:
    """Square root of Hann's periodic window."""
    return np.sin(np.pi * np.arange(FFT) / FFT).astype(np.float32)
