"""Strangeness: how unlike normal recordings what was read looks.

Several parts look at a reading, and the strangest of them counts. An isolation forest looks at
the embeddings of both senses side by side: how far each lies outside of the directions in which
normal ones differ, also beside how far within, and how far the senses disagree. For each sense
a distance looks at what the reading is like as a sound or a picture, which an embedding of
emotion need not show. The last part is how far the senses disagree.

The forest is grown by scikit-learn in training and kept as plain arrays, so that serving needs
numpy alone and nothing is unpickled. Source: Liu FT, Ting KM, Zhou Z-H (2008), "Isolation
Forest", ICDM.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import ModelChanged
from source.core.result import Anomaly
from source.core.senses import SENSES
from source.fusion.usual import Usual
from source.runtime import Card, default_name
from source.runtime.forest import leaves

Floats = NDArray[np.floating[Any]]

FILE = "forest.npz"

THRESHOLD = 0.95
"""An anomaly is what is stranger than this share of normal ones that were held out."""

NOTHING = 1.0
"""Score of a recording in which neither speech nor a face was found: every normal one held out
has one."""

PLANES = (8, 16, 32)
"""Numbers of principal directions within and outside of which distances are measured."""

FACTS = 2 * len(PLANES) + 2
"""Numbers that describe one embedding."""

FOREST, LIKE, DISAGREEMENT = "forest/", "like/", "disagreement"
"""Names of the parts; the first two are followed by the senses."""

GRID = np.linspace(0.0, 1.0, 201)
"""Shares at which what normal readings have is kept."""

TAIL = 0.9
"""Share above which normal readings are too few for shares to be read off."""

LEAST = 1e-12
"""Smallest share of normal readings that counts as any."""


@dataclass(frozen=True, eq=False)
class Shape:
    """Where the normal embeddings of one sense lie.

    Attributes
    ----------
    mean, deviation : np.ndarray [shape=(d,), float32]
    directions : np.ndarray [shape=(d, k), float32]
        Principal ones of the standardised embeddings, widest first.
    variances : np.ndarray [shape=(k,), float32]
        Along them.
    middle, spread : np.ndarray [shape=(FACTS,), float32]
        Of the facts of normal embeddings.
    """

    mean: Floats
    deviation: Floats
    directions: Floats
    variances: Floats
    middle: Floats
    spread: Floats

    def facts(self, embeddings: Floats) -> Floats:
        """What the forest looks at [n, FACTS], in deviations from the middle of normal ones.

        For each of `PLANES`: the logarithm of the squared distance outside of the plane, and of
        its ratio to that within. What is no face excites the network little, but not in the
        directions of faces: the ratio tells it where the distance does not. Then the logarithms
        of the squared distance within all directions, in deviations along each, and of the whole.
        """
        return np.asarray((self.distances(embeddings) - self.middle) / self.spread, np.float32)

    def distances(self, embeddings: Floats) -> Floats:
        """The facts before they are standardised."""
        known = self._standard(embeddings)
        along, whole = known @ self.directions, np.square(known).sum(axis=1)
        each = []
        for count in PLANES:
            near = np.square(along[:, :count]).sum(axis=1) + 1e-6
            far = np.maximum(whole - near, 0.0) + 1e-6
            each += [np.log(far), np.log(far / near)]
        white = np.square(along / np.sqrt(self.variances)).mean(axis=1) + 1e-6
        each += [np.log(white), np.log(whole + 1e-6)]
        return np.column_stack(each)

    def places(self, embeddings: Floats) -> Floats:
        """Along the first two directions [n, 2], in deviations: for drawings."""
        along = self._standard(embeddings) @ self.directions[:, :2]
        return np.asarray(along / np.sqrt(self.variances[:2]))

    def _standard(self, embeddings: Floats) -> Floats:
        return np.asarray((np.asarray(embeddings, np.float64) - self.mean) / self.deviation)


@dataclass(frozen=True, eq=False)
class Forest:
    """An isolation forest as arrays, all trees side by side.

    Attributes
    ----------
    feature : np.ndarray [shape=(trees, nodes), int16]
        Which fact a node splits; -1 at a leaf.
    cut : np.ndarray [shape=(trees, nodes), float32]
        Left is where the value is at most the cut.
    left, right : np.ndarray [shape=(trees, nodes), int16]
        Children of a node.
    depth : np.ndarray [shape=(trees, nodes), float32]
        Expected path length of an example that ends at this leaf.
    normal : np.ndarray [shape=(), float64]
        Mean path length in a tree of the training sample's size.
    """

    feature: NDArray[np.integer[Any]]
    cut: Floats
    left: NDArray[np.integer[Any]]
    right: NDArray[np.integer[Any]]
    depth: Floats
    normal: Floats

    def raw(self, rows: Floats) -> Floats:
        """The forest's own score, 0 to 1, of rows [n, d]; shape (n,)."""
        trees = np.arange(len(self.feature))[None]
        node = leaves(self.feature, self.cut, self.left, self.right, rows)
        return np.asarray(2.0 ** (-self.depth[trees, node].mean(axis=1) / self.normal))


