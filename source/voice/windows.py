"""Utterances become windows of one length, the network's input."""

import numpy as np
from numpy.typing import NDArray

from source.voice.features import HOP, RATE

Floats = NDArray[np.float32]

FRAMES = 282
"""Frames of a window: 2.82 s."""

STEP = 141
"""Frames from one window to the next inside a long utterance."""


def cuts(frames: int) -> list[tuple[int, int]]:
    """First and one-past-last frame of each window of an utterance of `frames` frames.

    One window where the utterance is no longer than that; else windows half over each other,
    the last moved back so that it ends with the utterance.
    """
    last = max(0, frames - FRAMES)
    starts = [*range(0, last, STEP), last] if last else [0]
    return [(start, min(start + FRAMES, frames)) for start in starts]


def seconds(parts: list[tuple[int, int]]) -> list[tuple[float, float]]:
    """Frames as seconds from the utterance's start."""
    return [(start * HOP / RATE, end * HOP / RATE) for start, end in parts]


def window(cepstra: Floats) -> Floats:
    """The first `FRAMES` frames, zero-padded at the end: [FRAMES, d].

    Zeros are the mean of every coefficient, and the network takes whole frames of them as
    absent.
    """
    kept = cepstra[:FRAMES]
    return np.pad(kept, ((0, FRAMES - len(kept)), (0, 0)))


def windows(cepstra: Floats) -> tuple[Floats, list[tuple[float, float]]]:
    """Cut one utterance.

    Parameters
    ----------
    cepstra : float32 [frames, d]
        A whole utterance, normalised.

    Returns
    -------
    batch : float32 [n, FRAMES, d]
        A window for each of `cuts`.
    spans : list of (start, end)
        Seconds from the utterance's start, of what each window covers.
    """
    parts = cuts(len(cepstra))
    batch = np.zeros((len(parts), FRAMES, cepstra.shape[1]), dtype=np.float32)
    for own, (start, end) in zip(batch, parts, strict=True):
        own[: end - start] = cepstra[start:end]
    return batch, seconds(parts)
