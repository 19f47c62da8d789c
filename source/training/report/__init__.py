"""What a reviewer reads about a model: figures with their spread, tables and pictures.

Every sense gives a `Scored` table, which ``evaluate``, the model's card and its report read, and
a `Page` of what is its own; `page.write` makes the same report of it for all.
"""

import importlib
from pathlib import Path

from source.training.report import page
from source.training.report.answers import FILES, folders

__all__ = ["write", "write_all"]


def write(folder: Path) -> Path:
    """Write the report of the model in ``<sense>/<name>``, from the answers kept there."""
    sense = importlib.import_module(f"{__name__}.{folder.parent.name}")
    if hasattr(sense, "write"):  # what is no classifier has a report of its own
        return Path(sense.write(folder))
    return page.write(folder, sense.page(folder))


def write_all(models: Path, sense: str, *, name: str | None = None) -> list[Path]:
    """Write the report of every model of a sense that has answers, or of the one of that name.

    Raises
    ------
    NotFound
        If there is none.
    """
    return [write(folder) for folder in folders(models, sense, name=name)]


SENSES = tuple(FILES)
"""Those that have a module here with ``page(folder)`` or ``write(folder)``."""
