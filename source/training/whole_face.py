"""Train the network that says whether a face is whole: ``python -m source.training.whole_face``.

It needs `shared/data/face/fer2013` (or ``--data``), some 10 minutes on a core, and writes
``models/evidence/whole-face``. PublicTest, never learned from, sets the threshold.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from source.face.expression import prepare
from source.face.whole import FILE, LAYERS, Whole
from source.runtime.card import Card, digest
from source.settings import ROOT
from source.training.face import data
from source.training.occluders import cover
from source.training.threads import start_keras

FALSE_ALARMS = 0.03
"""Share of PublicTest's faces, some of which do wear dark glasses, that may be called covered."""

_EACH = 8000
_BATCH = 128


def main(argv: Sequence[str] | None = None) -> int:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/face/fer2013")
    parser.add_argument("--out", type=Path, default=ROOT / "models/evidence/whole-face")
    parser.add_argument("--work", type=Path, default=ROOT / "work")
    parser.add_argument("--epochs", type=int, default=24)
    given = parser.parse_args(argv)
    pictures, table = data.published(given.data)
    _, clear = data.shares(table["votes"])
    known = pictures[clear & (table["usage"] == 0) & ~table["near_test"].astype(bool)]
    held_out = pictures[clear & (table["usage"] == 1)]
    network = train_network(known, epochs=given.epochs, folder=given.work / "whole-face")
    weights = tuple(np.asarray(w, np.float16) for w in network.get_weights())
    write(weights, held_out, given.out)
    return 0


@dataclass(frozen=True)
class Pairs:
    """Faces drawn anew in each epoch, each bare and covered."""

    faces: np.ndarray
    seed: int

    def __len__(self) -> int:
        return max(1, 2 * min(_EACH, len(self.faces)) // _BATCH)

    def batch(self, epoch: int, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Crops [shape=(n, 48, 48, 1)], and 1 for each that is covered [shape=(n, 1)]."""
        order = np.random.default_rng([self.seed, epoch]).permutation(len(self.faces))
        chosen = self.faces[order[index * _BATCH // 2 : (index + 1) * _BATCH // 2]]
        rng = np.random.default_rng([self.seed, epoch, index])
        pairs = np.concatenate([pair(rng, face) for face in chosen])
        return prepare(pairs), np.tile([[0.0], [1.0]], (len(chosen), 1)).astype(np.float32)


def train_network(faces: np.ndarray, *, epochs: int, folder: Path, seed: int = 0) -> Any:
    """A Keras network trained on `faces` [shape=(n, 48, 48), uint8], bare and covered."""
    keras = start_keras(1)
    from source.training import fit

    keras.utils.set_random_seed(seed)
    layers = keras.layers
    x = crop = keras.Input((48, 48, 1))
    for side, channels, step in LAYERS:
        x = layers.Conv2D(channels, side, strides=step, padding="same", activation="relu")(x)
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    network = keras.Model(crop, layers.Dense(1)(layers.Dense(32, activation="relu")(x)))
    pairs = Pairs(faces, seed)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * len(pairs))
    fit.fit(
        network, [fit.Stage(pairs, epochs)], optimizer=keras.optimizers.Adam(rate), folder=folder,
        title="whole face", seed=seed, loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )  # fmt: skip
    return network


def pair(rng: np.random.Generator, face: np.ndarray) -> np.ndarray:
    """A face, moved and softened a little, bare and covered [shape=(2, 48, 48), uint8]."""
    import cv2

    if rng.random() < 0.5:
        face = face[:, ::-1]
    if rng.random() < 0.4:
        turn, scale = rng.normal(0, 5), rng.uniform(0.92, 1.08)
        place = np.asarray(cv2.getRotationMatrix2D((23.5, 23.5), turn, scale), np.float64)
        place[:, 2] += rng.normal(0, 1, 2)
        face = cv2.warpAffine(
            np.ascontiguousarray(face), place, (48, 48), borderMode=cv2.BORDER_REPLICATE
        )
    if rng.random() < 0.3:
        face = cv2.GaussianBlur(np.ascontiguousarray(face), (0, 0), rng.uniform(0.4, 1.2))
    return np.stack([face, cover(rng, face)])


def write(weights: tuple[np.ndarray, ...], held_out: np.ndarray, folder: Path) -> None:
    """Set the threshold on faces kept out, and write the weights and their card."""
    network = Whole(tuple(w.astype(np.float32) for w in weights), 1.0)
    rng = np.random.default_rng(3)
    bare = np.array([network.covered(face) for face in held_out])
    covered = np.array([network.covered(cover(rng, face)) for face in held_out])
    threshold = round(float(np.quantile(bare, 1.0 - FALSE_ALARMS)), 4)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / FILE, *weights)
    card = Card(
        name=folder.name,
        sense=folder.parent.name,
        architecture={"name": "whole face", "args": {"layers": LAYERS}},
        labels=(),
        input={"meaning": "the grey crop that the face network reads", "shape": [48, 48, 1]},
        preprocessing=1,
        temperature=1.0,
        threshold=threshold,
        sha256={FILE: digest((folder / FILE).read_bytes())},
        data="FER2013 training faces, bare and with drawn covers",
        licence="FER2013 was released for research, and its pictures belong to their owners. "
        "Use this model for research only.",
        protocol=f"Measured on PublicTest ({len(held_out)} faces), on which the threshold was also "
        "chosen",
        figures={
            "bare faces called covered": round(float((bare >= threshold).mean()), 4),
            "covered faces found": round(float((covered >= threshold).mean()), 4),
        },
        limits="It often misses hands of the same colour as the face and covers of less than "
        "about a fifth of it. Large dark glasses and dense beards may count as covers.",
    )
    card.write(folder)
    print(json.dumps(card.figures), "threshold", threshold)


if __name__ == "__main__":
    raise SystemExit(main())
