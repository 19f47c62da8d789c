"""Grows the forest of strangeness on normal readings, and places it among those held out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.senses import SENSES
from source.fusion import usual
from source.fusion.anomaly import FACTS, GRID, PLANES, Forest, Shape, Strangeness, joint
from source.training.anomaly.normal import Normal
from source.training.trees import arrays

Floats = NDArray[np.floating[Any]]

TREES = 100
SAMPLE = 256

UNSEEN = 0.4
"""Share of the speakers and pictures that is held out of growing; half of it is for the test."""

ROWS = 4000
"""Rows of each kind (voice alone, face alone, both) that trees are grown on."""


@dataclass(frozen=True, eq=False)
class Readings:
    """Readings of the same senses, side by side: [n, d] and [n, k] of each sense, and [n]."""

    embeddings: dict[str, Floats]
    measures: dict[str, Floats]
    agreement: Floats | None = None

    def parts(self, scorer: Strangeness, *, measured: bool = True) -> dict[str, Floats]:
        """What the parts of a scorer make of them."""
        like = self.measures if measured else {}
        return scorer.parts(self.embeddings, self.agreement, measures=like)


def split(normal: Normal, *, seed: int, share: float = UNSEEN) -> tuple[Normal, Normal]:
    """What is grown on, and what is held out: no speaker and no picture on both sides."""
    groups = np.unique(normal.groups)
    drawn = np.random.default_rng(seed).permutation(groups)
    unseen = np.isin(normal.groups, drawn[: max(1, round(share * len(groups)))])
    return normal.where(~unseen), normal.where(unseen)


def strangeness(
    grown: Mapping[str, Normal],
    held: Mapping[str, Normal],
    agreements: Floats,
    *,
    seed: int = 0,
) -> Strangeness:
    """All parts of what is grown on, and what they make of what is held out.

    Parameters
    ----------
    grown, held : mapping of sense to Normal
        Of all senses.
    agreements : np.ndarray [shape=(n,)]
        How far two senses agree on normal recordings.
    """
    rng = np.random.default_rng(seed)
    shapes = {sense: shape(grown[sense].embeddings) for sense in SENSES}
    known = {s: usual.of(n.measures) for s, n in grown.items() if n.measures is not None}
    blank = Strangeness(None, shapes, _nothing(), {})
    rows = [blank.rows(r.embeddings, r.agreement) for r in _kinds(grown, agreements, rng)]
    forest = grow(np.concatenate(rows), seed=seed)
    normal: dict[str, Floats] = {}
    scorer = Strangeness(None, shapes, forest, normal, known)
    for readings in _kinds(held, agreements, rng):
        for measured in (False, True):
            parts = readings.parts(scorer, measured=measured)
            for name, part in parts.items():
                normal.setdefault(name, np.quantile(part, GRID))
            normal[joint(parts)] = np.quantile(scorer.strangest(parts), GRID)
    return scorer


def shape(embeddings: Floats) -> Shape:
    """Where embeddings [n, d] lie."""
    mean, deviation = embeddings.mean(axis=0), embeddings.std(axis=0) + 1e-6
    known = (embeddings - mean) / deviation
    values, vectors = np.linalg.eigh(np.cov(known.T))
    values, vectors = np.maximum(values[::-1], 1e-6), vectors[:, ::-1]
    count = min(max(PLANES), known.shape[1])
    bare = Shape(
        mean,
        deviation,
        vectors[:, :count],
        values[:count],
        np.zeros(FACTS),
        np.ones(FACTS),
    )
    raw = bare.distances(embeddings)
    middle, spread = np.median(raw, axis=0), raw.std(axis=0) + 1e-6
    arrays_ = {**vars(bare), "middle": middle, "spread": spread}
    return Shape(**{k: np.asarray(v, np.float32) for k, v in arrays_.items()})


def grow(rows: Floats, *, seed: int = 0) -> Forest:
    """Grow an isolation forest with scikit-learn and take its trees apart into arrays."""
    from sklearn.ensemble import IsolationForest

    grown = IsolationForest(
        n_estimators=TREES, max_samples=min(SAMPLE, len(rows)), random_state=seed
    ).fit(rows.astype(np.float32))
    trees = [estimator.tree_ for estimator in grown.estimators_]
    cut = arrays(trees)
    depth = np.zeros(cut["cut"].shape, np.float32)
    for row, tree in enumerate(trees):
        depth[row, : tree.node_count] = _depths(tree)
    normal = _path_length(np.array([grown.max_samples_]))[0]
    return Forest(**cut, depth=depth, normal=np.asarray(normal))


def _kinds(
    senses: Mapping[str, Normal], agreements: Floats, rng: np.random.Generator
) -> list[Readings]:
    """Readings of each sense alone and of all together, as many of each."""
    drawn = {s: n.where(_draw(len(n.embeddings), rng)) for s, n in senses.items()}
    count = min(len(normal.embeddings) for normal in drawn.values())
    both = {s: n.where(rng.integers(0, len(n.embeddings), count)) for s, n in senses.items()}
    agreement = agreements[rng.integers(0, len(agreements), count)]
    alone = [side_by_side({sense: normal}) for sense, normal in drawn.items()]
    return [*alone, side_by_side(both, agreement)]


def side_by_side(senses: Mapping[str, Normal], agreement: Floats | None = None) -> Readings:
    """Normal readings of some senses, row by row."""
    return Readings(
        {s: n.embeddings for s, n in senses.items()},
        {s: n.measures for s, n in senses.items() if n.measures is not None},
        agreement,
    )


def _draw(count: int, rng: np.random.Generator) -> NDArray[np.integer]:
    return rng.permutation(count)[:ROWS]


def _nothing() -> Forest:
    none = np.zeros((1, 1))
    return Forest(none.astype(np.int16), none, none.astype(np.int16), none.astype(np.int16), none,
                  np.asarray(1.0))  # fmt: skip


def _depths(tree: Any) -> Floats:
    """Path length at each node: its depth and the mean depth its examples would still need."""
    depth = np.zeros(tree.node_count)
    for node in range(tree.node_count):
        for child in (tree.children_left[node], tree.children_right[node]):
            if child >= 0:
                depth[child] = depth[node] + 1
    return np.asarray(depth + _path_length(tree.n_node_samples))


def _path_length(count: Floats) -> Floats:
    """Mean path length of an unsuccessful search in a binary tree of `count` examples."""
    count = np.asarray(count, float)
    many = np.maximum(count, 3)
    long = 2 * (np.log(many - 1) + np.euler_gamma) - 2 * (many - 1) / many
    return np.where(count <= 1, 0.0, np.where(count == 2, 1.0, long))
