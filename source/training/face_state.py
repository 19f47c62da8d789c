"""The face network in training: weights, optimiser and running averages, kept on disk."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from source.training.face_batches import Batches

DECAY = 0.05
"""Weight decay."""

MEMORY = 0.998
"""How slowly the averages of the weights follow them, per step."""


class State:
    """Network, optimiser and their averages, kept on disk after every epoch."""

    def __init__(self, work: Path, net: Any, *, restart: bool) -> None:
        import keras

        self.work, self.net, self.done = work, net, 0
        self.file = work / "checkpoint.keras"
        # Only the logits are trained; the checkpoint keeps the optimiser as well.
        self.trained = keras.Model(net.inputs, net.outputs[0])
        self.trained.compile(
            keras.optimizers.AdamW(2e-3, weight_decay=DECAY, use_ema=True, ema_momentum=MEMORY),
            keras.losses.CategoricalCrossentropy(from_logits=True),
            jit_compile=False,
        )
        self.optimizer = self.trained.optimizer
        self.optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        if self.file.is_file() and not restart:
            kept = keras.models.load_model(self.file)
            self.trained.set_weights(kept.get_weights())
            self.optimizer.build(self.trained.trainable_variables)
            for mine, other in zip(self.optimizer.variables, kept.optimizer.variables, strict=True):
                mine.assign(other)
            self.done = int(json.loads((work / "state.json").read_text())["done"])

    def step(self, batch: np.ndarray, targets: np.ndarray) -> float:
        """Learn from one batch; its loss."""
        return float(self.trained.train_on_batch(batch, targets))

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        part = self.file.with_name("part.keras")
        self.trained.save(part)
        os.replace(part, self.file)
        (self.work / "state.json").write_text(json.dumps({"done": self.done}))

    def average(self) -> None:
        """Put the running average of the weights in their place."""
        if self.optimizer.built:
            self.optimizer.finalize_variable_values(self.trained.trainable_variables)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """The averages for a while."""
        kept = [v.numpy() for v in self.trained.trainable_variables]
        self.average()
        yield
        for variable, value in zip(self.trained.trainable_variables, kept, strict=True):
            variable.assign(value)

    def settle(self, batches: Batches, *, side: int) -> None:
        """Measure the batch statistics anew: those kept belong to weights not yet averaged."""
        norms = [x for x in self.net.layers if type(x).__name__ == "BatchNormalization"]
        for norm in norms:
            norm.momentum = 0.95
        for step in batches.steps[:60]:
            self.net(batches.take(step, side=side)[0], training=True)
