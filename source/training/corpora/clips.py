"""Clips of a corpus: one acted utterance a file, with who speaks and what is acted."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Clip:
    """One acted utterance, heard or filmed.

    Attributes
    ----------
    path : Path
        Where it lies.
    corpus : str
        Key of `CORPORA`.
    speaker : str
        As the corpus names speakers; unique within it.
    emotion : str
        What is acted: a label of `source.core.emotions`, or ``bored``.
    intensity : str
        ``normal`` or ``strong`` where the corpus says, else empty.
    statement : str
        The corpus's code of what is said, or empty.
    gender : str
        ``female`` or ``male`` where it is known, else empty.
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

    `dropped` are files whose content or name was there already; `aside` is how many clips are
    of speakers whom the project keeps aside.
    """

    def __init__(
        self, clips: Iterable[Clip] = (), *, dropped: Sequence[Path] = (), aside: int = 0
    ) -> None:
        super().__init__(clips)
        self.dropped, self.aside = tuple(dropped), aside


def once(clips: Iterable[Clip]) -> Clips:
    """Sort clips by name, and keep each name and each content once.

    Where the same bytes stand for two emotions, nobody can say which is right: all of these
    are left out.
    """
    ordered = sorted(clips, key=lambda clip: (clip.name, str(clip.path)))
    contents = _contents([clip.path for clip in ordered])
    emotions: defaultdict[str, set[str]] = defaultdict(set)
    for content, clip in zip(contents, ordered, strict=True):
        emotions[content].add(clip.emotion)
    known: set[str] = set()
    kept: list[Clip] = []
    dropped: list[Clip] = []
    for content, clip in zip(contents, ordered, strict=True):
        again = content in known or clip.name in known
        (dropped if again or len(emotions[content]) > 1 else kept).append(clip)
        known |= {content, clip.name}
    return Clips(kept, dropped=[clip.path for clip in dropped])


def _contents(paths: Sequence[Path]) -> list[str]:
    """A mark for each file, the same for the same bytes; only files of one size are read."""
    sizes = [path.stat().st_size for path in paths]
    common = Counter(sizes)
    return [
        hashlib.sha256(path.read_bytes()).hexdigest() if common[size] > 1 else str(path)
        for path, size in zip(paths, sizes, strict=True)
    ]
