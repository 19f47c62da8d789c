"""The training loop of the voice networks: AdamW, one cycle, mixup, averaged weights."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training.voice_augment import augment
from source.voice.features import COEFFICIENTS

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Spoken:
    """One utterance to train on: log-mel of its clip [frames, BANDS], its ends in frames."""

    name: str
    bands: Floats
    first: int
    last: int
    label: int
    speaker: str


@dataclass(frozen=True)
class Recipe:
    """Everything that was chosen, by inner validation, about how to train."""

    epochs: int = 60
    batch: int = 32
    rate: float = 2e-3
    decay: float = 0.02
    smoothing: float = 0.1
    mixup: float = 0.2
    average: float = 0.99
    frames: int = 224


def threads(count: int) -> None:
    """Bind TensorFlow to `count` threads; must come before its first use."""
    os.environ.setdefault("OMP_NUM_THREADS", str(count))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(count)
    tf.config.threading.set_inter_op_parallelism_threads(count)


def fit(
    model: Any,
    items: list[Spoken],
    *,
    classes: int,
    recipe: Recipe,
    seed: int,
    checkpoint: Path | None = None,
    title: str = "voice",
    after_epoch: Callable[[int], None] | None = None,
) -> None:
    """Train `model` in place; at the end it holds the averaged weights.

    With `checkpoint` (a folder) the state is kept after every fifth epoch, and a run that
    was broken off goes on from there.
    """
    import keras
    import tensorflow as tf
    from tqdm import tqdm

    steps = max(1, len(items) // recipe.batch)
    total = steps * recipe.epochs
    rate = tf.Variable(recipe.rate, dtype=tf.float32, trainable=False)
    optimizer = keras.optimizers.AdamW(recipe.rate, weight_decay=recipe.decay, clipnorm=2.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    optimizer.build(model.trainable_variables)
    averaged = [tf.Variable(w, trainable=False) for w in model.weights]
    state = tf.train.Checkpoint(
        epoch=tf.Variable(0, dtype=tf.int64),
        averaged=averaged,
        weights=[v.value for v in model.weights],
        optimizer=[v.value for v in optimizer.variables],
    )
    keeper = tf.train.CheckpointManager(state, str(checkpoint), 1) if checkpoint else None
    if keeper and keeper.latest_checkpoint:
        state.restore(keeper.latest_checkpoint)

    @tf.function(jit_compile=False)
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = model(x, training=True)[0]
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits))
        optimizer.apply_gradients(
            zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables,
                strict=True)
        )
        return loss

    momentum = tf.Variable(0.0, trainable=False)

    @tf.function(jit_compile=False)
    def average() -> None:
        for mean, now in zip(averaged, model.weights, strict=True):
            mean.assign(momentum * mean + (1.0 - momentum) * now)

    for epoch in range(int(state.epoch), recipe.epochs):
        rng = np.random.default_rng([seed, epoch])
        tf.random.set_seed(seed * 1000 + epoch)
        order = rng.permutation(len(items))
        losses = []
        bar = tqdm(range(steps), desc=f"{title} {epoch + 1}/{recipe.epochs}", leave=False,
                   mininterval=5.0)
        for i in bar:
            now = epoch * steps + i
            rate.assign(recipe.rate * _one_cycle(now / total))
            optimizer.learning_rate.assign(rate)
            rows = order[np.arange(i * recipe.batch, (i + 1) * recipe.batch) % len(order)]
            x, y = batch([items[r] for r in rows], classes, recipe, rng)
            losses.append(float(step(x, y)))
            momentum.assign(min(recipe.average, (1 + now) / (10 + now)))
            average()
        state.epoch.assign(epoch + 1)
        if keeper and (epoch % 5 == 4 or epoch + 1 == recipe.epochs):
            keeper.save()
        print(f"{title} epoch {epoch + 1}/{recipe.epochs} loss {np.mean(losses):.4f}", flush=True)
        if after_epoch is not None:
            raw = [w.numpy() for w in model.weights]
            model.set_weights([w.numpy() for w in averaged])
            after_epoch(epoch + 1)
            model.set_weights(raw)
    model.set_weights([w.numpy() for w in averaged])


def batch(
    items: list[Spoken], classes: int, recipe: Recipe, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Augmented windows and soft labels of one step, mixed in pairs."""
    x = np.zeros((len(items), recipe.frames, COEFFICIENTS), dtype=np.float32)
    for row, item in zip(x, items, strict=True):
        heard = augment(item.bands, item.first, item.last, rng)
        start = int(rng.integers(0, max(1, len(heard) - recipe.frames + 1)))
        kept = heard[start : start + recipe.frames]
        row[: len(kept)] = kept
    y = np.full((len(items), classes), recipe.smoothing / classes, dtype=np.float32)
    y[np.arange(len(items)), [item.label for item in items]] += 1.0 - recipe.smoothing
    if recipe.mixup > 0.0:
        share = rng.beta(recipe.mixup, recipe.mixup, (len(items), 1)).astype(np.float32)
        share = np.maximum(share, 1.0 - share)
        other = rng.permutation(len(items))
        x = share[:, :, None] * x + (1.0 - share[:, :, None]) * x[other]
        y = share * y + (1.0 - share) * y[other]
    return x, y


def _one_cycle(done: float) -> float:
    """Learning rate's factor: up over the first fifth, then down along a cosine."""
    if done < 0.2:
        return 0.05 + 0.95 * done / 0.2
    return max(1e-3, 0.5 * (1.0 + float(np.cos(np.pi * (done - 0.2) / 0.8))))
