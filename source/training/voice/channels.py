"""What lies between a speaker and the network: one of many channels, drawn anew for each copy.

The corpora differ in bandwidth, coding and room, and a network that has heard each emotion
through one channel reads the channel. Copies of the clips through other channels go before the
encoder, which is far too slow to be run anew in each epoch.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from source.training.voice.hardships import Clip, added, coded, fitted, phone, pink, room, white
from source.voice.features import RATE

Floats = NDArray[np.float32]
Rng = np.random.Generator
Channel = Callable[[Floats, Rng], Floats]

SPEEDS = ((20, 19), (19, 20), (15, 14), (14, 15), (11, 10), (10, 11))
"""Samples behind and before a change of speed, up to a tenth."""

TILTS = (0.0, 300.0, 1000.0, 3000.0, 8000.0)
"""Hertz between which the spectrum is bent, by about 3 dB at each."""


def changed(samples: Floats, rng: Rng) -> Floats:
    """The sound through one channel, drawn by `rng`.

    Parameters
    ----------
    samples : float32 [n]
        Mono sound at 16 kHz, -1 to 1.

    Returns
    -------
    float32 [m]
        As long as `samples`, but where the speed changed.
    """
    channels, shares = zip(*CHANNELS, strict=True)
    channel = channels[int(rng.choice(len(channels), p=shares))]
    return np.asarray(channel(samples, rng), np.float32)


def narrowed(samples: Floats, rng: Rng) -> Floats:
    """Nothing above 3.8 to 6 kHz, as in sound that was sampled more slowly."""
    return _lowpass(samples, rng.uniform(3800.0, 6000.0))


def noisy(samples: Floats, rng: Rng) -> Floats:
    """In white or pink noise, 5 to 30 dB below the speech, steady or pulsing."""
    noise = (white if rng.random() < 0.5 else pink)(len(samples), rng)
    if rng.random() < 0.3:
        time = np.arange(len(noise), dtype=np.float32) / RATE
        noise *= 1.0 + 0.5 * np.sin(2.0 * np.pi * np.float32(rng.uniform(0.5, 6.0)) * time)
    return added(_clip(samples), noise, rng.uniform(5.0, 30.0))


def roomy(samples: Floats, rng: Rng) -> Floats:
    """In a room of 0.15 to 0.7 s, closer to or further from the microphone."""
    return room(_clip(samples), rng, decay=rng.uniform(0.15, 0.7), direct=rng.uniform(-3.0, 9.0))


def recoded(samples: Floats, rng: Rng) -> Floats:
    """Coded as MP3 or Opus, at bit rates at which that is heard."""
    if rng.random() < 0.5:
        return coded(samples, codec="libopus", suffix=".ogg", bits=int(rng.integers(8, 25)) * 1000)
    bits = int(rng.choice([16, 24, 32, 40])) * 1000
    return coded(samples, codec="libmp3lame", suffix=".mp3", bits=bits)


def tilted(samples: Floats, rng: Rng) -> Floats:
    """Through a microphone that is not flat."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1.0 / RATE)
    decibels = np.interp(hertz, TILTS, np.cumsum(rng.normal(0.0, 3.0, len(TILTS))))
    return np.fft.irfft(spectrum * 10 ** (decibels / 20.0), len(samples)).astype(np.float32)


def sped(samples: Floats, rng: Rng) -> Floats:
    """Up to a tenth faster and higher, or slower and lower."""
    from scipy.signal import resample_poly

    up, down = SPEEDS[int(rng.integers(len(SPEEDS)))]
    return np.asarray(resample_poly(samples, up, down), np.float32)


def mixed(samples: Floats, rng: Rng) -> Floats:
    """Several of these one after the other."""
    sound = roomy(samples, rng) if rng.random() < 0.6 else samples
    sound = tilted(sound, rng)
    if rng.random() < 0.7:
        sound = noisy(sound, rng)
    return _lowpass(sound, rng.uniform(3400.0, 6500.0)) if rng.random() < 0.5 else sound


CHANNELS: tuple[tuple[Channel, float], ...] = (
    (narrowed, 0.15),
    (lambda samples, rng: phone(samples), 0.12),
    (noisy, 0.15),
    (roomy, 0.15),
    (recoded, 0.08),
    (tilted, 0.1),
    (sped, 0.1),
    (mixed, 0.15),
)
"""Every channel and how often it is drawn."""


def _clip(samples: Floats) -> Clip:
    return Clip(samples, 0, len(samples))


def _lowpass(samples: Floats, hertz: float) -> Floats:
    from scipy.signal import butter, sosfilt

    filtered = sosfilt(butter(6, hertz, "lowpass", fs=RATE, output="sos"), samples)
    return fitted(np.asarray(filtered, np.float32), len(samples))
