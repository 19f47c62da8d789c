"""Trees that scikit-learn grew become arrays that `source.runtime.forest` walks."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def arrays(trees: Sequence[Any]) -> dict[str, np.ndarray]:
    """`feature`, `cut`, `left` and `right` of fitted trees, each ``[trees, nodes]``.

    Parameters
    ----------
    trees : sequence of sklearn.tree._tree.Tree
        ``estimator.tree_`` of a forest's estimators; shorter ones are filled up with leaves.
    """
    shape = (len(trees), max(tree.node_count for tree in trees))
    split = {
        "feature": np.full(shape, -1, np.int16),
        "cut": np.zeros(shape, np.float32),
        "left": np.zeros(shape, np.int16),
        "right": np.zeros(shape, np.int16),
    }
    for row, tree in enumerate(trees):
        nodes = slice(tree.node_count)
        split["feature"][row, nodes] = np.maximum(tree.feature, -1)
        # scikit-learn sends a float32 value left where it is at most the double cut; rounding
        # the cut down to float32 keeps every value on its side.
        cut = tree.threshold.astype(np.float32)
        split["cut"][row, nodes] = np.where(
            cut > tree.threshold, np.nextafter(cut, np.float32(-np.inf)), cut
        )
        split["left"][row, nodes] = np.maximum(tree.children_left, 0)
        split["right"][row, nodes] = np.maximum(tree.children_right, 0)
    return split
