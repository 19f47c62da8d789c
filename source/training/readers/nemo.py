"""nEMO: nine Polish actors, 90 sentences, 6 emotions.

``samples/SSS_emotion_N.wav`` and ``data.tsv`` with ``file_id, emotion, raw_text,
normalized_text, speaker_id, gender, age``. CC BY-NC-SA 4.0; Christop I (2024), LREC-COLING,
arXiv:2404.06292.
"""

import csv
import re
from pathlib import Path

from source.training.readers.spoken import Clip, Clips, read

EMOTIONS = {
    "anger": "angry",
    "fear": "fearful",
    "happiness": "happy",
    "sadness": "sad",
    "surprised": "surprised",
    "neutral": "neutral",
}
"""Label in table and file name, then emotion."""

NAME = re.compile(r"([A-Z]+\d+)_([a-z]+)_(\d+)")
TABLE = "data.tsv"
COLUMNS = ("file_id", "emotion", "speaker_id", "gender")


def clips(folder: Path) -> Clips:
    """Every clip below `folder`, by name.

    The file name tells speaker, emotion and sentence; ``data.tsv``, wherever it lies below
    `folder`, tells who is a woman. Without it clips have no gender. Where both differ about
    speaker or emotion, the file is no clip of this corpus.

    Raises
    ------
    NotFound
        If there is none.
    """
    rows = {row["file_id"]: row for table in folder.rglob(TABLE) for row in _rows(table)}

    def parse(path: Path) -> Clip | None:
        match = NAME.fullmatch(path.stem)
        if match is None or match[2] not in EMOTIONS:
            return None
        speaker, emotion, sentence = match.groups()
        row = rows.get(f"{path.stem}.wav", {})
        if row and (row["speaker_id"], row["emotion"]) != (speaker, emotion):
            return None
        return Clip(
            path=path,
            corpus="nemo",
            speaker=speaker,
            emotion=EMOTIONS[emotion],
            statement=sentence,
            gender=row.get("gender", ""),
            language="pl",
        )

    hint = "Point --data at what holds voice/nemo: data.tsv and samples/EB0_anger_1.wav."
    return read(folder, parse, corpus="nEMO", hint=hint)


def _rows(path: Path) -> list[dict[str, str]]:
    # Sentences hold quotes that open nothing, and speakers have blanks before them.
    with path.open(encoding="utf-8", newline="") as file:
        found = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not set(COLUMNS) <= set(found.fieldnames or ()):
            return []
        return [{key: (row[key] or "").strip() for key in COLUMNS} for row in found]
