"""Stand-in utterances made of tones, so that the training code runs where there is no data."""

import numpy as np

from source.core.emotions import VOICE
from source.training.protocols import RAVDESS_FOLDS
from source.training.voice.loop import Spoken
from source.voice.features import RATE, log_mel


def tones(*, seed: int = 0) -> list[Spoken]:
    """One glide a label and speaker, one speaker a fold: a pitch for each, a slope for each.

    They mean nothing and no figure is made of them.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(int(1.2 * RATE)) / RATE
    made = []
    for speaker in (fold[0] for fold in RAVDESS_FOLDS):
        for label in range(len(VOICE)):
            pitch, slope = 90.0 + 10.0 * speaker, 15.0 * (label - 3.5)
            buzz = 0.1 * np.sign(np.sin(2 * np.pi * (pitch * t + slope * t**2)))
            bands = log_mel((buzz + rng.normal(0, 1e-3, len(t))).astype(np.float32))
            made.append(Spoken(f"tone-{speaker}-{label}", bands, 5, len(bands) - 5, label,
                               str(speaker)))
    return made
