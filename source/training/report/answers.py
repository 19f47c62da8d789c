"""The answers that training keeps beside each model: where they are, and what they are called."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import NotFound

Rows = dict[str, NDArray[Any]]
"""Columns of a table, by their names."""

FILES = {
    "voice": ("oof.npz", "out-of-fold posteriors"),
    "face": ("validation.npz", "answers to validation faces"),
    "clip": ("answers.npz", "answers to clips"),
    "fusion": ("answers.npz", "answers to pairs"),
    "anomaly": ("answers.npz", "scores of a test"),
}
"""File in the folder of a model of each sense, and what it holds."""


def folders(models: Path, sense: str, *, name: str | None = None) -> list[Path]:
    """Folders of a sense's models that have answers, or of the one of that `name`.

    Raises
    ------
    NotFound
        If there is none.
    """
    file, what = FILES[sense]
    kept = [path.parent for path in sorted((models / sense).glob(f"*/{file}"))]
    kept = [folder for folder in kept if name in (None, folder.name)]
    if not kept:
        raise NotFound(
            f"No {sense} model {f'“{name}” ' if name else ''}in {models} has {what} ({file}).",
            hint=f"Train it with python -m source.training.train {sense}.",
        )
    return kept


def load(folder: Path, sense: str) -> Rows:
    """The answers in a model's folder.

    Raises
    ------
    NotFound
        If it has none.
    """
    file, what = FILES[sense]
    path = folder / file
    if not path.is_file():
        raise NotFound(
            f"The {sense} model “{folder.name}” has no {what}.",
            hint=f"Train it first; they are kept in {path}.",
        )
    with np.load(path) as kept:
        return dict(kept)


def save(folder: Path, sense: str, rows: Rows) -> None:
    """Keep the answers of a model in its folder."""
    columns: dict[str, Any] = dict(rows)
    np.savez_compressed(folder / FILES[sense][0], **columns)
