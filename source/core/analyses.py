"""The kinds of analysis: what each reads, and which recordings it accepts."""

from collections.abc import Iterable
from dataclasses import dataclass

from source.core.errors import WrongKind

KINDS = {"audio": "an audio recording", "image": "a picture", "video": "a video"}
"""The kinds of recording, in words."""


@dataclass(frozen=True)
class Analysis:
    """One kind of analysis.

    Attributes
    ----------
    name : str
        Its name in options and in a Result.
    title : str
        Its name on a page.
    senses : tuple of str
        The senses that it uses; names of `core.senses.SENSES`.
    kinds : tuple of str
        The kinds of recording it accepts; of `KINDS`.
    needs : str
        What it accepts, worded to follow "this analysis needs".
    flags : tuple of str
        Its flags on the command line; none for `auto`, the default.
    help : str
        Its help text on the command line.
    default_for : str
        The kind of recording for which `auto` chooses it.
    pairs : bool
        Whether it also accepts a picture and an audio file as one recording.
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
        """Whether the recordings it accepts can have a length."""
        return self.kinds != ("image",)

    def check(self, name: str, kind: str) -> None:
        """Raise `WrongKind` if it does not accept the kind of a recording."""
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
            "audio",
            ("-AA", "--audio"),
            "read the voice in audio files or videos",
            default_for="audio",
        ),
        Analysis(
            "image",
            "picture",
            ("face",),
            ("image",),
            "a picture",
            ("-IA", "--image"),
            "read the faces in pictures",
            default_for="image",
        ),
        Analysis(
            "video",
            "video",
            ("face",),
            ("video",),
            "a video",
            ("-VA", "--video"),
            "read the faces in videos",
        ),
        Analysis(
            "combined",
            "voice and face",
            ("voice", "face"),
            ("video",),
            "a video, or a picture and an audio file together",
            ("-CA", "--combined"),
            "read voice and face, of a video or of a picture and an audio file",
            default_for="video",
            pairs=True,
        ),
    )
}
"""All kinds of analysis by name; `auto` selects the one that suits the recording."""


def kind_named(message: str) -> str | None:
    """The kind of recording that the sentence of a `WrongKind` names; None in any other.

    Examples
    --------
    >>> kind_named(WrongKind("a.wav", KINDS["audio"], "a picture").message)
    'audio'
    """
    said = ((kind, f"” is {words}, but this analysis needs") for kind, words in KINDS.items())
    return next((kind for kind, sentence in said if sentence in message), None)


def suited(kind: str) -> Analysis:
    """The analysis that `auto` selects for a kind of recording."""
    return next(a for a in ANALYSES.values() if a.default_for == kind)


def is_pair(kinds: Iterable[str]) -> bool:
    """Whether recordings of these kinds are one picture and one audio file."""
    return sorted(kinds) == ["audio", "image"]


def check_pair(analysis: Analysis, recordings: list[tuple[str, str]]) -> None:
    """Check that two recordings (name, kind) are one picture and one audio file.

    Raises
    ------
    WrongKind
        If they are not, or if the analysis takes no pairs.
    """
    if not analysis.pairs or not is_pair(kind for _, kind in recordings):
        name, kind = recordings[1]
        raise WrongKind(name, KINDS[kind], "one picture and one audio file")
