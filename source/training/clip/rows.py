"""Clips as the temporal head reads them: what the face network said of each picture.

To read all pictures of many synthetic clips takes minutes, so it is done once for each face network
and kept; what is then learned from them takes a minute.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from source.core.emotions import FACE
from source.face import expression, motion
from source.training.clip.acting import Acting
from source.training.clip.films import Film
from source.training.clip.made import Made
from source.training.clip.vary import stretch

if TYPE_CHECKING:
    from source.runtime.model import Model

VERSION = 2
"""Of what is kept; raised with any change to how synthetic clips look."""

FRAMES = (6, 12)
"""Different pictures of a made clip, from and below: serving sees four a second."""

ACTING = Acting(weakest=0.45, silent=0.15, loudest=0.5)
"""Weak emotion on faces that mostly speak: where the mean of still pictures fails."""

MEANT = 0.5
"""Share of what was meant in the target: an acted emotion is one that is meant."""

_SHARD = 250


class Bank:
    """Draws training clips from rows, each emotion as often as `level` says.

    Parameters
    ----------
    clips : list of np.ndarray [shape=(n, d), float32]
        Rows of each clip, in order.
    targets : np.ndarray [shape=(clips, 8), float32]
    level : float
        1 draws every emotion as often, 0 every clip.
    """

    def __init__(self, clips: list[np.ndarray], targets: np.ndarray, *, level: float = 1.0) -> None:
        self.clips, self.targets = clips, targets
        share = targets.mean(axis=0)
        chance = (targets / np.maximum(share, 1e-3) ** level).sum(axis=1)
        self._chance = np.cumsum(chance / chance.sum())

    def draw(self, rng: np.random.Generator, *, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """One clip ``[steps, d]`` and its target ``[8]``: a stretch of it, some rows lost."""
        number = int(np.searchsorted(self._chance, rng.random()).clip(0, len(self.clips) - 1))
        rows = self.clips[number]
        length = int(rng.integers(max(4, len(rows) // 2), len(rows) + 1)) if len(rows) > 4 else 4
        length = min(length, len(rows))
        begin = int(rng.integers(0, len(rows) - length + 1))
        rows = rows[begin : begin + length]
        kept = rng.random(len(rows)) > 0.15
        rows = rows[kept] if kept.sum() >= min(4, len(rows)) else rows
        return rows[stretch(len(rows), steps=steps)], self.targets[number]

    def whole(self, *, steps: int) -> np.ndarray:
        """Every clip as it is ``[clips, steps, d]``."""
        return np.stack([rows[stretch(len(rows), steps=steps)] for rows in self.clips])


def grey(crops: np.ndarray) -> np.ndarray:
    """Aligned colour crops ``[n, 64, 64, 3]`` as the face network takes them."""
    import cv2

    side = (expression.SIDE, expression.SIDE)
    return np.stack([
        cv2.resize(cv2.cvtColor(c, cv2.COLOR_RGB2GRAY), side, interpolation=cv2.INTER_AREA)
        for c in crops
    ])  # fmt: skip


def read(pictures: np.ndarray, face: "Model") -> np.ndarray:
    """Rows of a video's grey pictures ``[n, 48, 48]``, posteriors in the order of `FACE`."""
    posteriors, embeddings = expression.read(pictures, face, several=False)
    order = [face.card.labels.index(e) for e in FACE]
    return motion.rows(embeddings, posteriors[:, order])


def of_films(films: list[Film], face: "Model") -> tuple[list[np.ndarray], np.ndarray]:
    """Rows and targets of real films."""
    labels = np.array([f.label for f in films], int)
    return [read(f.grey, face) for f in films], np.eye(len(FACE), dtype=np.float32)[labels]


def of_made(
    made: Made, face: "Model", *, count: int, seed: tuple[int, ...], cache: Path | None = None
) -> tuple[list[np.ndarray], np.ndarray]:
    """Rows of `count` synthetic clips, and which still each was made from.

    With a `cache` folder they are kept in parts, and only those parts are made that are missing.
    """
    from tqdm import tqdm

    clips: list[np.ndarray] = []
    stills: list[int] = []
    folder = cache / _mark(made, face, seed) if cache else None
    for first in tqdm(range(0, count, _SHARD), desc="rows", unit="part", mininterval=30):
        last = min(first + _SHARD, count)
        kept = folder / f"{first}-{last}.npz" if folder else None
        if kept and kept.is_file():
            with np.load(kept) as stored:
                cuts = np.cumsum(stored["lengths"])[:-1]
                clips += np.split(stored["rows"].astype(np.float32), cuts)
                stills += stored["stills"].tolist()
            continue
        some, which = [], []
        for number in range(first, last):
            rng = np.random.default_rng((*seed, number))
            pictures, still = made.act(rng, steps=int(rng.integers(*FRAMES)))
            some.append(read(grey(pictures), face))
            which.append(still)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(".part.npz")
            np.savez(
                part, rows=np.concatenate(some).astype(np.float16),
                lengths=[len(rows) for rows in some], stills=which,
            )  # fmt: skip
            part.replace(kept)
        clips += some
        stills += which
    return clips, np.array(stills)


def _mark(made: Made, face: "Model", seed: tuple[int, ...]) -> str:
    content = f"{VERSION} {face.sha256} {expression.PREPROCESSING} {seed} {FRAMES} {made.mark}"
    return f"rows-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
