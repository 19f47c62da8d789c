"""The kinds of analysis: what each reads, and which recordings it takes."""

from collections.abc import Iterable
from dataclasses import dataclass

from source.core.errors import WrongKind

KINDS = {"audio": "a sound recording", "image": "a picture", "video": "a video"}
"""The kinds of recording, in words."""


@dataclass(frozen=True)
class Analysis:
    """One kind of analysis.

    Attributes
    ----------
    name : str
        As it stands in options and in a Result.
    title : str
        What a page calls it.
    senses : tuple of str
        The senses that read; names of `core.senses.SENSES`.
    kinds : tuple of str
        The kinds of recording it takes; of `KINDS`.
    needs : str
        What it takes, as it stands after "this analysis needs".
    flags : tuple of str
        What chooses it on the command line; none for `auto`, which is the default.
    help : str
        What it reads, as the command line says it.
    default_for : str
        The kind of recording for which `auto` chooses it.
    pairs : bool
        Whether it takes one picture and one sound as well, as one recording.
    """

    name: str
    title: str
    senses: tuple[str, ...] = ("voice", "face")
    kinds: tuple[str, ...] = tuple(KINDS)
    needs: str = ""
    flags: tuple[str, ...] = ()
    help: str = ""
    default_for: str = ""
    pairs: bool = False

    @property
    def timed(self) -> bool:
        """Whether the recordings it takes may have a length."""
        return self.kinds != ("image",)

    def check(self, name: str, kind: str) -> None:
        """Raise `WrongKind` for a recording (by its owner's name) of a kind it does not take."""
        if kind not in self.kinds:
            raise WrongKind(name, KINDS[kind], self.needs)


ANALYSES = {
    analysis.name: analysis
    for analysis in (
        Analysis("auto", "automatic", pairs=True),
        Analysis(
            "audio",
            "voice",
            ("voice",),
            ("audio", "video"),
            "sound",
            ("-AA", "--audio"),
            "the voice of sounds or videos",
            default_for="audio",
        ),
        Analysis(
            "image",
            "picture",
            ("face",),
            ("image",),
            "a picture",
            ("-IA", "--image"),
            "the faces of pictures",
            default_for="image",
        ),
        Analysis(
            "video",
            "video",
            ("face",),
            ("video",),
            "a video",
            ("-VA", "--video"),
            "the faces of videos",
        ),
        Analysis(
            "combined",
            "voice and face",
            ("voice", "face"),
            ("video",),
            "a video, or a picture and a sound together",
            ("-CA", "--combined"),
            "voice and face of videos, or of one picture and one sound",
            default_for="video",
            pairs=True,
        ),
    )
}
"""Every kind of analysis by its name; `auto` takes the one that suits the recording."""


def suited(kind: str) -> Analysis:
    """The analysis that `auto` chooses for a kind of recording."""
    return next(a for a in ANALYSES.values() if a.default_for == kind)


def is_pair(kinds: Iterable[str]) -> bool:
    """Whether recordings of these kinds are one picture and one sound."""
    return sorted(kinds) == ["audio", "image"]


def check_pair(analysis: Analysis, recordings: list[tuple[str, str]]) -> None:
    """Check that two recordings (name, kind) are one picture and one sound.

    Raises
    ------
    WrongKind
        If they are not, or if the analysis takes no pairs.
    """
    if not analysis.pairs or not is_pair(kind for _, kind in recordings):
        name, kind = recordings[1]
        raise WrongKind(name, KINDS[kind], "one picture and one sound")
