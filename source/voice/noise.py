"""How much louder speech is than what is heard when nobody speaks."""

import math
from dataclasses import dataclass

import numpy as np

from source.voice.features import RATE
from source.voice.speech import Utterance

LEAST = 0.5
"""Seconds of pauses from which something can be said of the noise."""

FLOOR = 2.0**-32
"""Power below which a pause is silent: the rounding of 16 bits."""


@dataclass
class Noise:
    """Sums up the power of utterances and of the pauses before them, at most 1 s each.

    An utterance has short pauses of its own, so its speech is a little louder than is said here.
    """

    speech: float = 0.0
    spoken: int = 0
    noise: float = 0.0
    silent: int = 0

    def add(self, utterance: Utterance) -> None:
        """Take in an utterance and the pause before it."""
        self.speech += float(np.sum(np.square(utterance.samples, dtype=np.float64)))
        self.spoken += len(utterance.samples)
        self.noise += float(np.sum(np.square(utterance.before, dtype=np.float64)))
        self.silent += len(utterance.before)

    def ratio(self) -> float | None:
        """Signal-to-noise ratio in decibels, at least 0; None if there are no pauses.

        The noise goes on while somebody speaks, so its power is taken off that of the speech.
        """
        if not self.spoken or self.silent < LEAST * RATE:
            return None
        noise = max(self.noise / self.silent, FLOOR)
        signal = max(self.speech / self.spoken - noise, noise)
        return round(10.0 * math.log10(signal / noise), 1)
