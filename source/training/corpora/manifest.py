"""A table that names sound of one's own: ``manifest.csv`` with ``file,speaker,emotion``.

``gender`` and ``language`` may follow; files are named from where the table lies.
"""

import csv
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from source.core.emotions import VOICE
from source.core.errors import BadRequest

MANIFEST = "manifest.csv"
NEEDED = ("file", "speaker", "emotion")
HINT = f"It is a table with the columns {','.join(NEEDED)} and, if wanted, gender,language."


class Row(NamedTuple):
    """One line of the table."""

    path: Path
    speaker: str
    emotion: str
    gender: str
    language: str


def rows(
    folder: Path, *, emotion: Callable[[str], str | None], files: Collection[str]
) -> Iterator[Row]:
    """Every line of the folder's table.

    Parameters
    ----------
    folder : Path
    emotion : callable
        The label that a word stands for; None for words that are no emotion.
    files : collection of str
        Endings of files that may be named.

    Raises
    ------
    BadRequest
        If a column is missing, or a line names no file in the folder, nobody, or no emotion.
    """
    table = folder / MANIFEST
    with table.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        for column in NEEDED:
            if column not in (lines.fieldnames or ()):
                raise BadRequest(f"{table} has no column “{column}”.", hint=HINT)
        for number, line in enumerate(lines, start=2):
            cells = {key: (text or "").strip() for key, text in line.items() if key}
            where, path = f"{table}, line {number}:", folder / cells["file"]
            label = emotion(cells["emotion"])
            if not path.resolve().is_relative_to(folder.resolve()):
                raise BadRequest(f"{where} “{cells['file']}” is outside the folder.", hint=HINT)
            if not path.is_file() or path.suffix.lower() not in files:
                raise BadRequest(f"{where} there is no sound “{cells['file']}”.", hint=HINT)
            if label is None:
                raise BadRequest(
                    f"{where} there is no emotion “{cells['emotion']}”.",
                    hint=f"Use one of: {', '.join(VOICE)}.",
                )
            if not cells["speaker"]:
                raise BadRequest(f"{where} it names no speaker.", hint=HINT)
            gender, language = cells.get("gender", "").lower(), cells.get("language", "")
            yield Row(path, cells["speaker"], label, gender, language)
