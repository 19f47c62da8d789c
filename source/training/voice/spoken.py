"""One utterance to train on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from source.voice.pitch import EVERY

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Spoken:
    """Log-mel of a clip [frames, BANDS] and first and last frame of its speech.

    `lags` is the correlogram of the clip, int8 [frames / EVERY, LAGS], 127 for 1. `target`,
    where listeners voted, is a distribution over the classes that stands for the label;
    classes at -1 are unknown to its corpus and are not held against the network. `seconds` are
    those of speech, without pauses; 0 where the detector misses it.
    """

    name: str
    bands: Floats
    first: int
    last: int
    label: int
    speaker: str
    lags: NDArray[np.int8] | None = None
    target: Floats | None = None
    seconds: float = 0.0

    def correlogram(self) -> Floats:
        """`lags` in step with `bands`, float32 [frames, LAGS]."""
        assert self.lags is not None
        return np.repeat(self.lags.astype(np.float32) / 127.0, EVERY, axis=0)[: len(self.bands)]

    def soft_label(self, classes: int, smoothing: float) -> Floats:
        """Smoothed label ``[classes]``; -1 where the corpus does not know the class."""
        target = (
            np.eye(classes, dtype=np.float32)[self.label] if self.target is None else self.target
        )
        known = target >= 0.0
        smooth = (1.0 - smoothing) * target + smoothing / known.sum()
        return np.where(known, smooth, -1.0).astype(np.float32)
