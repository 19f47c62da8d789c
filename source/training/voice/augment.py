"""Augmentation: log-mel utterances changed so that the emotion stays.

All on cached log-mel in decibels, before the cosine transform, with numpy only: about a
millisecond an utterance.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from source.voice.features import BANDS, RATE, mfcc, normalise, to_hertz, to_mel

Floats = NDArray[np.float32]

WARPS = np.linspace(0.84, 1.18, 35)
"""Vocal-tract lengths that are drawn, as factors of frequency."""

LINE = ((0.0, 350.0), (3000.0, 4200.0))
"""Hertz between which a telephone line's lower and upper end are drawn."""

DULL = (3800.0, 6000.0)
"""Hertz between which the end of a sound that was sampled more slowly is drawn."""

DOUBLINGS = np.float32(np.log2(10.0) / 10.0)
"""Factors of two in a decibel."""


def augment(
    bands: Floats,
    first: int,
    last: int,
    rng: np.random.Generator,
    lags: Floats | None = None,
    *,
    cepstra: bool = True,
    narrow: float = 0.0,
    dull: float = 0.0,
) -> Floats:
    """One variation of the utterance ``bands[first:last]``, as normalised cepstra.

    The ends move by up to 0.12 s; tempo, vocal-tract length, noise floor and loudness
    contour change; stretches of time and frequency are blanked. With `lags`, the correlogram
    in step with `bands`, that goes through the same times, higher or lower as a whole, and
    stands behind the cepstra. Where no `cepstra` are wanted it is the normalised bands.
    `narrow` is how often the utterance comes through a telephone line, `dull` how often it has
    nothing above a few kilohertz. A microphone that is not flat needs no part here: normalising
    takes the mean of every band away.

    Returns
    -------
    float32 [frames, COEFFICIENTS], or [frames, COEFFICIENTS + LAGS], or [frames, BANDS]
    """
    first = int(np.clip(first + rng.integers(-12, 13), 0, len(bands)))
    last = int(np.clip(last + rng.integers(-12, 13), first + 40, len(bands)))
    whole = bands if lags is None else np.concatenate([bands, lags], axis=1)
    varied = _stretch(whole[first:last], rng)
    varied, melody = varied[:, :BANDS], varied[:, BANDS:]
    if rng.random() < 0.9:
        varied = varied @ _warp_matrix(int(rng.integers(len(WARPS))))
    if rng.random() < 0.3:
        varied = _noise(varied, rng)
    if rng.random() < 0.3:
        varied = varied + _contour(len(varied), rng)
    if narrow > 0.0 and rng.random() < narrow:
        varied = _within(varied, *(rng.uniform(*ends) for ends in LINE))
    if dull > 0.0 and rng.random() < dull:
        varied = _within(varied, 0.0, rng.uniform(*DULL))
    varied = _blank(varied, rng).astype(np.float32)
    varied = normalise(mfcc(varied) if cepstra else varied)
    return varied if lags is None else np.concatenate([varied, _transpose(melody, rng)], axis=1)


def white_noise(bands: Floats, rng: np.random.Generator) -> Floats:
    """White noise 15 to 30 dB below the mean power, two times of three."""
    if rng.random() < 1.0 / 3.0:
        return bands
    mean = 10.0 * np.log10(np.mean(10.0 ** (bands / 10.0)))
    grain = 2.5 * rng.standard_normal(bands.shape, dtype=np.float32)
    noise = np.float32(mean - rng.uniform(15.0, 30.0)) + grain
    return np.asarray(np.logaddexp2(bands * DOUBLINGS, noise * DOUBLINGS) / DOUBLINGS)


