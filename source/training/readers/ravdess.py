"""RAVDESS speech: acted sentences, one emotion a clip, named by code.

``03-01-EE-II-SS-RR-AA.ext``: audio only, speech, emotion, intensity, statement, repetition,
actor (odd male, even female). CC BY-NC-SA 4.0; Livingstone & Russo (2018), PLoS ONE 13(5).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from source.core.errors import NotFound

EMOTIONS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgust",
    "08": "surprised",
}
"""Code in the file name, then emotion."""

NAME = re.compile(r"03-01-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)")
SOUND = {".opus", ".wav", ".flac", ".ogg", ".mp3"}


@dataclass(frozen=True)
class Clip:
    """One acted sentence: where it lies, who says it, what is acted."""

    path: Path
    speaker: int
    emotion: str
    intensity: str
    statement: int
    gender: str

    @property
    def name(self) -> str:
        """The corpus's own name of the clip, without folder and suffix."""
        return self.path.stem


def clips(folder: Path) -> list[Clip]:
    """Every speech clip below `folder`, by name; the same bytes twice count once.

    Works on the copy in ``voice/ravdess`` as well as on the corpus as published
    (``Actor_01/03-01-01-01-01-01-01.wav``).

    Raises
    ------
    NotFound
        If there is none.
    """
    found = [p for p in sorted(folder.rglob("03-01-*")) if p.suffix.lower() in SOUND]
    read = [_clip(p) for p in _once(sorted(found, key=lambda p: (p.stem, str(p))))]
    known = [c for c in read if c is not None]
    if not known:
        raise NotFound(
            f"There is no RAVDESS speech in {folder}.",
            hint="Point --data at the folder that holds voice/ravdess, or use --tiny.",
        )
    return known


def _clip(path: Path) -> Clip | None:
    match = NAME.fullmatch(path.stem)
    if match is None:
        return None
    code, intensity, statement, _, actor = match.groups()
    return Clip(
        path=path,
        speaker=int(actor),
        emotion=EMOTIONS[code],
        intensity="strong" if intensity == "02" else "normal",
        statement=int(statement),
        gender="female" if int(actor) % 2 == 0 else "male",
    )


def _once(paths: Iterable[Path]) -> list[Path]:
    """Drop a file whose bytes or whose name were seen before."""
    seen: set[str] = set()
    kept = []
    for path in paths:
        marks = {hashlib.sha256(path.read_bytes()).hexdigest(), path.stem}
        if not marks & seen:
            kept.append(path)
        seen |= marks
    return kept
