"""Reads the expression of aligned faces, one still crop at a time."""

from typing import TYPE_CHECKING

import numpy as np

from source.face.align import align
from source.face.pyramid import Pyramid

if TYPE_CHECKING:
    from source.runtime.model import Model

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


def read(
    crops: np.ndarray, model: "Model", *, mirrored: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated posteriors and embeddings of grey crops.

    Where the model's card says so (`input.flip`), each face is also read mirrored, and the
    mean of both posteriors counts. That takes twice the time.

    Parameters
    ----------
    crops : np.ndarray [shape=(n, 48, 48), uint8]
        From `crop`.
    model : Model
        A model of the sense ``face``.
    mirrored : bool
        False to read each face once all the same: a video shows it again and again.

    Returns
    -------
    posteriors : np.ndarray [shape=(n, classes), float32]
        In the order of `model.card.labels`; rows sum to 1.
    embeddings : np.ndarray [shape=(n, d), float32]
    """
    flip = mirrored and bool(model.card.input.get("flip"))
    parts = []
    for start in range(0, max(1, len(crops)), _BATCH):
        batch = prepare(np.asarray(crops[start : start + _BATCH]).reshape(-1, SIDE, SIDE))
        found = model.run(batch)
        if flip:
            other = model.run(np.ascontiguousarray(batch[:, :, ::-1]))
            found = ((found[0] + other[0]) / 2.0, (found[1] + other[1]) / 2.0)
        parts.append(found)
    posteriors = np.concatenate([p for p, _ in parts])
    return posteriors, np.concatenate([e for _, e in parts])
