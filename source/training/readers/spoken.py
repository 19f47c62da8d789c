"""What every voice reader gives: one acted utterance a file, with who speaks and what is acted."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
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
    title : str
        Its name within the corpus where the file's own would not be unique, else empty.
    cast : str
        The corpus whose speakers these are, where the same people are in both; else empty.
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
    title: str = ""
    cast: str = ""

    @property
    def name(self) -> str:
        """The corpus's own name of the clip, without folder and suffix."""
        return self.title or self.path.stem

    @property
    def person(self) -> str:
        """The speaker among those of all corpora."""
        return f"{self.cast or self.corpus}/{self.speaker}"


class Clips(list[Clip]):
    """Clips in the order of their names, and what was left out.

    `dropped` are files whose sound or name was there already; `aside` is how many clips are
    of speakers whom the project keeps aside.
    """

    def __init__(
        self, clips: Iterable[Clip] = (), *, dropped: Sequence[Path] = (), aside: int = 0
    ) -> None:
        super().__init__(clips)
        self.dropped, self.aside = tuple(dropped), aside


def read(folder: Path, parse: Callable[[Path], Clip | None], *, corpus: str, hint: str) -> Clips:
    """Every clip below `folder` that `parse` knows, by name; the same sound twice counts once.

    Raises
    ------
    NotFound
        If there is none.
    """
    files = [p for p in folder.rglob("*") if p.suffix.lower() in SOUND and p.is_file()]
    # What macOS puts beside files in archives bears their names and holds no sound.
    files = [p for p in files if not p.name.startswith("._") and "__MACOSX" not in p.parts]
    clips = once(clip for path in files if (clip := parse(path)) is not None)
    if not clips:
        raise NotFound(f"There is no {corpus} in {folder}.", hint=hint)
    return clips


def once(clips: Iterable[Clip]) -> Clips:
    """Sort clips by name, and keep each name and each content once.

    Where the same bytes stand for two emotions, nobody can tell which is right: all of
    these are left out.
    """
    ordered = sorted(clips, key=lambda clip: (clip.name, str(clip.path)))
    marks = [hashlib.sha256(clip.path.read_bytes()).hexdigest() for clip in ordered]
    acted: defaultdict[str, set[str]] = defaultdict(set)
    for mark, clip in zip(marks, ordered, strict=True):
        acted[mark].add(clip.emotion)
    seen: set[str] = set()
    kept: list[Clip] = []
    dropped: list[Clip] = []
    for mark, clip in zip(marks, ordered, strict=True):
        again = mark in seen or clip.name in seen
        (dropped if again or len(acted[mark]) > 1 else kept).append(clip)
        seen |= {mark, clip.name}
    return Clips(kept, dropped=[clip.path for clip in dropped])
