"""How a face in a made clip acts: how its emotion comes and goes, how it speaks and blinks."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Acting:
    """How people in synthetic clips act.

    Attributes
    ----------
    weakest : float
        Least strength of an emotion at its peak, 0 to 1.
    silent : float
        Share of clips in which nobody speaks.
    loudest : float
        Most that speaking opens the mouth, 0 to 1.
    """

    weakest: float = 0.75
    silent: float = 0.4
    loudest: float = 0.3


def rise(rng: np.random.Generator, frames: int, *, weakest: float = 0.75) -> np.ndarray:
    """How strong the emotion is over a clip ``[frames]``, 0 to 1."""
    if frames == 1:
        return rng.uniform(0.6, 1.0, 1)
    at = np.linspace(0.0, 1.0, frames)
    peak, low = rng.uniform(weakest, 1.0), rng.uniform(0.0, 0.5)
    begin, length = rng.uniform(0.0, 0.4), rng.uniform(0.08, 0.4)
    up = np.clip((at - begin) / length, 0.0, 1.0)
    kind = rng.random()
    if kind < 0.35:  # there from the first picture to the last
        course = np.ones(frames)
    elif kind < 0.7:  # comes and stays
        course = up
    else:  # comes and goes
        end = rng.uniform(0.65, 1.0)
        course = np.minimum(up, np.clip((end - at) / 0.2 + 1.0, 0.0, 1.0))
    swing = 0.08 * np.sin(2.0 * np.pi * (rng.uniform(0.5, 3.0) * at + rng.random()))
    return np.asarray(np.clip(low + (peak - low) * course + swing, 0.0, 1.0))


def talk(
    rng: np.random.Generator, frames: int, *, silent: float = 0.4, loudest: float = 0.3
) -> np.ndarray:
    """How far speaking opens the mouth ``[frames]``; 0 where nobody speaks."""
    if rng.random() < silent:
        return np.zeros(frames)
    strength = rng.uniform(0.05, loudest)
    # At a few pictures a second syllables fall anywhere: neighbours are nearly independent.
    return np.asarray(strength * np.clip(rng.normal(0.2, 0.7, frames), 0.0, 1.0))


def blinks(rng: np.random.Generator, frames: int) -> np.ndarray:
    """How far the lids are closed ``[frames]``: now and then, for one picture."""
    return np.where(rng.random(frames) < 0.06, rng.uniform(0.5, 1.0, frames), 0.0)
