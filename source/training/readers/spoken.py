"""What every voice reader gives: one acted utterance a file, with who speaks and what is acted."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from source.core.errors import NotFound

SOUND = frozenset({".opus", ".wav", ".flac", ".ogg", ".mp3", ".m4a", ".aiff"})
"""Endings that are taken for sound."""


@dataclass(frozen=True)
class Clip:
    """One acted utterance.

    Attributes
    ----------
    path : Path
        Where it lies.
    corpus : str
        The reader's name, such as ``ravdess``.
    speaker : str
        As the corpus names speakers; unique within it.
    emotion : str
        What is acted: a label of `source.core.emotions.VOICE`, or ``bored``.
    intensity : str
        ``normal`` or ``strong`` where the corpus tells, else empty.
    statement : str
        The corpus's code of what is said, or empty.
    gender : str
        ``female`` or ``male`` where the corpus tells, else empty.
    language : str
        ISO 639-1 code.
    votes : dict of str to float
        How many listeners named each emotion from the voice alone; empty where nobody asked.
    """

    path: Path
    corpus: str
    speaker: str
    emotion: str
    intensity: str = ""
    statement: str = ""
    gender: str = ""
    language: str = ""
    votes: dict[str, float] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """The corpus's own name of the clip, without folder and suffix."""
        return self.path.stem

    @property
    def person(self) -> str:
        """The speaker among those of all corpora."""
        return f"{self.corpus}/{self.speaker}"


def read(
    folder: Path, parse: Callable[[Path], Clip | None], *, corpus: str, hint: str
) -> list[Clip]:
    """Every clip below `folder` that `parse` knows, by name; the same bytes twice count once.

    Raises
    ------
    NotFound
        If there is none.
    """
    files = [p for p in folder.rglob("*") if p.suffix.lower() in SOUND]
    found = [(path, clip) for path in files if (clip := parse(path)) is not None]
    found.sort(key=lambda pair: (pair[1].name, str(pair[0])))
    kept = set(once(path for path, _ in found))
    clips = [clip for path, clip in found if path in kept]
    if not clips:
        raise NotFound(f"There is no {corpus} in {folder}.", hint=hint)
    return clips


def once(paths: Iterable[Path]) -> list[Path]:
    """Drop a file whose bytes, or whose name in another folder of the corpus, were seen before."""
    seen: set[str] = set()
    kept = []
    for path in paths:
        marks = {hashlib.sha256(path.read_bytes()).hexdigest(), path.stem}
        if not marks & seen:
            kept.append(path)
        seen |= marks
    return kept
