"""What the real world does to a voice: coding, noise, rooms, distance, level.

Every hardship takes a clip at 16 kHz and gives one of the same length, speech at the same
place. All chance comes from the generator it is given, so that a seed gives the same bytes.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.voice.features import RATE

Floats = NDArray[np.float32]
Rng = np.random.Generator

TALKERS = 6
"""Voices in a babble."""

MUSIC = ("music_bunny.ogg", "music_sir_duke.ogg", "music_test1.mp3")
"""Music of the media set; chords are synthesised where it is not there."""


@dataclass(frozen=True)
class Around:
    """What may be heard beside the speaker: other talkers and music, 16 kHz each."""

    talkers: tuple[Floats, ...] = ()
    music: tuple[Floats, ...] = field(default_factory=lambda: (chords(),))


@dataclass(frozen=True, eq=False)
class Clip:
    """A clip to degrade: its sound and the samples between which somebody speaks."""

    samples: Floats
    first: int
    last: int

    @property
    def level(self) -> float:
        """Root mean square of the speech."""
        return rms(self.samples[self.first : self.last])


Change = Callable[[Clip, Rng, Around], Floats]


@dataclass(frozen=True)
class Hardship:
    """One row of the table: its name, what it does, and whether it adds noise."""

    name: str
    change: Change
    noisy: bool = False


def rms(samples: Floats) -> float:
    """Root mean square, at least 1e-9."""
    power = np.mean(np.square(samples, dtype=np.float64)) if len(samples) else 0.0
    return float(np.sqrt(power + 1e-18))


# --- coding ------------------------------------------------------------------------------------


def coded(samples: Floats, *, codec: str, suffix: str, bits: int) -> Floats:
    """Encode and decode with FFmpeg, `bits` a second: ``libmp3lame`` or ``libopus``."""
    import av

    from source.media import probe, sound

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"clip{suffix}"
        with av.open(str(path), "w") as out:
            stream: Any = out.add_stream(codec, rate=RATE, options={"b": str(bits)})
            stream.layout, stream.bit_rate = "mono", bits
            resampler = av.AudioResampler(stream.format, "mono", RATE, stream.frame_size or 960)
            whole = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(whole[None], "s16", "mono")
            frame.sample_rate, frame.pts = RATE, 0
            for piece in (*resampler.resample(frame), *resampler.resample(None)):
                out.mux(stream.encode(piece))
            out.mux(stream.encode(None))
        decoded = [block.samples for block in sound(probe(path), rate=RATE)]
    return fitted(np.concatenate(decoded), len(samples))


def phone(samples: Floats) -> Floats:
    """A fixed line: 300 to 3400 Hz, 8 kHz, 8 bits a sample by mu-law (ITU-T G.711)."""
    import soxr
    from scipy.signal import butter, sosfiltfilt

    band = butter(4, (300.0, 3400.0), "bandpass", fs=RATE, output="sos")
    narrow = soxr.resample(sosfiltfilt(band, samples).astype(np.float32), RATE, 8000)
    folded = np.sign(narrow) * np.log1p(255.0 * np.minimum(np.abs(narrow), 1.0)) / np.log(256.0)
    steps = np.round(folded * 127.0) / 127.0
    line = np.sign(steps) * np.expm1(np.abs(steps) * np.log(256.0)) / 255.0
    return fitted(soxr.resample(line.astype(np.float32), 8000, RATE), len(samples))


def fitted(samples: Floats, length: int) -> Floats:
    """So many samples from the start, zeros behind where there are fewer."""
    kept = samples[:length]
    return np.pad(kept, (0, length - len(kept))).astype(np.float32)


# --- noise -------------------------------------------------------------------------------------


def white(length: int, rng: Rng) -> Floats:
    """The same power at every frequency."""
    return rng.standard_normal(length, dtype=np.float32)


def pink(length: int, rng: Rng) -> Floats:
    """Power that falls with frequency, 3 dB an octave from 20 Hz up."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    hertz = np.fft.rfftfreq(length, 1.0 / RATE)
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 20.0)), length).astype(np.float32)


def babble(length: int, rng: Rng, talkers: Sequence[Floats]) -> Floats:
    """`TALKERS` of the voices at once, equally loud, each begun anywhere and repeated."""
    chosen = rng.choice(len(talkers), min(TALKERS, len(talkers)), replace=False)
    mixed = np.zeros(length, dtype=np.float32)
    for index in chosen:
        voice = talkers[index]
        mixed += _from_anywhere(voice / rms(voice), length, rng)
    return mixed


def chords(seconds: float = 20.0) -> Floats:
    """A slow sequence of synthesised chords with their overtones, for want of music."""
    roots = (220.0, 174.6, 261.6, 196.0)
    time = np.arange(round(seconds * RATE)) / RATE
    out = np.zeros(len(time))
    for bar in range(int(seconds / 2.0) + 1):
        inside = (time >= 2.0 * bar) & (time < 2.0 * bar + 2.0)
        fall = np.exp(-1.2 * (time[inside] - 2.0 * bar))
        for step in (1.0, 1.25, 1.5):
            for over in range(1, 6):
                tone = roots[bar % 4] * step * over
                out[inside] += fall * np.sin(2 * np.pi * tone * time[inside]) / over
    return np.asarray(out / np.abs(out).max(), np.float32)


