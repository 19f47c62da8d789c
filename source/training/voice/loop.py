"""The training loop of the voice networks: AdamW, one cycle, mixup, averaged weights."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training.voice.augment import augment, hissed
from source.voice.features import BANDS, COEFFICIENTS, mfcc, normalise
from source.voice.pitch import EVERY, LAGS

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Spoken:
    """One utterance to train on: log-mel of its clip [frames, BANDS], its ends in frames.

    `lags` is the correlogram of the clip, int8 [frames / EVERY, LAGS], 127 for 1. `target`,
    where listeners were asked, is a distribution over the classes that stands for the label;
    classes at -1 are unknown to its corpus and are not held against the network.
    """

    name: str
    bands: Floats
    first: int
    last: int
    label: int
    speaker: str
    lags: NDArray[np.int8] | None = None
    target: Floats | None = None

    def correlogram(self) -> Floats:
        """`lags` in step with `bands`, float32 [frames, LAGS]."""
        assert self.lags is not None
        return np.repeat(self.lags.astype(np.float32) / 127.0, EVERY, axis=0)[: len(self.bands)]


@dataclass(frozen=True)
class Recipe:
    """Everything that was chosen, by inner validation, about how to train."""

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

    def told(self) -> dict[str, Any]:
        """Every choice by name, without those that came later and are off."""
        return {key: value for key, value in asdict(self).items() if key != "narrow" or value}

    @property
    def width(self) -> int:
        """Numbers in a frame of the network's input."""
        return COEFFICIENTS + LAGS * self.melody

    def optimizer(self) -> Any:
        """The Keras optimizer, at its highest rate."""
        import keras

        return keras.optimizers.AdamW(self.rate, weight_decay=self.decay, clipnorm=2.0)

    def bent(self, item: Spoken, rng: np.random.Generator) -> Floats:
        """One changed hearing of an utterance, ``[frames, width]``."""
        lags = item.correlogram() if self.melody else None
        return augment(item.bands, item.first, item.last, rng, lags, narrow=self.narrow)

    def heard(self, item: Spoken) -> Floats:
        """What serving computes of an utterance, ``[frames, width]``."""
        cepstra = normalise(mfcc(item.bands[item.first : item.last]))
        if not self.melody:
            return cepstra
        return np.concatenate([cepstra, item.correlogram()[item.first : item.last]], axis=1)


@dataclass(frozen=True)
class Spectral(Recipe):
    """The recipe of a network that is given mel bands instead of their cepstrum."""

    @property
    def width(self) -> int:
        """Numbers in a frame of the network's input."""
        return BANDS

    def bent(self, item: Spoken, rng: np.random.Generator) -> Floats:
        """One changed hearing of an utterance, ``[frames, width]``."""
        return augment(item.bands, item.first, item.last, rng, cepstra=False, narrow=self.narrow)

    def heard(self, item: Spoken) -> Floats:
        """What serving computes of an utterance, ``[frames, width]``."""
        return normalise(item.bands[item.first : item.last])


@dataclass(frozen=True)
class Descent(Recipe):
    """The recipe of a network that is trained as published: gradient descent and white noise."""

    def bent(self, item: Spoken, rng: np.random.Generator) -> Floats:
        """The utterance in noise, ``[frames, width]``."""
        return normalise(mfcc(hissed(item.bands[item.first : item.last], rng)))

    def optimizer(self) -> Any:
        """Momentum 0.8, as published with the network."""
        import keras

        return keras.optimizers.SGD(self.rate, momentum=0.8, weight_decay=self.decay)


