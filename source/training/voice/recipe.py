"""How a voice network is trained: every choice, and the batches that follow from it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training.voice.augment import augment, white_noise
from source.training.voice.spoken import Spoken
from source.voice.features import BANDS, COEFFICIENTS, mfcc, normalise
from source.voice.pitch import LAGS

Floats = NDArray[np.float32]

WARM = 0.2
"""Share of the training in which the rate rises."""


@dataclass(frozen=True)
class Recipe:
    """Every choice about training, made by inner validation.

    `average` is how slowly the averaged weights follow, per step; `narrow` the share of
    utterances that come through a telephone line, `dull` the share with nothing above 5 kHz
    or so.
    """

    epochs: int = 72
    batch: int = 16
    rate: float = 2.5e-3
    decay: float = 0.02
    smoothing: float = 0.1
    mixup: float = 0.0
    average: float = 0.995
    frames: int = 224
    melody: bool = False
    narrow: float = 0.0
    dull: float = 0.0

    def choices(self) -> dict[str, Any]:
        """Every choice by name, without those that came later and are off."""
        later = ("narrow", "dull")
        return {key: value for key, value in asdict(self).items() if key not in later or value}

    @property
    def width(self) -> int:
        """Numbers in a frame of the network's input."""
        return COEFFICIENTS + LAGS * self.melody

    def optimizer(self, steps: int) -> Any:
        """The optimizer of so many steps."""
        from source.training import fit

        return fit.adamw(self._rate(steps), decay=self.decay, average=self.average, clipnorm=2.0)

    def augmented(self, item: Spoken, rng: np.random.Generator) -> Floats:
        """One variation of an utterance, ``[frames, width]``."""
        lags = item.correlogram() if self.melody else None
        return augment(
            item.bands, item.first, item.last, rng, lags, narrow=self.narrow, dull=self.dull
        )

    def window(self, item: Spoken, rng: np.random.Generator) -> Floats:
        """A stretch of one variation, zeros behind the end of a shorter one: [frames, width]."""
        varied = self.augmented(item, rng)
        start = int(rng.integers(0, max(1, len(varied) - self.frames + 1)))
        kept = varied[start : start + self.frames]
        return np.pad(kept, ((0, self.frames - len(kept)), (0, 0))).astype(np.float32)

    def served(self, item: Spoken) -> Floats:
        """What serving computes of an utterance, ``[frames, width]``."""
        cepstra = normalise(mfcc(item.bands[item.first : item.last]))
        if not self.melody:
            return cepstra
        return np.concatenate([cepstra, item.correlogram()[item.first : item.last]], axis=1)

    def _rate(self, steps: int) -> Any:
        from source.training import fit

        return fit.cosine(self.rate, steps=steps, warm=round(WARM * steps))


@dataclass(frozen=True)
class Spectral(Recipe):
    """The recipe of a network that is given mel bands instead of their cepstrum."""

    @property
    def width(self) -> int:
        """Numbers in a frame of the network's input."""
        return BANDS

    def augmented(self, item: Spoken, rng: np.random.Generator) -> Floats:
        """One variation of an utterance, ``[frames, width]``."""
        return augment(item.bands, item.first, item.last, rng, cepstra=False, narrow=self.narrow)

    def served(self, item: Spoken) -> Floats:
        """What serving computes of an utterance, ``[frames, width]``."""
        return normalise(item.bands[item.first : item.last])


@dataclass(frozen=True)
class Descent(Recipe):
    """The recipe of a network that is trained as published: gradient descent and white noise."""

    def augmented(self, item: Spoken, rng: np.random.Generator) -> Floats:
        """The utterance in noise, ``[frames, width]``."""
        return normalise(mfcc(white_noise(item.bands[item.first : item.last], rng)))

    def optimizer(self, steps: int) -> Any:
        """Momentum 0.8, as published with the network."""
        import keras

        from source.training import fit

        return fit.sparing(keras.optimizers.SGD(
            self._rate(steps), momentum=0.8, weight_decay=self.decay, use_ema=True,
            ema_momentum=self.average,
        ))  # fmt: skip


@dataclass(frozen=True)
class Windows:
    """Augmented windows of utterances in a random order, mixed in pairs where `mixup` says so."""

    items: Sequence[Spoken]
    recipe: Recipe
    classes: int
    seed: int

    def __len__(self) -> int:
        return max(1, len(self.items) // self.recipe.batch)

    def batch(self, epoch: int, index: int) -> tuple[Floats, Floats]:
        """Windows ``[batch, frames, width]`` and soft labels ``[batch, classes]``."""
        recipe = self.recipe
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.items))
        rows = order[np.arange(index * recipe.batch, (index + 1) * recipe.batch) % len(order)]
        rng = np.random.default_rng([self.seed, epoch, index])
        x = np.stack([recipe.window(self.items[row], rng) for row in rows])
        y = np.stack([self.items[r].soft_label(self.classes, recipe.smoothing) for r in rows])
        if recipe.mixup > 0.0:
            share = rng.beta(recipe.mixup, recipe.mixup, (len(rows), 1)).astype(np.float32)
            share = np.maximum(share, 1.0 - share)
            other = rng.permutation(len(rows))
            x = share[:, :, None] * x + (1.0 - share[:, :, None]) * x[other]
            y = share * y + (1.0 - share) * y[other]
        return x, y