class Strangeness:
    """How strange readings are: the share of normal ones, held out, that are less strange.

    Parameters
    ----------
    card : Card
    shapes : mapping of sense to Shape
    forest : Forest
        Over the facts of all senses in their order, and how far the senses disagree.
    normal : mapping of str to np.ndarray [shape=(len(GRID),)]
        At each share of `GRID`, what normal readings have: of each part (see `parts`), and of
        the strangest of them (see `joint`).
    usual : mapping of sense to Usual, optional
        Where measures of normal readings lie.
    """

    BATCH = 4096

    def __init__(
        self,
        card: Card | None,
        shapes: Mapping[str, Shape],
        forest: Forest,
        normal: Mapping[str, Floats],
        usual: Mapping[str, Usual] | None = None,
    ) -> None:
        self.card, self.shapes, self.forest, self.normal = card, shapes, forest, normal
        self.usual = usual or {}

    def fits(self, sense: str, width: int) -> bool:
        """Whether the embeddings of a sense, of so many numbers, are those it knows."""
        return sense in self.shapes and len(self.shapes[sense].mean) == width

    def rows(
        self, embeddings: Mapping[str, Floats], agreement: Floats | None = None
    ) -> NDArray[np.float32]:
        """What the forest sees [n, facts of all senses + 1]; 0, the middle, where a sense is not.

        Parameters
        ----------
        embeddings : mapping of sense to np.ndarray [shape=(n, d)]
            Of the senses that are there.
        agreement : np.ndarray [shape=(n,)], optional
            Of two senses, 0 to 1.
        """
        count = len(next(iter(embeddings.values())))
        empty = np.zeros((count, FACTS), np.float32)
        each = [self.shapes[s].facts(embeddings[s]) if s in embeddings else empty for s in SENSES]
        differ = np.zeros(count) if agreement is None else 1.0 - np.asarray(agreement)
        return np.column_stack([*each, differ]).astype(np.float32)

    def score(
        self,
        embeddings: Mapping[str, Floats],
        agreement: Floats | None = None,
        *,
        measures: Mapping[str, Floats] | None = None,
    ) -> Floats:
        """Share of normal readings of the same senses that are less strange, 0 to 1; [n].

        Parameters
        ----------
        embeddings, agreement
            As for `rows`.
        measures : mapping of sense to np.ndarray [shape=(n, k)], optional
            What the readings are like as sounds or pictures.
        """
        parts = self.parts(embeddings, agreement, measures=measures)
        return share(self.strangest(parts), self.normal[joint(parts)])

    def strangest(self, parts: Mapping[str, Floats]) -> Floats:
        """The strangest part of each reading [n]: minus the logarithm of how many normal ones are
        as strange to it.
        """
        rare = [1.0 - share(values, self.normal[name]) for name, values in parts.items()]
        return np.asarray(-np.log(np.maximum(np.min(rare, axis=0), LEAST)))

    def parts(
        self,
        embeddings: Mapping[str, Floats],
        agreement: Floats | None = None,
        *,
        measures: Mapping[str, Floats] | None = None,
    ) -> dict[str, Floats]:
        """What each part makes of some readings [n], by its name; larger is stranger.

        `FOREST` with the senses that are there; `LIKE` with each of them, where all of them were
        measured; of several, `DISAGREEMENT`.
        """
        rows = self.rows(embeddings, agreement)
        cut = [rows[start : start + self.BATCH] for start in range(0, len(rows), self.BATCH)]
        raw = np.concatenate([self.forest.raw(part) for part in cut]) if cut else np.zeros(0)
        found = {FOREST + together(embeddings): raw}
        if measures and all(s in measures and s in self.usual for s in embeddings):
            like = {s: self.usual[s].distance(measures[s]) for s in SENSES if s in embeddings}
            found |= {LIKE + sense: distance for sense, distance in like.items()}
        if len(embeddings) > 1:
            found[DISAGREEMENT] = rows[:, -1]
        return found


