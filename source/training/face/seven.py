"""Answers in the seven classes of FER2013, by its own labels."""

from pathlib import Path

import numpy as np

from source.core.emotions import FACE
from source.training.face.data import FER2013

FILE = "fer2013.npz"
"""The layer that was trained on those labels, in a model's folder."""


def to_fer2013(posteriors: np.ndarray) -> np.ndarray:
    """Posteriors in the seven classes of FER2013 [shape=(n, 7)]: contempt is left out."""
    kept = posteriors[:, [FACE.index(e) for e in FER2013]]
    return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-9))


def in_seven(posteriors: np.ndarray, embeddings: np.ndarray, head: Path) -> np.ndarray:
    """Scores in the seven classes of FER2013 [shape=(n, 7)]; the largest is the answer.

    Parameters
    ----------
    posteriors : np.ndarray [shape=(n, 8)]
        In the order of `FACE`.
    embeddings : np.ndarray [shape=(n, d)]
        Of the same faces.
    head : Path
        The layer that was trained on FER2013's own labels. Where there is none, the posteriors
        stand for it: FER+ relabelled a third of the pictures, so that answers worse.
    """
    if not head.is_file():
        return to_fer2013(posteriors)
    with np.load(head) as kept:
        return np.asarray(embeddings @ kept["weights"] + kept["bias"])