class Trainer:
    """One network and its training step, traced once and used for every fold.

    Parameters
    ----------
    build : callable
        Makes the untrained network from a seed.
    """

    def __init__(self, build: Callable[[int], Any], *, classes: int, recipe: Recipe) -> None:
        import tensorflow as tf

        self.classes, self.recipe = classes, recipe
        self._build = build
        self.model = model = build(0)
        self.optimizer = optimizer = recipe.optimizer()
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        optimizer.build(model.trainable_variables)
        self.averaged = [tf.Variable(w, trainable=False) for w in model.weights]
        self.epoch = tf.Variable(0, dtype=tf.int64)
        self.state = tf.train.Checkpoint(
            epoch=self.epoch,
            averaged=self.averaged,
            weights=[v.value for v in model.variables],
            optimizer=[v.value for v in optimizer.variables],
        )
        momentum = self.momentum = tf.Variable(0.0, trainable=False)
        averaged = self.averaged
        self.blank = [v.numpy() for v in optimizer.variables]

        def step(x: Any, y: Any) -> Any:
            with tf.GradientTape() as tape:
                logits = tf.cast(model(x, training=True)[0], tf.float32)
                logits -= 1e4 * tf.cast(y < 0.0, tf.float32)
                wanted = tf.maximum(y, 0.0)
                loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, logits))
            slopes = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
            for mean, now in zip(averaged, model.weights, strict=True):
                mean.assign(momentum * mean + (1.0 - momentum) * now)
            return loss

        def answer(x: Any) -> Any:
            return tf.cast(model(x, training=False)[0], tf.float32)

        self.step, self.answer = tf.function(step), tf.function(answer, reduce_retracing=True)

    def fit(
        self,
        items: list[Spoken],
        *,
        seed: int,
        checkpoint: Path | None = None,
        title: str = "voice",
        begin: Path | None = None,
        whole: bool = False,
    ) -> Any:
        """Train from fresh weights; the network that comes back holds the averaged ones.

        With `begin` (a file of weights) only the layer of the logits is fresh, or nothing
        where the `whole` network is to go on.

        With `checkpoint` (a folder) the state is kept after every fifth epoch, and a run
        that was broken off goes on from there.
        """
        import tensorflow as tf
        from tqdm import tqdm

        recipe = self.recipe
        steps = max(1, len(items) // recipe.batch)
        self._restart(self._begun(seed, begin, whole=whole))
        keeper = tf.train.CheckpointManager(self.state, str(checkpoint), 1) if checkpoint else None
        if keeper and keeper.latest_checkpoint:
            self.state.restore(keeper.latest_checkpoint).expect_partial()
        for epoch in range(int(self.epoch), recipe.epochs):
            rng = np.random.default_rng([seed, epoch])
            order = rng.permutation(len(items))
            losses = []
            for i in tqdm(
                range(steps),
                desc=f"{title} {epoch + 1}/{recipe.epochs}",
                leave=False,
                mininterval=5.0,
            ):
                now = epoch * steps + i
                factor = _one_cycle(now / (steps * recipe.epochs))
                self.optimizer.learning_rate.assign(recipe.rate * factor)
                self.momentum.assign(min(recipe.average, (1 + now) / (10 + now)))
                rows = order[np.arange(i * recipe.batch, (i + 1) * recipe.batch) % len(order)]
                x, y = batch([items[r] for r in rows], self.classes, recipe, rng)
                losses.append(float(self.step(x, y)))
            self.epoch.assign(epoch + 1)
            if keeper and (epoch % 5 == 4 or epoch + 1 == recipe.epochs):
                keeper.save()
            print(f"{title} {epoch + 1}/{recipe.epochs} loss {np.mean(losses):.4f}", flush=True)
        self.model.set_weights([w.numpy() for w in self.averaged])
        self._level([item.label for item in items])
        return self.model

    def _level(self, labels: list[int]) -> None:
        """Take the classes' shares in training out of the logits.

        RAVDESS has half as many neutral clips as of any other emotion; who hands in a recording
        says nothing about which is how common. Menon AK et al. (2021), "Long-tail learning via
        logit adjustment", ICLR.
        """
        counts = np.bincount(labels, minlength=self.classes).astype(np.float64)
        shift = np.zeros(self.classes)
        shift[counts > 0] = np.log(counts[counts > 0].mean() / counts[counts > 0])
        layer = self.model.get_layer("logits")
        weights, bias = layer.get_weights()
        layer.set_weights([weights, (bias + shift).astype(np.float32)])

    def _begun(self, seed: int, begin: Path | None, *, whole: bool) -> Any:
        fresh = self._build(seed)
        if begin is not None:
            last = fresh.get_layer("logits")
            own = last.get_weights()
            fresh.load_weights(begin)
            if not whole:
                last.set_weights(own)
        return fresh

    def _restart(self, fresh: Any) -> None:
        self.model.set_weights(fresh.get_weights())
        for mean, now in zip(self.averaged, self.model.weights, strict=True):
            mean.assign(now.value)
        for variable, value in zip(self.optimizer.variables, self.blank, strict=True):
            variable.assign(value)
        self.epoch.assign(0)


def batch(
    items: list[Spoken], classes: int, recipe: Recipe, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Augmented windows and soft labels of one step, mixed in pairs."""
    x = np.zeros((len(items), recipe.frames, recipe.width), dtype=np.float32)
    for row, item in zip(x, items, strict=True):
        heard = recipe.bent(item, rng)
        start = int(rng.integers(0, max(1, len(heard) - recipe.frames + 1)))
        kept = heard[start : start + recipe.frames]
        row[: len(kept)] = kept
    y = np.stack([_soft(item, classes, recipe.smoothing) for item in items])
    if recipe.mixup > 0.0:
        share = rng.beta(recipe.mixup, recipe.mixup, (len(items), 1)).astype(np.float32)
        share = np.maximum(share, 1.0 - share)
        other = rng.permutation(len(items))
        x = share[:, :, None] * x + (1.0 - share[:, :, None]) * x[other]
        y = share * y + (1.0 - share) * y[other]
    return x, y


def _soft(item: Spoken, classes: int, smoothing: float) -> Floats:
    """Smoothed label of an item ``[classes]``; -1 where its corpus knows no such class."""
    if item.target is None:
        y = np.full(classes, smoothing / classes, dtype=np.float32)
        y[item.label] += 1.0 - smoothing
        return y
    known = item.target >= 0.0
    y = (1.0 - smoothing) * item.target + smoothing / known.sum()
    return np.where(known, y, -1.0).astype(np.float32)


def _one_cycle(done: float) -> float:
    """Learning rate's factor: up over the first fifth, then down along a cosine."""
    if done < 0.2:
        return 0.05 + 0.95 * done / 0.2
    return max(1e-3, 0.5 * (1.0 + float(np.cos(np.pi * (done - 0.2) / 0.8))))
