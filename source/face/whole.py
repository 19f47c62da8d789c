"""Is the whole face there, or does a mask, a hand, a scarf, dark glasses cover a part of it?

A small network of our own says so of the crop that is read: four convolutions and two layers on
them, 79,000 weights, computed in numpy (half a millisecond a crop). It learned FER2013 training
faces beside the same with something drawn over them (`source.training.whole_face`).
"""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from source.face.expression import prepare
from source.runtime import Card
from source.runtime.registry import EVIDENCE

FILE = "weights.npz"

LAYERS = ((5, 12, 2), (3, 24, 2), (3, 32, 1), (3, 48, 2))
"""Side of the window, channels, step of each convolution."""


@dataclass(frozen=True, eq=False)
class Whole:
    """The network; `weights` are kernels [side, side, in, out] and biases [out], in turn."""

    weights: tuple[np.ndarray, ...]
    threshold: float

    def covered(self, crop: np.ndarray) -> float:
        """Probability that a part of a face is covered, 0 to 1.

        Parameters
        ----------
        crop : np.ndarray [shape=(48, 48), uint8]
            Grey, aligned, as it is read.
        """
        maps = prepare(crop[None])[0]
        for number, (side, _, step) in enumerate(LAYERS):
            kernel, bias = self.weights[2 * number : 2 * number + 2]
            maps = np.maximum(_convolved(maps, kernel, side, step) + bias, 0.0)
        inner, inner_bias, last, last_bias = self.weights[2 * len(LAYERS) :]
        hidden = np.maximum(maps.reshape(-1) @ inner + inner_bias, 0.0)
        logit = float((hidden @ last + last_bias)[0])
        return float(1.0 / (1.0 + np.exp(-np.clip(logit, -80.0, 80.0))))

    def __call__(self, crop: np.ndarray) -> bool:
        """Whether nothing covers the face, as far as the network can tell."""
        return self.covered(crop) < self.threshold


def _convolved(maps: np.ndarray, kernel: np.ndarray, side: int, step: int) -> np.ndarray:
    """Convolution, `step` pixels apart: [h, w, in] to [h / step, w / step, out]."""
    places = -(-maps.shape[0] // step)
    missing = max(0, (places - 1) * step + side - maps.shape[0])
    room = (missing // 2, missing - missing // 2)
    around = np.pad(maps, (room, room, (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(around, (side, side), axis=(0, 1))
    # [place, place, channel, down, right]
    rows = windows[::step, ::step].transpose(0, 1, 3, 4, 2).reshape(places * places, -1)
    return np.asarray((rows @ kernel.reshape(rows.shape[1], -1)).reshape(places, places, -1))


@cache
def load_whole(root: Path) -> Whole | None:
    """The network of a models folder, or None if there is none; loaded once.

    Raises
    ------
    ModelMissing, ModelChanged
        If its file is not the one on its card.
    """
    folder = root / "evidence" / EVIDENCE
    if not folder.is_dir():
        return None
    card = Card.read(folder)
    with np.load(io.BytesIO(card.verified(folder, FILE)), allow_pickle=False) as data:
        weights = tuple(data[f"arr_{n}"].astype(np.float32) for n in range(len(data.files)))
    return Whole(weights, card.threshold)
