"""Fits a clip network in stages, and goes on where it was stopped."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from source.training.clip.kinds import Kind, Stage
from source.training.clip.runs import Training

DECAY = 0.01
VALID_CLIPS = 150

Draw = Callable[..., tuple[np.ndarray, np.ndarray]]
"""Takes a generator and ``steps=``; gives a clip and its target. Pictures are uint8."""


def fit(
    kind: Kind, stages: tuple[Stage, ...], options: dict[str, Any], draw: Draw, valid: Draw,
    work: Path, run: Training,
) -> list[np.ndarray]:  # fmt: skip
    """Go through the stages; give the trained weights."""
    begun, begin = stage_of(work)
    weights = weights_of(work) if begun else None
    for number, stage in enumerate(stages):
        if number < begun:
            continue
        net = kind.build(**{**options, "steps": stage.steps, "unroll": False})
        trainer = _Trainer(net, stage, run)
        if weights is not None:
            carry(weights, net)
        first = trainer.resume(work) if number == begun and begin else 0
        clock = time.monotonic()
        losses: list[float] = []
        for step in range(first, trainer.steps):
            losses.append(trainer.step(step, _batch(draw, stage, run.seed, number, step)))
            if time.monotonic() - clock > 60:
                clock = time.monotonic()
                trainer.save(work, number, step + 1)
                _log(work, stage=number, step=step + 1, of=trainer.steps,
                     loss=float(np.mean(losses[-100:])))  # fmt: skip
        weights = net.get_weights()
        trainer.save(work, number + 1, 0)
        if number + 1 < len(stages):  # the last is measured when its model is written
            _log(work, stage=number, step=trainer.steps, of=trainer.steps,
                 loss=float(np.mean(losses[-100:])) if losses else 0.0,
                 valid=_accuracy(net, valid, stage, run))  # fmt: skip
    return weights or []


class _Trainer:
    """One stage: network, optimiser, and their checkpoint."""

    def __init__(self, net: Any, stage: Stage, run: Training) -> None:
        import keras

        self._stage = stage
        self.steps = steps_of(stage, run)
        self.net = net
        self._trained = keras.Model(net.inputs, net.outputs[0])
        self._trained.compile(
            keras.optimizers.AdamW(stage.rate, weight_decay=DECAY, global_clipnorm=1.0),
            keras.losses.CategoricalCrossentropy(from_logits=True),
            jit_compile=False,
        )
        self._optimizer = self._trained.optimizer
        self._optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self._optimizer.build(self._trained.trainable_variables)

    def step(self, step: int, batch: tuple[np.ndarray, np.ndarray]) -> float:
        """Learn from one batch; the rate rises for 50 steps and falls along a cosine."""
        wave = 0.5 * (1.0 + np.cos(np.pi * step / self.steps))
        self._optimizer.learning_rate.assign(
            self._stage.rate * min(1.0, (step + 1) / 50) * max(wave, 0.01)
        )
        return float(self._trained.train_on_batch(*batch))

    def save(self, work: Path, stage: int, step: int) -> None:
        """Write the checkpoint whole, or not at all."""
        parts = {f"w{i:03d}": w for i, w in enumerate(self.net.get_weights())}
        parts |= {f"o{i:03d}": v.numpy() for i, v in enumerate(self._optimizer.variables)}
        part = work / "checkpoint.part.npz"
        np.savez(part, stage=stage, step=step, **parts)
        os.replace(part, work / "checkpoint.npz")

    def resume(self, work: Path) -> int:
        """Take the checkpoint's state; give the step to go on with."""
        with np.load(work / "checkpoint.npz") as kept:
            self.net.set_weights([kept[k] for k in sorted(kept.files) if k[0] == "w"])
            names = [k for k in sorted(kept.files) if k[0] == "o"]
            for variable, key in zip(self._optimizer.variables, names, strict=True):
                variable.assign(kept[key])
            return int(kept["step"])


def steps_of(stage: Stage, run: Training) -> int:
    """How many batches a stage has."""
    scale = 1.0 if run.tiny else run.scale
    return max(1, round(stage.clips * scale) // stage.batch)


def stage_of(work: Path) -> tuple[int, int]:
    """Stage and step that the checkpoint in `work` stands at."""
    file = work / "checkpoint.npz"
    if not file.is_file():
        return 0, 0
    with np.load(file) as kept:
        return int(kept["stage"]), int(kept["step"])


def weights_of(work: Path) -> list[np.ndarray]:
    """The weights of the checkpoint in `work`."""
    with np.load(work / "checkpoint.npz") as kept:
        return [kept[k] for k in sorted(kept.files) if k[0] == "w"]


def carry(weights: list[np.ndarray], net: Any) -> None:
    """Give a network the weights of one that saw fewer or more steps.

    Where all steps lie flat before a linear layer, each step takes the rows of the one that
    was nearest, divided so that the answer stays about the same.
    """
    steps = int(net.inputs[0].shape[1])
    own = []
    for old, new in zip(weights, net.get_weights(), strict=True):
        if old.shape != new.shape:
            width = len(new) // steps
            seen = len(old) // width
            near = np.arange(steps) * seen // steps
            rows = old.reshape(seen, width, *old.shape[1:])[near] * (seen / steps)
            old = rows.reshape(new.shape)
        own.append(old)
    net.set_weights(own)


def unit(clips: np.ndarray) -> np.ndarray:
    """What the network takes: pictures from 0 to 1, rows as they are."""
    scale = 255.0 if clips.dtype == np.uint8 else 1.0
    return np.asarray(clips, np.float32) / np.float32(scale)


def _batch(
    draw: Draw, stage: Stage, seed: int, number: int, step: int
) -> tuple[np.ndarray, np.ndarray]:
    drawn = [
        draw(chance(seed, number, step * stage.batch + i), steps=stage.steps)
        for i in range(stage.batch)
    ]
    return unit(np.stack([clip for clip, _ in drawn])), np.stack([votes for _, votes in drawn])


def chance(*numbers: int) -> np.random.Generator:
    """The generator of one clip: a resumed training draws the same clips."""
    return np.random.default_rng(numbers)


def _accuracy(net: Any, draw: Draw, stage: Stage, run: Training) -> float:
    count = 8 if run.tiny else VALID_CLIPS
    right = []
    for first in range(0, count, 20):
        rows = range(first, min(count, first + 20))
        drawn = [draw(chance(run.seed, 8, i), steps=stage.steps) for i in rows]
        clips = unit(np.stack([c for c, _ in drawn]))
        answers = np.asarray(net.predict_on_batch(clips)[0]).argmax(axis=1)
        right += (answers == [int(v.argmax()) for _, v in drawn]).tolist()
    return float(np.mean(right))


def _log(work: Path, **line: float) -> None:
    text = json.dumps({k: round(v, 4) for k, v in line.items()})
    print(text, flush=True)
    with (work / "log.jsonl").open("a") as log:
        log.write(text + "\n")
