"""What a corpus is, as data, and the one reader of them all."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from source.core.errors import NotFound
from source.training.corpora.clips import Clip, Clips, once
from source.training.corpora.manifest import MANIFEST, rows
from source.training.fetch.sources import SOUND, Source

FILMS = frozenset({".mp4", ".m4v", ".mov", ".mkv", ".avi", ".webm", ".flv"})
"""Endings that are taken for films."""


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """One corpus: how its files are named, whose it is, and how to get it.

    Attributes
    ----------
    name : str
        As commands name it; also its folder below ``voice``.
    title, licence, citation, page : str
        For the person who decides about its terms.
    scheme : str
        Regular expression of the end of a clip's path, without its ending. Its groups are named
        ``emotion`` and, where the name says so, ``speaker``, ``intensity``, ``statement``.
        Without a speaker each clip is taken for somebody's who is recorded once.
    example : str
        A path that fits the scheme.
    emotions : mapping of str to str
        Code in the name, in lower case, then the emotion.
    intensities : mapping of str to str
        Code in the name, then ``normal`` or ``strong``.
    clip_name : str
        What a clip is called: a format of the scheme's groups, ``stem`` and ``path``.
    aliases : mapping of str to str
        Other spellings of a speaker.
    women : frozenset of str or None
        Speakers who are women, all others being men; None where that is not known.
    aside : frozenset of str
        Speakers whom this project never trains on and does not prepare.
    judged : frozenset of str
        Statements that a model is judged by, where others would give the emotion away by their
        words; empty for all.
    cast : str
        The corpus whose speakers these are, where the same people are in both.
    language : str
        ISO 639-1 code.
    files : frozenset of str
        Endings of its files.
    votes : callable or None
        Listeners' votes by clip, read from tables that lie with the corpus.
    manifest : bool
        Whether a ``manifest.csv`` in its folder may name its clips instead of the scheme.
    source : Source or None
        What `source.training.download` fetches; None where one must ask.
    ask : str
        Where to ask, if nothing can be fetched.
    size : str
        How much is fetched, in words.
    hours : float
        Of sound, about; 0 where not known.
    speakers : int
    place : str
        Folder below the data folder, where that is not its own below ``voice``.
    """

    name: str
    title: str
    licence: str
    citation: str = ""
    page: str = ""
    scheme: str
    example: str
    emotions: Mapping[str, str]
    intensities: Mapping[str, str] = field(default_factory=dict)
    clip_name: str = "{stem}"
    aliases: Mapping[str, str] = field(default_factory=dict)
    women: frozenset[str] | None = None
    aside: frozenset[str] = frozenset()
    judged: frozenset[str] = frozenset()
    cast: str = ""
    language: str = "en"
    files: frozenset[str] = SOUND
    votes: Callable[[Path], dict[str, dict[str, float]]] | None = None
    manifest: bool = False
    source: Source | None = None
    ask: str = ""
    size: str = ""
    hours: float = 0.0
    speakers: int = 0
    place: str = ""

    @property
    def folder(self) -> Path:
        """Its folder below the data folder."""
        return Path(self.place or f"voice/{self.name}")

    @property
    def is_sound(self) -> bool:
        """Whether its files are sound, not films."""
        return self.files is SOUND

    @property
    def short_title(self) -> str:
        """The title without what is counted in it."""
        return self.title.partition(":")[0]

    def clips(self, data: Path) -> Clips:
        """`read` of the corpus's folder below the data folder."""
        return self.read(data / self.folder)

    def read(self, folder: Path) -> Clips:
        """Every clip below a folder, by name, but those of speakers who are kept aside.

        The same content or name a second time, and the same content under two emotions, are
        left out.

        Raises
        ------
        NotFound
            If there is none.
        BadRequest
            If a manifest lacks a column, or names a file that is not there, nobody, or an
            emotion that is none.
        """
        votes = self.votes(folder) if self.votes else {}
        clips = once(replace(clip, votes=votes.get(clip.name, {})) for clip in self._clips(folder))
        if not clips:
            raise NotFound(
                f"There is no {self.short_title} in “{folder}”.",
                hint=self.ask
                or f"Its files are named like {self.example}; --data names the "
                f"folder that holds {self.folder.as_posix()}.",
            )
        public = [clip for clip in clips if clip.speaker not in self.aside]
        return Clips(public, dropped=clips.dropped, aside=len(clips) - len(public))

    def named(self, name: str, path: Path | None = None) -> Clip | None:
        """What the name of a clip says about it; None where it does not fit the scheme.

        Parameters
        ----------
        name : str
            Path in the corpus's folder with ``/``, or the bare name, without ending.
        path : Path, optional
            Where the file lies.

        Examples
        --------
        >>> from source.training.corpora import CORPORA
        >>> clip = CORPORA["tess"].named("OAF_neutral/OA_bite_neutral")
        >>> clip.name, clip.speaker, clip.statement, clip.emotion, clip.gender
        ('OA_bite_neutral', 'OAF', 'bite', 'neutral', 'female')
        """
        match = re.search(rf"(?:^|/)(?:{self.scheme})\Z", name)
        emotion = self.emotion(match["emotion"]) if match else None
        if match is None or emotion is None:
            return None
        groups = {key: text or "" for key, text in match.groupdict().items()}
        stem = name.rpartition("/")[2]
        title = self.clip_name.format(**groups, stem=stem, path=name)
        speaker = groups.get("speaker") or title
        speaker = self.aliases.get(speaker, speaker)
        return Clip(
            path=path or Path(name),
            corpus=self.name,
            speaker=speaker,
            emotion=emotion,
            intensity=self.intensities.get(groups.get("intensity", ""), ""),
            statement=groups.get("statement", ""),
            gender=self.gender(speaker),
            language=self.language,
            title=title,
            cast=self.cast,
        )

    def emotion(self, code: str) -> str | None:
        """The emotion that a code stands for, whatever its case."""
        return self.emotions.get(code.strip().lower())

    def gender(self, speaker: str) -> str:
        """``female`` or ``male``; empty where that is not known."""
        if self.women is None:
            return ""
        return "female" if speaker in self.women else "male"

    def judges(self, clip: Clip) -> bool:
        """Whether a model may be judged by a clip: its words do not give the emotion away."""
        return not self.judged or clip.statement in self.judged

    def _clips(self, folder: Path) -> Iterable[Clip]:
        if self.manifest and (folder / MANIFEST).is_file():
            return self._listed(folder)
        return self._scanned(folder)

    def _scanned(self, folder: Path) -> Iterator[Clip]:
        for path in folder.rglob("*"):
            # What macOS puts beside files in archives bears their names and holds no sound.
            hidden = path.name.startswith("._") or "__MACOSX" in path.parts
            if path.suffix.lower() in self.files and path.is_file() and not hidden:
                clip = self.named(path.relative_to(folder).with_suffix("").as_posix(), path)
                if clip is not None:
                    yield clip

    def _listed(self, folder: Path) -> Iterator[Clip]:
        for row in rows(folder, emotion=self.emotion, files=self.files):
            yield Clip(
                path=row.path,
                corpus=self.name,
                speaker=row.speaker,
                emotion=row.emotion,
                gender=row.gender,
                language=row.language or self.language,
                title=row.path.relative_to(folder).with_suffix("").as_posix(),
            )
