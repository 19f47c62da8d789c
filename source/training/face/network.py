"""The face network in training: two layers read one embedding, and one set of faces.

The network's own logits learn the votes of FER+, and a second layer the one label that FER2013
gives each picture. The first is what ships; the second makes the embedding learn from both, and
answers in FER2013's classes.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.core.errors import NotFound
from source.face.expression import SIDE, prepare
from source.runtime.networks.face import residual
from source.training.face.batches import Batches, crops, soft_labels
from source.training.face.data import FER2013, Faces
from source.training.face.runs import Training

DECAY = 0.05
"""Weight decay."""

AVERAGE = 0.998
"""How slowly the averages of the weights follow them, per step."""

WARM = 1.0
"""Epochs in which the learning rate rises."""

COOL = 0.75
"""Share of the epochs, at the end, in which it falls to nothing."""

SIDES = ((0.0, 32), (0.4, 40), (0.85, SIDE))
"""Side of the crops from each share of the epochs on: small crops first, which cost less."""

BESIDE = 0.5
"""Weight of the FER2013 label beside the FER+ votes."""

CHECKPOINT = "checkpoint.keras"
EPOCHS = "epochs.json"
"""Beside the checkpoint: epochs of that training, ``done``, and of those ``before`` it."""


@dataclass(frozen=True)
class Trained:
    """A trained network, the model of `both` its answers, and how long it was trained.

    `done` are the epochs of this training, `before` those of the ones whose weights it began with.
    """

    net: Any
    both: Any
    done: int
    before: int

    @property
    def head(self) -> list[np.ndarray]:
        """Weights and bias of the layer that answers in FER2013's classes."""
        return [w.astype(np.float32) for w in self.both.get_layer("fer2013").get_weights()]


def untrained(options: dict[str, Any], *, seed: int) -> tuple[Any, Any]:
    """The network for crops of any side, and the model of both its answers."""
    import keras

    keras.utils.set_random_seed(seed)
    net = residual(side=None, classes=len(FACE), **options)
    kept = keras.layers.Dropout(0.3)(net.outputs[1])
    head = keras.layers.Dense(len(FER2013), name="fer2013")(kept)
    return net, keras.Model(net.inputs, [net.outputs[0], head])


def plan(epochs: int, *, pretrained: bool = False) -> list[tuple[int, int]]:
    """Sides of the crops, and the epoch until which each is used.

    A `pretrained` network has learned what the smallest crops teach.

    >>> plan(20)
    [(32, 8), (40, 17), (48, 20)]
    """
    ends = [int(share * epochs) for share, _ in SIDES[1:]] + [epochs]
    parts = [(side, end) for (_, side), end in zip(SIDES, ends, strict=True)]
    parts = parts[1:] if pretrained else parts
    return [
        (side, end) for n, (side, end) in enumerate(parts) if end > (parts[n - 1][1] if n else 0)
    ]


def rate(steps: int, *, per_epoch: int, peak: float) -> Any:
    """The learning rate of each step: up, level, then straight down."""
    from source.training import fit

    warm = round(WARM * per_epoch) if steps > 2 * per_epoch else 0
    return fit.Trapezoid(peak, steps=steps, warm=warm, cool=round(COOL * steps))


def train_network(
    chosen: Faces, valid: Faces, options: dict[str, Any], run: Training, *, folder: Path
) -> Trained:
    """Train on `chosen` from the last epoch kept in `folder` on; `valid` is for the log.

    Raises
    ------
    NotFound
        If only the last epoch is to be exported and there is none.
    """
    from source.training import fit

    net, both = untrained(options, seed=run.seed)
    before = _begin(both, folder, run.begin)
    epochs = fit.epochs_done(folder) if run.export_only else run.epochs
    if not epochs:
        raise NotFound(f"Nothing is trained in “{folder}” yet.", hint="Leave out --export-only.")
    per_epoch = max(1, len(chosen) // run.batch)
    scored = valid.where(valid.scored)
    answers = (scored.votes, soft_labels(scored.labels))
    fit.fit(
        net,
        [
            fit.Stage(Batches(chosen, size=run.batch, side=side, seed=run.seed), until)
            for side, until in plan(epochs, pretrained=before > 0)
        ],
        optimizer=fit.adamw(
            rate(per_epoch * run.epochs, per_epoch=per_epoch, peak=run.peak), decay=DECAY,
            average=AVERAGE,
        ),
        folder=folder, title="face", seed=run.seed, outputs=both.outputs,
        loss_weights=[1.0, BESIDE],
        valid=(prepare(crops(scored)), answers) if len(scored) else None,
    )  # fmt: skip
    done = max(epochs, fit.epochs_done(folder))
    both.save(folder / CHECKPOINT)
    _note(folder, done=done, before=before)
    return Trained(net, both, done, before)


def _begin(both: Any, folder: Path, file: Path | None) -> int:
    """Take the weights of every layer that a checkpoint has by the same name; its epochs.

    Nothing is taken where the training in `folder` has begun.
    """
    import keras

    if (folder / EPOCHS).is_file():
        return _noted(folder)["before"]
    if file is None:
        return 0
    known = {layer.name: layer for layer in keras.models.load_model(file).layers}
    for layer in both.layers:
        if layer.weights and layer.name in known:
            layer.set_weights(known[layer.name].get_weights())
    before = sum(_noted(file.parent).values())
    _note(folder, done=0, before=before)
    return before


def _note(folder: Path, **epochs: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / EPOCHS).write_text(json.dumps(epochs), "utf-8")


def _noted(folder: Path) -> dict[str, int]:
    epochs: dict[str, int] = json.loads((folder / EPOCHS).read_text("utf-8"))
    return epochs
