"""CREMA-D: 91 actors, 12 sentences, 6 emotions, heard and named by about 10 listeners a clip.

``AAAA_SSS_EEE_LL.ext``: actor, sentence, emotion, level. Open Database License 1.0; Cao H et
al. (2014), IEEE Transactions on Affective Computing 5(4): 377-390.
"""

import csv
import re
from pathlib import Path

from source.training.readers.spoken import Clip, Clips, read

EMOTIONS = {
    "ANG": "angry",
    "DIS": "disgust",
    "FEA": "fearful",
    "HAP": "happy",
    "NEU": "neutral",
    "SAD": "sad",
}
"""Code in the file name, then emotion."""

LEVELS = {"LO": "normal", "MD": "normal", "HI": "strong", "XX": "", "X": ""}
# One file of the corpus is called 1040_ITH_SAD_X.
NAME = re.compile(r"(1\d{3})_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX?)")
VOTES, SPEAKERS = "crema-d-votes.csv", "crema-d-speakers.csv"
TABULATED, DEMOGRAPHICS = "processedResults/tabulatedVotes.csv", "VideoDemographics.csv"


def clips(folder: Path) -> Clips:
    """Every clip below `folder`, by name, with the listeners' votes on the voice alone.

    Votes and speakers are read from ``crema-d-votes.csv`` and ``crema-d-speakers.csv``
    beside `folder`, else from the corpus's own ``tabulatedVotes.csv`` and
    ``VideoDemographics.csv`` in it; without them clips have no votes and no gender.

    Raises
    ------
    NotFound
        If there is none.
    """
    votes = _votes(folder)
    genders = {row["speaker"]: row["sex"] for row in _rows(folder.parent / SPEAKERS)}
    genders = genders or {row["ActorID"]: row["Sex"] for row in _rows(folder / DEMOGRAPHICS)}

    def parse(path: Path) -> Clip | None:
        match = NAME.fullmatch(path.stem)
        if match is None:
            return None
        actor, sentence, code, level = match.groups()
        return Clip(
            path=path,
            corpus="crema-d",
            speaker=actor,
            emotion=EMOTIONS[code],
            intensity=LEVELS[level],
            statement=sentence,
            gender=genders.get(actor, "").lower(),
            language="en",
            votes=votes.get(path.stem, {}),
        )

    return read(folder, parse, corpus="CREMA-D", hint="Point --data at what holds voice/crema-d.")


def _votes(folder: Path) -> dict[str, dict[str, float]]:
    """How many listeners named each emotion from the voice alone, by clip."""
    told = {
        row["file"]: {e: float(row.get(f"voice_{e}") or 0) for e in EMOTIONS.values()}
        for row in _rows(folder.parent / VOTES)
    } or {
        row["fileName"]: {e: float(row[code[0]] or 0) for code, e in EMOTIONS.items()}
        for row in _rows(folder / TABULATED)
        # The first column numbers ratings: 1xxxxx by voice, 2xxxxx by face, 3xxxxx by both.
        if row[""].startswith("1")
    }
    return {name: {e: n for e, n in row.items() if n > 0} for name, row in told.items()}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