def share(values: Floats, normal: Floats) -> Floats:
    """Share of normal readings that lie below values [n], 0 to 1.

    Parameters
    ----------
    normal : np.ndarray [shape=(len(GRID),)]
        What normal readings have at each share of `GRID`. Above `TAIL` their shares are those of
        an exponential distribution with the same mean, so that what is stranger than all of them
        can still be compared: peaks over a threshold, as in Pickands J (1975), "Statistical
        inference using extreme order statistics", Annals of Statistics 3(1): 119-131.
    """
    start = int(np.searchsorted(GRID, TAIL))
    edge = float(normal[start])
    above = np.maximum(np.asarray(normal[start:], np.float64) - edge, 0.0)
    scale = float(above.mean()) + 1e-9
    over = np.maximum(np.asarray(values, np.float64) - edge, 0.0)
    tail = 1.0 - (1.0 - TAIL) * np.exp(-over / scale)
    return np.asarray(np.where(over > 0, tail, np.interp(values, normal, GRID)))


def joint(parts: Iterable[str]) -> str:
    """The name of the strangest of some parts, by their names."""
    return "strangest/" + ",".join(parts)


def together(senses: Mapping[str, Any] | Sequence[str]) -> str:
    """The name of senses that are there at once.

    Examples
    --------
    >>> together(["face", "voice"])
    'voice+face'
    """
    return "+".join(sense for sense in SENSES if sense in senses)


def overall(scores: Sequence[float], weights: Sequence[float]) -> Anomaly | None:
    """The whole recording: the mean of its moments, by their seconds; None without any."""
    if not scores:
        return None
    return flagged(float(np.average(scores, weights=weights)))


def flagged(score: float) -> Anomaly:
    """A score with the flag that every page, route and file shows."""
    score = round(score, 6)
    return Anomaly(score, "anomaly" if score > THRESHOLD else "normal", THRESHOLD)


def load_strangeness(models: Mapping[str, str], *, root: Path) -> Strangeness | None:
    """The forest grown on the embeddings of some models; None where there is none.

    Where there is none for all of them, one that knows a single sense's model scores that sense.

    Parameters
    ----------
    models : mapping of sense to str
        Name of the model of each sense that reads.

    Raises
    ------
    ModelMissing, ModelChanged
        If its file is not the one on its card, or not one that AVER wrote.
    """
    for known in (dict(models), *({sense: models[sense]} for sense in models)):
        folder = _folder(known, root)
        if folder is not None:
            card = Card.read(folder)
            try:
                whole = read(card.verified(folder, FILE), card)
            except (KeyError, ValueError, TypeError):
                path = folder / FILE
                raise ModelChanged(card.name, path, expected="that AVER wrote") from None
            shapes = {sense: whole.shapes[sense] for sense in known}
            return Strangeness(card, shapes, whole.forest, whole.normal, whole.usual)
    return None


def _folder(models: Mapping[str, str], root: Path) -> Path | None:
    """The folder of a forest that knows some models: with the other sense's default if it can."""
    wanted = [models.get(sense) or default_name(sense, root=root) for sense in SENSES]
    best = root / "anomaly" / "+".join(wanted)
    if best.is_dir():
        return best
    for path in sorted((root / "anomaly").glob("*/card.json")):
        names = dict(zip(SENSES, path.parent.name.split("+"), strict=False))
        if all(names.get(sense) == name for sense, name in models.items()):
            return path.parent
    return None


def content(strangeness: Strangeness) -> bytes:
    """The content of `FILE`."""
    arrays: dict[str, Any] = {f"forest/{k}": v for k, v in vars(strangeness.forest).items()}
    for sense, shape in strangeness.shapes.items():
        arrays |= {f"{sense}/{k}": np.asarray(v, np.float32) for k, v in vars(shape).items()}
    for sense, usual in strangeness.usual.items():
        arrays |= {f"{sense}/like/{k}": v for k, v in vars(usual).items()}
    arrays |= {f"normal/{k}": np.asarray(v, np.float32) for k, v in strangeness.normal.items()}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def read(kept: bytes, card: Card | None = None) -> Strangeness:
    """Read what `content` wrote.

    Raises
    ------
    KeyError, ValueError
        If it is something else, or of a version that looked at less.
    """
    with np.load(io.BytesIO(kept), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    forest = Forest(**{f.name: arrays[f"forest/{f.name}"] for f in fields(Forest)})
    shapes = {
        sense: Shape(**{f.name: arrays[f"{sense}/{f.name}"] for f in fields(Shape)})
        for sense in SENSES
    }
    normal = {k.partition("/")[2]: v for k, v in arrays.items() if k.startswith("normal/")}
    if joint([FOREST + next(iter(SENSES))]) not in normal:
        raise KeyError("forest of an older version")
    usual = {
        sense: Usual(**{f.name: arrays[f"{sense}/like/{f.name}"] for f in fields(Usual)})
        for sense in SENSES
        if f"{sense}/like/mean" in arrays
    }
    return Strangeness(card, shapes, forest, normal, usual)
