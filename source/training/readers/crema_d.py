"""CREMA-D: 91 actors, 12 sentences, 6 emotions, heard and named by about 10 listeners a clip.

``AAAA_SSS_EEE_LL.ext``: actor, sentence, emotion, level. Open Database License 1.0; Cao H et
al. (2014), IEEE Transactions on Affective Computing 5(4): 377-390.
"""

import csv
import re
from pathlib import Path

from source.training.readers.spoken import Clip, read

EMOTIONS = {
    "ANG": "angry",
    "DIS": "disgust",
    "FEA": "fearful",
    "HAP": "happy",
    "NEU": "neutral",
    "SAD": "sad",
}
"""Code in the file name, then emotion."""

LEVELS = {"LO": "normal", "MD": "normal", "HI": "strong", "XX": ""}
NAME = re.compile(r"(1\d{3})_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX)")
VOTES, SPEAKERS = "crema-d-votes.csv", "crema-d-speakers.csv"


def clips(folder: Path) -> list[Clip]:
    """Every clip below `folder`, by name, with the listeners' votes on the voice alone.

    Votes and speakers are read from ``crema-d-votes.csv`` and ``crema-d-speakers.csv``
    beside `folder` where these are; without them clips have no votes and no gender.

    Raises
    ------
    NotFound
        If there is none.
    """
    votes = {row["file"]: row for row in _rows(folder.parent / VOTES)}
    genders = {
        row["speaker"]: row["sex"].lower() for row in _rows(folder.parent / SPEAKERS)
    }

    def parse(path: Path) -> Clip | None:
        match = NAME.fullmatch(path.stem)
        if match is None:
            return None
        actor, sentence, code, level = match.groups()
        row = votes.get(path.stem, {})
        counted = {e: float(row.get(f"voice_{e}") or 0) for e in EMOTIONS.values()}
        return Clip(
            path=path,
            corpus="crema-d",
            speaker=actor,
            emotion=EMOTIONS[code],
            intensity=LEVELS[level],
            statement=sentence,
            gender=genders.get(actor, ""),
            language="en",
            votes={e: n for e, n in counted.items() if n > 0},
        )

    return read(folder, parse, corpus="CREMA-D", hint="Point --data at what holds voice/crema-d.")


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
