"""What listeners heard in CREMA-D: about ten of them named the emotion of each clip."""

import csv
from pathlib import Path

VOTES = "crema-d-votes.csv"
TABULATED = "processedResults/tabulatedVotes.csv"

_COLUMNS = {
    "A": "angry",
    "D": "disgust",
    "F": "fearful",
    "H": "happy",
    "N": "neutral",
    "S": "sad",
}


def crema_d(folder: Path) -> dict[str, dict[str, float]]:
    """How many listeners named each emotion from the voice alone, by clip.

    Read from ``crema-d-votes.csv`` beside `folder`, else from the corpus's own
    ``tabulatedVotes.csv`` in it; empty where neither is there.
    """
    votes = {
        row["file"]: {e: float(row.get(f"voice_{e}") or 0) for e in _COLUMNS.values()}
        for row in _rows(folder.parent / VOTES)
    } or {
        row["fileName"]: {e: float(row[column] or 0) for column, e in _COLUMNS.items()}
        for row in _rows(folder / TABULATED)
        # The first column numbers ratings: 1xxxxx by voice, 2xxxxx by face, 3xxxxx by both.
        if row[""].startswith("1")
    }
    return {name: {e: n for e, n in counts.items() if n > 0} for name, counts in votes.items()}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
