"""Any folder of sound: ``<emotion>/[<speaker>/]file``, or files with a table that names them.

A table is ``manifest.csv`` with a line ``file,speaker,emotion`` and, if wanted,
``gender,language``; files are named from where the table lies.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from source.core.emotions import VOICE
from source.core.errors import BadRequest, NotFound
from source.training.readers.spoken import SOUND, Clip, Clips, once, read

OTHERS = {
    "anger": "angry",
    "fear": "fearful",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprise": "surprised",
    "pleasant_surprise": "surprised",
    "pleasant surprise": "surprised",
    "ps": "surprised",
    "disgusted": "disgust",
}
"""Other words for an emotion; any label of `source.core.emotions.VOICE` stands for itself."""

TABLE = "manifest.csv"
NEEDED = ("file", "speaker", "emotion")
HINT = "Make folders named by emotion (angry, calm, …), or manifest.csv: file,speaker,emotion."


def clips(folder: Path, *, corpus: str = "folder", language: str = "") -> Clips:
    """Every clip of `folder`, by its path in it.

    Without a table each file whose speaker is not told by a folder is taken for a speaker of
    its own, so that no fold can hold one voice on both sides by mistake: name speakers where
    one says more than one thing.

    Raises
    ------
    NotFound
        If there is none.
    BadRequest
        If the table lacks a column, or names a file that is not there or an unknown emotion.
    """
    if (folder / TABLE).is_file():
        found = once(_listed(folder, corpus, language))
        if not found:
            raise NotFound(f"{folder / TABLE} names no file.", hint=HINT)
        return found

    def parse(path: Path) -> Clip | None:
        parts = path.relative_to(folder).parts
        emotion = emotion_of(parts[0]) if len(parts) > 1 else None
        if emotion is None:
            return None
        return Clip(
            path=path,
            corpus=corpus,
            speaker=parts[1] if len(parts) > 2 else _title(path, folder),
            emotion=emotion,
            language=language,
            title=_title(path, folder),
        )

    return read(folder, parse, corpus=f"sound named by emotion ({corpus})", hint=HINT)


def emotion_of(word: str) -> str | None:
    """The label that a word stands for, whatever its case.

    >>> emotion_of("Fear"), emotion_of("calm"), emotion_of("takes")
    ('fearful', 'calm', None)
    """
    word = word.strip().lower()
    return word if word in VOICE else OTHERS.get(word)


def _listed(folder: Path, corpus: str, language: str) -> Iterator[Clip]:
    table = folder / TABLE
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        lacking = [c for c in NEEDED if c not in (rows.fieldnames or ())]
        if lacking:
            raise BadRequest(f"{table} has no column “{lacking[0]}”.", hint=HINT)
        for number, row in enumerate(rows, start=2):
            path, emotion = folder / row["file"], emotion_of(row["emotion"] or "")
            if not path.resolve().is_relative_to(folder.resolve()):
                raise BadRequest(f"{table}, line {number}: “{row['file']}” is outside the folder.")
            if not path.is_file() or path.suffix.lower() not in SOUND:
                raise BadRequest(f"{table}, line {number}: there is no sound “{row['file']}”.")
            if emotion is None:
                raise BadRequest(
                    f"{table}, line {number}: there is no emotion “{row['emotion']}”.",
                    hint=f"Use one of: {', '.join(VOICE)}.",
                )
            if not (row["speaker"] or "").strip():
                raise BadRequest(f"{table}, line {number} names no speaker.", hint=HINT)
            yield Clip(
                path=path,
                corpus=corpus,
                speaker=row["speaker"].strip(),
                emotion=emotion,
                gender=(row.get("gender") or "").strip().lower(),
                language=(row.get("language") or language).strip(),
                title=_title(path, folder),
            )


def _title(path: Path, folder: Path) -> str:
    return path.relative_to(folder).with_suffix("").as_posix()