def _stretch(bands: Floats, rng: np.random.Generator) -> Floats:
    """Change tempo by 0.8 to 1.25, unevenly: a smooth random path through the frames."""
    frames = max(40, round(len(bands) * np.exp(rng.uniform(-0.22, 0.22))))
    speed = np.exp(0.15 * np.interp(np.linspace(0, 4, frames), np.arange(5), rng.normal(size=5)))
    path = np.cumsum(speed)
    path = (path - path[0]) / (path[-1] - path[0]) * (len(bands) - 1)
    low = np.minimum(path.astype(int), len(bands) - 2)
    share = (path - low)[:, None].astype(np.float32)
    return np.asarray(bands[low] * (1 - share) + bands[low + 1] * share)


@cache
def _centres() -> NDArray[np.float64]:
    """Hertz of the middle of every band."""
    return to_hertz(np.arange(1, BANDS + 1) / (BANDS + 1) * to_mel(RATE / 2.0))


@cache
def _warp_matrix(index: int) -> Floats:
    """Move every band to ``WARPS[index]`` times its frequency, ``[BANDS, BANDS]``."""
    wanted = to_mel(_centres() * WARPS[index]) / to_mel(RATE / 2.0) * (BANDS + 1) - 1
    wanted = np.clip(wanted, 0, BANDS - 1)
    low = np.minimum(wanted.astype(int), BANDS - 2)
    matrix = np.zeros((BANDS, BANDS), dtype=np.float32)
    matrix[low, np.arange(BANDS)] = 1 - (wanted - low)
    matrix[low + 1, np.arange(BANDS)] += wanted - low
    return matrix


def _noise(bands: Floats, rng: np.random.Generator) -> Floats:
    """Add steady coloured noise 5 to 40 dB below the loudest band."""
    colour = np.interp(np.arange(BANDS), np.linspace(0, BANDS, 5), rng.normal(0, 5, 5))
    level = np.percentile(bands, 98) - rng.uniform(15, 50)
    grain = 2.5 * rng.standard_normal(bands.shape, dtype=np.float32)
    noise = (level + colour).astype(np.float32) + grain
    return np.asarray(np.logaddexp2(bands * DOUBLINGS, noise * DOUBLINGS) / DOUBLINGS)


def _contour(frames: int, rng: np.random.Generator) -> Floats:
    """A loudness that wanders by a few decibels, ``[frames, 1]``."""
    points = np.interp(np.linspace(0, 3, frames), np.arange(4), rng.normal(0, 2.0, 4))
    return points[:, None].astype(np.float32)


def _within(bands: Floats, low: float, high: float) -> Floats:
    """Leave of the bands below `low` and above `high` hertz no more than their mean."""
    outside = (_centres() < low) | (_centres() > high)
    return np.where(outside, bands.mean(axis=0), bands)


def _blank(bands: Floats, rng: np.random.Generator) -> Floats:
    """Set stretches of time and of frequency to the mean of their band."""
    bands, mean = bands.copy(), bands.mean(axis=0)
    for _ in range(2):
        wide = int(rng.integers(0, 9))
        at = int(rng.integers(0, BANDS - wide + 1))
        bands[:, at : at + wide] = mean[at : at + wide]
        wide = int(rng.integers(0, max(2, len(bands) // 6)))
        at = int(rng.integers(0, len(bands) - wide + 1))
        bands[at : at + wide] = mean
    return bands


def _transpose(lags: Floats, rng: np.random.Generator) -> Floats:
    """Move a melody by up to four semitones, make it fainter, blank two stretches of time."""
    steps = int(rng.integers(-5, 6))
    moved = np.pad(lags, ((0, 0), (5, 5)), mode="edge")[:, 5 - steps : 5 - steps + lags.shape[1]]
    moved = moved * np.float32(rng.uniform(0.4, 1.0) if rng.random() < 0.3 else 1.0)
    moved += np.float32(0.03) * rng.standard_normal(moved.shape, dtype=np.float32)
    for _ in range(2):
        wide = int(rng.integers(0, max(2, len(moved) // 6)))
        at = int(rng.integers(0, len(moved) - wide + 1))
        moved[at : at + wide] = 0.0
    return moved.astype(np.float32)
