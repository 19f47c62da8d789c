"""Decision trees as arrays, all side by side: walked with numpy, nothing is unpickled."""

import numpy as np


def leaves(
    feature: np.ndarray, cut: np.ndarray, left: np.ndarray, right: np.ndarray, batch: np.ndarray
) -> np.ndarray:
    """The node of each tree where each example ends.

    Parameters
    ----------
    feature : np.ndarray [shape=(trees, nodes), int]
        Which of an example's numbers a node looks at; -1 at a leaf.
    cut : np.ndarray [shape=(trees, nodes), float32]
        Left is where that number is at most the cut.
    left, right : np.ndarray [shape=(trees, nodes), int]
        Children of a node.
    batch : np.ndarray [shape=(n, d), float32]

    Returns
    -------
    np.ndarray [shape=(n, trees), int]
    """
    trees = np.arange(len(feature))[None]
    rows = np.arange(len(batch))[:, None]
    node = np.zeros((len(batch), len(feature)), np.int64)
    while True:
        looked = feature[trees, node]
        inner = looked >= 0
        if not inner.any():
            return node
        value = batch[rows, np.maximum(looked, 0)]
        child = np.where(value <= cut[trees, node], left[trees, node], right[trees, node])
        node = np.where(inner, child, node)
