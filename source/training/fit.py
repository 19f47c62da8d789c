"""The one loop that trains every network, on Keras alone: any backend of Keras can run it.

Call `source.training.threads.start_keras` before this is imported; it says which backend.
Everything random in training follows from (seed, epoch, index), so that a training that was
broken off and goes on from its last epoch ends with the same weights.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
from keras import ops

SETTLING = 60
"""Batches from which the statistics of batch normalisation are measured anew."""


class Batches(Protocol):
    """What a network is trained on, batch by batch."""

    def __len__(self) -> int:
        """Batches in an epoch."""

    def batch(self, epoch: int, index: int) -> tuple[Any, Any]:
        """Input and target (or a tuple of targets) of one batch; the same at each call."""


@dataclass(frozen=True)
class Stage:
    """What is trained on until an epoch, counted from the first of the whole training.

    Batches of one stage have one shape. Optimizer and rate go on from stage to stage.
    """

    batches: Batches
    until: int


class MaskedCrossEntropy(keras.losses.Loss):
    """Cross entropy between logits and a distribution; classes at -1 are unknown.

    An unknown class takes no part in the softmax, so nothing is learned about it. A row in
    which every class is unknown costs nothing.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Loss of each row ``[n]`` for targets and logits ``[n, classes]``."""
        logits = y_pred - 1e4 * ops.cast(y_true < 0.0, y_pred.dtype)
        return -ops.sum(ops.maximum(y_true, 0.0) * ops.log_softmax(logits, axis=-1), axis=-1)


class Trapezoid(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that rises for `warm` steps, stays, and falls straight to 0 in the last `cool`."""

    def __init__(self, rate: float, *, steps: int, warm: int, cool: int) -> None:
        self.rate, self.steps, self.warm, self.cool = rate, steps, warm, cool

    def __call__(self, step: Any) -> Any:
        """The rate of a step."""
        step = ops.cast(step, "float32")
        rising = (step + 0.01 * self.warm) / max(self.warm, 1)
        falling = (self.steps - step) / max(self.cool, 1)
        return self.rate * ops.clip(ops.minimum(rising, falling), 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        """The arguments it was made with."""
        return {"rate": self.rate, "steps": self.steps, "warm": self.warm, "cool": self.cool}


def cosine(rate: float, *, steps: int, warm: int, start: float = 0.05, end: float = 1e-3) -> Any:
    """A rate that rises from a share of it for `warm` steps, then falls along a cosine."""
    warm = max(1, min(warm, steps // 2))
    return keras.optimizers.schedules.CosineDecay(
        rate * start, max(1, steps - warm), alpha=end, warmup_target=rate, warmup_steps=warm
    )


def adamw(rate: Any, *, decay: float, average: float | None = None, **clip: float) -> Any:
    """AdamW that spares biases and normalisation; with `average` it keeps averaged weights.

    `average` is how slowly the averages follow the weights, per step (0 to 1).
    """
    return sparing(keras.optimizers.AdamW(
        rate, weight_decay=decay, use_ema=average is not None, ema_momentum=average or 0.99, **clip
    ))  # fmt: skip


def sparing(optimizer: Any) -> Any:
    """The optimizer, without weight decay of biases and of normalisation."""
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def fit(
    net: Any, stages: Sequence[Stage], *, optimizer: Any, folder: Path, title: str, seed: int = 0,
    loss: Any = None, outputs: Any = None, loss_weights: Sequence[float] | None = None,
    valid: tuple[Any, Any] | None = None,
) -> None:  # fmt: skip
    """Train `net`, which holds the averaged weights afterwards where the optimizer keeps them.

    Parameters
    ----------
    net : keras.Model
        Its first output is trained, unless `outputs` names others of its tensors.
    stages : sequence of Stage
    folder : Path
        Where the state is kept after every epoch; a training goes on from there. ``log.csv`` in
        it has a row for each epoch.
    loss : keras.losses.Loss, optional
        Of each output; `MaskedCrossEntropy` by default.
    valid : (input, target), optional
        Measured after every epoch, with averaged weights; nothing is chosen by it.
    """
    trained = keras.Model(net.inputs, net.outputs[0] if outputs is None else outputs)
    trained.compile(
        optimizer,
        [loss or MaskedCrossEntropy() for _ in trained.outputs],
        loss_weights=loss_weights,
        metrics=[["categorical_accuracy"] for _ in trained.outputs] if valid else None,
        jit_compile=keras.backend.backend() == "jax",
    )
    folder.mkdir(parents=True, exist_ok=True)
    first = 0
    for stage in stages:
        print(f"{title}: epochs {first + 1} to {stage.until}", flush=True)
        data = _Dataset(stage.batches)
        callbacks = [
            _Chance(data, seed),
            # Where a stage ended the averages stand in the network; this puts the weights back.
            keras.callbacks.BackupAndRestore(
                str(folder), delete_checkpoint=False, double_checkpoint=True
            ),
            keras.callbacks.CSVLogger(str(folder / "log.csv"), append=True),
        ]
        if valid and optimizer.use_ema:
            callbacks.insert(0, keras.callbacks.SwapEMAWeights())
        trained.fit(
            data, epochs=stage.until, initial_epoch=first, callbacks=callbacks, verbose=2,
            validation_data=valid, shuffle=False,
        )  # fmt: skip
        first = stage.until
    if optimizer.use_ema:
        _settle(net, stages[-1].batches, epoch=first)


def epochs_done(folder: Path) -> int:
    """Epochs of the training whose state is in `folder`; 0 where there is none."""
    file = folder / "training_metadata.json"
    return int(json.loads(file.read_text("utf-8"))["epoch"]) if file.is_file() else 0


def _settle(net: Any, batches: Batches, *, epoch: int) -> None:
    """Measure batch statistics anew: those there belong to weights that are not averaged."""
    norms = [x for x in net.layers if isinstance(x, keras.layers.BatchNormalization)]
    before = [norm.momentum for norm in norms]
    for index in range(min(SETTLING, len(batches)) if norms else 0):
        for norm in norms:
            norm.momentum = index / (index + 1.0)  # the mean of all batches so far
        net(batches.batch(epoch, index)[0], training=True)
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum


class _Dataset(keras.utils.PyDataset):
    """The batches of the epoch that is being trained."""

    def __init__(self, batches: Batches) -> None:
        super().__init__()
        self.batches, self.epoch = batches, 0

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        return self.batches.batch(self.epoch, index)


class _Chance(keras.callbacks.Callback):
    """Names the epoch to the data, and seeds dropout by it."""

    def __init__(self, data: _Dataset, seed: int) -> None:
        super().__init__()
        self._data, self._seed = data, seed

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._data.epoch = epoch
        states = [v for v in self.model.variables if "seed_generator" in v.path]
        for number, state in enumerate(states):
            chance = np.random.default_rng([self._seed, epoch, number])
            state.assign(chance.integers(0, 2**31, 2).astype("uint32"))
