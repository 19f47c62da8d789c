"""Reads the expression of aligned faces, one still crop at a time."""

import numpy as np

from source.face.align import align
from source.face.pyramid import Pyramid
from source.face.views import STRAIGHT, VIEWS, View
from source.runtime.card import Card
from source.runtime.model import Model, softmax

SIDE = 48
"""Side of the crop that the network takes, in pixels."""

PREPROCESSING = 1
"""Version of `crop` and `prepare`; raised with any change to them or to `align`."""

FLOOR = 8.0
"""Smallest contrast (in grey levels) that is stretched: below it there is only noise."""

_BATCH = 32


def crop(image: np.ndarray | Pyramid, landmarks: np.ndarray) -> np.ndarray:
    """The grey crop of one face [shape=(48, 48), uint8]; see `source.face.align.align`."""
    return align(image, landmarks, size=SIDE, grey=True)


def prepare(crops: np.ndarray) -> np.ndarray:
    """Crops become the network's input: each one's mean 0 and deviation 1.

    Parameters
    ----------
    crops : np.ndarray [shape=(n, side, side), uint8 or float, 0..255]

    Returns
    -------
    np.ndarray [shape=(n, side, side, 1), float32]
    """
    grey = np.asarray(crops, np.float32)
    mean = grey.mean(axis=(1, 2), keepdims=True)
    spread = np.maximum(grey.std(axis=(1, 2), keepdims=True), FLOOR)
    return np.asarray(((grey - mean) / spread)[..., None])


def views(card: Card, *, several: bool) -> tuple[View, ...]:
    """How often and in which views a face is read, where `several` are wanted."""
    return VIEWS if several and int(card.input.get("views", 1)) > 1 else STRAIGHT


def read(crops: np.ndarray, model: Model, *, several: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated posteriors and embeddings of grey crops.

    Where the model's card says so (`input.views`), each face is read in all of
    `source.face.views.VIEWS`, and the mean of the logits counts. That takes ten times as long.

    Parameters
    ----------
    crops : np.ndarray [shape=(n, 48, 48), uint8]
        From `crop`.
    model : Model
        A model of the sense ``face``.
    several : bool
        False to read each face once all the same: a video shows it again and again.

    Returns
    -------
    posteriors : np.ndarray [shape=(n, classes), float32]
        In the order of `model.card.labels`; rows sum to 1.
    embeddings : np.ndarray [shape=(n, d), float32]
    """
    chosen = views(model.card, several=several)
    parts = []
    for start in range(0, max(1, len(crops)), _BATCH):
        batch = np.asarray(crops[start : start + _BATCH]).reshape(-1, SIDE, SIDE)
        parts.append(_mean([model.run(prepare(view.of(batch))) for view in chosen]))
    posteriors = np.concatenate([p for p, _ in parts])
    return posteriors, np.concatenate([e for _, e in parts])


def _mean(outputs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """One answer of several: softmax of their mean logits, and their mean embedding."""
    if len(outputs) == 1:
        return outputs[0]
    # a posterior's logarithm is its logits but for a number that the softmax takes out again
    logits = np.mean([np.log(np.maximum(p, 1e-12)) for p, _ in outputs], axis=0)
    return softmax(logits), np.mean([e for _, e in outputs], axis=0)
