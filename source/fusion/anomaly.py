"""Strangeness: how easily an isolation forest tells an embedding from the training data.

The forest is grown by scikit-learn in training and kept as plain arrays, so that serving
needs numpy alone and nothing is unpickled. Source: Liu FT, Ting KM, Zhou Z-H (2008),
"Isolation Forest", ICDM.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from source.runtime import Card
from source.runtime.forest import leaves

FILE = "forest.npz"
THRESHOLD = 0.5
"""On the scale of `Forest.score`, above this is an anomaly."""


@dataclass(frozen=True)
class Forest:
    """An isolation forest as arrays, all trees side by side.

    Attributes
    ----------
    feature : np.ndarray [shape=(trees, nodes), int16]
        Which embedding dimension a node splits; -1 at a leaf.
    cut : np.ndarray [shape=(trees, nodes), float32]
        Left is where the value is at most the cut.
    left, right : np.ndarray [shape=(trees, nodes), int16]
        Children of a node.
    depth : np.ndarray [shape=(trees, nodes), float32]
        Expected path length of an example that ends at this leaf.
    normal : float
        Mean path length in a tree of the training sample's size.
    threshold : float
        Raw score that is exceeded by 1 in 20 unseen examples of the training data's kind.
    """

    feature: np.ndarray
    cut: np.ndarray
    left: np.ndarray
    right: np.ndarray
    depth: np.ndarray
    normal: float
    threshold: float

    def raw(self, embeddings: np.ndarray) -> np.ndarray:
        """The forest's own score, 0 to 1, of embeddings [shape=(n, d)]; shape (n,)."""
        trees = np.arange(len(self.feature))[None]
        node = leaves(self.feature, self.cut, self.left, self.right, embeddings)
        return np.asarray(2.0 ** (-self.depth[trees, node].mean(axis=1) / self.normal))

    def score(self, embeddings: np.ndarray) -> np.ndarray:
        """Strangeness of embeddings [shape=(n, d)]: 0 to 1, with the threshold at 0.5."""
        raw = self.raw(embeddings)
        below = 0.5 * raw / self.threshold
        above = 0.5 + 0.5 * (raw - self.threshold) / (1 - self.threshold)
        return np.where(raw <= self.threshold, below, above)


def load_forest(sense: str, model: str, *, root: Path) -> Forest | None:
    """The forest grown on a model's embeddings, or None where there is none.

    Raises
    ------
    ModelMissing, ModelChanged
        If its file is not the one on its card.
    """
    folder = root / "anomaly" / f"{sense}-{model}"
    if not folder.is_dir():
        return None
    card = Card.read(folder)
    with np.load(io.BytesIO(card.verified(folder, FILE)), allow_pickle=False) as data:
        arrays = {name: data[name] for name in ("feature", "cut", "left", "right", "depth")}
        return Forest(**arrays, normal=float(data["normal"]), threshold=float(data["threshold"]))
