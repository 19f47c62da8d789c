"""Which models of a sense have answers that a report can be written from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from source.core.errors import NotFound

Rows = TypeVar("Rows")


def reported(
    models: Path, sense: str, *, file: str, what: str, name: str | None,
    load: Callable[[Path], Rows], write: Callable[[Path, Rows], None],
) -> list[Path]:  # fmt: skip
    """Write the report of each of a sense's models that has answers, or of the one of that name.

    `load` reads the `file` of a folder, `write` makes the folder's report of it; the others are
    those of `folders`.

    Returns
    -------
    list of Path
        The reports.
    """
    found = folders(models, sense, file=file, what=what, name=name)
    for folder in found:
        write(folder, load(folder / file))
    return [folder / "report.md" for folder in found]


def loaded(path: Path) -> dict[str, NDArray[Any]]:
    """Every array of an ``.npz`` file."""
    with np.load(path) as kept:
        return dict(kept)


def folders(models: Path, sense: str, *, file: str, what: str, name: str | None) -> list[Path]:
    """Folders of a sense's models that hold `file`, or of the one of that `name`.

    Parameters
    ----------
    models : Path
        Folder of the models.
    sense : str
        voice, face, ...
    file : str
        Where training left the answers.
    what : str
        What those are, in words.
    name : str, optional
        One model's folder.

    Raises
    ------
    NotFound
        If there is none.
    """
    found = [p.parent for p in sorted((models / sense).glob(f"*/{file}"))]
    found = [f for f in found if name in (None, f.name)]
    if not found:
        raise NotFound(
            f"No {sense} model {f'“{name}” ' if name else ''}in {models} has {what} ({file}).",
            hint=f"Train it with python -m source.training.train {sense}.",
        )
    return found
