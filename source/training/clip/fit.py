"""Trains a clip network in stages of ever longer clips."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from source.training.clip.kinds import ClipNetwork, Stage

DECAY = 0.01
WARM = 50
"""Steps in which the learning rate of a stage rises."""

VALID_CLIPS = 150

Draw = Callable[..., tuple[np.ndarray, np.ndarray]]
"""Takes a generator and ``steps=``; gives a clip and its target. Pictures are uint8."""


@dataclass(frozen=True)
class Clips:
    """The clips of one stage, each drawn by its own number."""

    draw: Draw
    stage: Stage
    seed: int
    number: int

    def __len__(self) -> int:
        return self.stage.batches

    def batch(self, epoch: int, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Clips ``[batch, steps, ...]`` and their targets ``[batch, 8]``."""
        first = (epoch * len(self) + index) * self.stage.batch
        rows = range(first, first + self.stage.batch)
        return several(self.draw, [(self.seed, self.number, r) for r in rows], self.stage.steps)


def fit_stages(
    kind: ClipNetwork, stages: tuple[Stage, ...], options: dict[str, Any], draw: Draw,
    valid: Draw, *, folder: Path, seed: int, valid_clips: int = VALID_CLIPS,
) -> list[np.ndarray]:  # fmt: skip
    """Go through the stages, each of which begins with the weights of the one before.

    Parameters
    ----------
    options : dict
        Arguments of the network.
    draw, valid : Draw
        Clips to train on; clips whose accuracy is logged, of which there are `valid_clips`.
    folder : Path
        Where the state of each stage is kept; what is done in it is not done again.

    Returns
    -------
    list of np.ndarray
        The trained weights.
    """
    from source.training import fit

    weights: list[np.ndarray] = []
    for number, stage in enumerate(stages):
        net = kind.build(**{**options, "steps": stage.steps, "unroll": False})
        if weights:
            carry(weights, net)
        batches = stage.batches * stage.epochs
        rate = fit.cosine(stage.rate, steps=batches, warm=WARM, start=0.02, end=0.01)
        fit.fit(
            net, [fit.Stage(Clips(draw, stage, seed, number), stage.epochs)],
            folder=folder / f"stage-{number}", seed=seed,
            optimizer=fit.adamw(rate, decay=DECAY, global_clipnorm=1.0),
            title=f"clips of {stage.steps} pictures",
            valid=several(valid, [(seed, 8, i) for i in range(valid_clips)], stage.steps),
        )  # fmt: skip
        weights = net.get_weights()
    return weights


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
            before = len(old) // width
            near = np.arange(steps) * before // steps
            rows = old.reshape(before, width, *old.shape[1:])[near] * (before / steps)
            old = rows.reshape(new.shape)
        own.append(old)
    net.set_weights(own)


def several(
    draw: Draw, numbers: list[tuple[int, ...]], steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """One clip for each of `numbers`, as the network takes them, and their targets."""
    drawn = [draw(chance(*each), steps=steps) for each in numbers]
    return unit(np.stack([clip for clip, _ in drawn])), np.stack([votes for _, votes in drawn])


def unit(clips: np.ndarray) -> np.ndarray:
    """What the network takes: pictures from 0 to 1, rows as they are."""
    scale = 255.0 if clips.dtype == np.uint8 else 1.0
    return np.asarray(clips, np.float32) / np.float32(scale)


def chance(*numbers: int) -> np.random.Generator:
    """The generator of one clip: a training that goes on draws the same clips."""
    return np.random.default_rng(numbers)