def added(clip: Clip, noise: Floats, decibels: float) -> Floats:
    """The clip with `noise` so far below its speech; the whole quieter where it would clip."""
    mixed = clip.samples + noise * np.float32(clip.level / rms(noise) * 10 ** (-decibels / 20))
    return (mixed / max(1.0, float(np.abs(mixed).max()))).astype(np.float32)


def _from_anywhere(sound: Floats, length: int, rng: Rng) -> Floats:
    start = int(rng.integers(len(sound)))
    return np.resize(np.roll(sound, -start), length).astype(np.float32)


# --- rooms and level ---------------------------------------------------------------------------


def room(clip: Clip, rng: Rng, *, decay: float, direct: float = 0.0) -> Floats:
    """A room: `decay` seconds to fall by 60 dB, `direct` decibels of direct over late sound.

    Noise that dies away exponentially, 4 ms behind the direct sound (Moorer 1979); the level
    of the direct sound stays, so that speech is where it was.
    """
    from scipy.signal import butter, fftconvolve, sosfilt

    time = np.arange(round(decay * RATE)) / RATE
    late = rng.standard_normal(len(time)) * np.exp(-6.9078 * time / decay)
    late = sosfilt(butter(1, 4000.0, "lowpass", fs=RATE, output="sos"), late)  # air and walls
    response = np.concatenate([np.zeros(round(0.004 * RATE)), late])
    response *= 10 ** (-direct / 20) / np.sqrt(np.sum(response**2))
    response[0] = 1.0
    wet = fftconvolve(clip.samples, response)[: len(clip.samples)]
    return np.asarray(wet / max(1.0, float(np.abs(wet).max())), np.float32)


def away(clip: Clip, rng: Rng, *, metres: float) -> Floats:
    """So far from the microphone, in a room of 0.5 s: quieter, less direct, in a noise floor.

    Critical distance 1 m; direct sound falls by 6 dB each time the distance doubles from
    0.3 m on; the floor is pink and 50 dB below the speech at 0.3 m.
    """
    near = 0.3
    wet = room(clip, rng, decay=0.5, direct=-20 * np.log10(metres))
    floor = pink(len(wet), rng)
    quiet = wet * np.float32(near / metres)
    return quiet + floor * np.float32(clip.level / rms(floor) * 10 ** (-50 / 20))


def clipped(clip: Clip, share: float) -> Floats:
    """So loud that `share` of the speech's samples are at the end of the scale."""
    limit = float(np.quantile(np.abs(clip.samples[clip.first : clip.last]), 1.0 - share))
    return np.asarray(np.clip(clip.samples / np.float32(max(limit, 1e-6)), -1.0, 1.0))


def quieter(samples: Floats, decibels: float) -> Floats:
    """Lower by so many decibels, in steps of 16 bits as a file would hold it."""
    steps = np.round(samples * 10 ** (-decibels / 20) * 32767)
    return np.asarray(steps, np.float32) / np.float32(32767)


# --- the rows ----------------------------------------------------------------------------------


NOISES: dict[str, Callable[[int, Rng, Around], Floats]] = {
    "white noise": lambda length, rng, around: white(length, rng),
    "pink noise": lambda length, rng, around: pink(length, rng),
    "babble": lambda length, rng, around: babble(length, rng, around.talkers),
    "music": lambda length, rng, around: _from_anywhere(
        around.music[int(rng.integers(len(around.music)))], length, rng
    ),
}


def _noisy(noise: str, snr: float) -> Change:
    return lambda clip, rng, around: added(clip, NOISES[noise](len(clip.samples), rng, around), snr)


def _changed(change: Callable[..., Floats], **how: Any) -> Change:
    """A change that is the same each time."""
    return lambda clip, rng, around: change(clip.samples, **how)


def _drawn(change: Callable[..., Floats], **how: Any) -> Change:
    """A change that draws random numbers."""
    return lambda clip, rng, around: change(clip, rng, **how)


HARDSHIPS: tuple[Hardship, ...] = (
    Hardship("clean", lambda clip, rng, around: clip.samples, noisy=True),
    Hardship("MP3 64 kbit/s", _changed(coded, codec="libmp3lame", suffix=".mp3", bits=64000)),
    Hardship("MP3 24 kbit/s", _changed(coded, codec="libmp3lame", suffix=".mp3", bits=24000)),
    Hardship("Opus 12 kbit/s", _changed(coded, codec="libopus", suffix=".ogg", bits=12000)),
    Hardship("phone line", _changed(phone)),
    *(
        Hardship(f"{noise}, {snr} dB", _noisy(noise, snr), noisy=True)
        for noise in NOISES
        for snr in (20, 10, 5)
    ),
    *(Hardship(f"room, {decay} s", _drawn(room, decay=decay)) for decay in (0.3, 0.6, 1.0)),
    *(Hardship(f"{metres} m away", _drawn(away, metres=metres), noisy=True) for metres in (1, 3)),
    Hardship("clipped, 10 % of the speech", lambda clip, rng, around: clipped(clip, 0.1)),
    Hardship("20 dB quieter", _changed(quieter, decibels=20.0)),
)
"""The rows, the undegraded clip first."""
