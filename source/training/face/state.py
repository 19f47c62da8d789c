"""The face network in training: weights, optimiser and running averages, kept on disk."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from source.training.face.batches import Batches
from source.training.face.data import FER2013

DECAY = 0.05
"""Weight decay."""

MEMORY = 0.998
"""How slowly the averages of the weights follow them, per step."""

STATE = "state.json"
"""Beside the checkpoint: how many epochs it has seen."""

BESIDE = 0.5
"""Weight of the FER2013 label beside the FER+ votes in what is learned."""


class State:
    """Network, optimiser and their averages, kept on disk after every epoch.

    Two layers read the same embedding: the network's own logits learn the votes of FER+, and
    `head` the one label that FER2013 gives each picture. The first is what ships; the second
    makes the embedding learn from both, and answers in FER2013's classes.

    Attributes
    ----------
    done : int
        Epochs of this run.
    before : int
        Epochs of the run, and of those before it, whose weights it began with.
    """

    def __init__(
        self, work: Path, net: Any, *, restart: bool, begin: Path | None = None,
        dropout: float = 0.3,
    ) -> None:  # fmt: skip
        import keras

        self.work, self.net, self.done, self.before = work, net, 0, 0
        self.file = work / "checkpoint.keras"
        self.head = keras.layers.Dense(len(FER2013), name="fer2013")
        seven = self.head(keras.layers.Dropout(dropout)(net.outputs[1]))
        # The checkpoint keeps the optimiser as well.
        self.trained = keras.Model(net.inputs, [net.outputs[0], seven])
        self.trained.compile(
            keras.optimizers.AdamW(2e-3, weight_decay=DECAY, use_ema=True, ema_momentum=MEMORY),
            [
                keras.losses.CategoricalCrossentropy(from_logits=True),
                keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
            ],
            loss_weights=[1.0, BESIDE],
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
            told = _told(work)
            self.done, self.before = told["done"], told.get("before", 0)
        elif begin is not None:
            self._begin(keras.models.load_model(begin))
            self.before = sum(_told(begin.parent).values())

    def _begin(self, other: Any) -> None:
        """Take the weights of every layer that `other` has under the same name."""
        known = {layer.name: layer for layer in other.layers}
        for layer in self.trained.layers:
            if layer.weights and layer.name in known:
                layer.set_weights(known[layer.name].get_weights())

    def step(self, batch: np.ndarray, votes: np.ndarray, labels: np.ndarray) -> float:
        """Learn from one batch; its loss.

        Parameters
        ----------
        batch : np.ndarray [shape=(n, side, side, 1)]
        votes : np.ndarray [shape=(n, 8)]
        labels : np.ndarray [shape=(n,)]
            Places in `FER2013`; -1 where there is none, which then counts for nothing.
        """
        one = np.eye(len(FER2013), dtype=np.float32)[labels.clip(0)]
        weights = [np.ones(len(batch), np.float32), (labels >= 0).astype(np.float32)]
        losses = self.trained.train_on_batch(batch, [votes, one], sample_weight=weights)
        return float(losses[0])

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        part = self.file.with_name("part.keras")
        self.trained.save(part)
        os.replace(part, self.file)
        told = {"done": self.done, "before": self.before}
        (self.work / STATE).write_text(json.dumps(told))

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


def _told(work: Path) -> dict[str, int]:
    """Epochs of the run in a folder, ``done``, and those ``before`` it; none where it says none."""
    file = work / STATE
    told: dict[str, int] = json.loads(file.read_text("utf-8")) if file.is_file() else {"done": 0}
    return told
