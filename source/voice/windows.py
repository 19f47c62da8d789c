"""Utterances become windows of one length, the network's input."""

import numpy as np
from numpy.typing import NDArray

from source.voice.features import COEFFICIENTS, HOP, RATE

Floats = NDArray[np.float32]

FRAMES = 282
"""Frames of a window: 2.82 s."""

STEP = 141
"""Frames from one window to the next inside a long utterance."""


def window(cepstra: Floats) -> Floats:
    """The first `FRAMES` frames, zeros behind where there are fewer: [FRAMES, COEFFICIENTS].

    Zeros are the mean of every coefficient, and the network takes whole frames of them as
    absent.
    """
    kept = cepstra[:FRAMES]
    return np.pad(kept, ((0, FRAMES - len(kept)), (0, 0)))


def windows(cepstra: Floats) -> tuple[Floats, list[tuple[float, float]]]:
    """Cut one utterance.

    Parameters
    ----------
    cepstra : float32 [frames, COEFFICIENTS]
        A whole utterance, normalised.

    Returns
    -------
    batch : float32 [n, FRAMES, COEFFICIENTS]
        One window where the utterance is no longer than that; else windows half over each
        other, the last moved back so that it ends with the utterance.
    spans : list of (start, end)
        Seconds from the utterance's start, of what each window covers.
    """
    last = max(0, len(cepstra) - FRAMES)
    starts = [*range(0, last, STEP), last] if last else [0]
    batch = np.stack([window(cepstra[s:]) for s in starts]).reshape(-1, FRAMES, COEFFICIENTS)
    ends = [min(s + FRAMES, len(cepstra)) for s in starts]
    return batch, [(s * HOP / RATE, e * HOP / RATE) for s, e in zip(starts, ends, strict=True)]
