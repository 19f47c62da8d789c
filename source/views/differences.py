"""Where the voice and the faces say different things, as figures and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from source.core import disagreement
from source.core.emotions import Emotion
from source.core.result import Disagreement, Result
from source.views.palette import emotion_of
from source.views.units import clock, percent


@dataclass(frozen=True)
class Difference:
    """A stretch in which the senses disagree, with a sentence that says so.

    `start` and `end` are in seconds; `voice` and `face` are what each sense reads.
    """

    start: float
    end: float
    voice: Emotion
    face: Emotion
    person: int
    text: str


def listed(result: Result) -> list[Difference]:
    """Every stretch in which voice and face disagree, in order of time, with its sentence."""
    several = result.face is not None and len(result.face.people) > 1
    return [
        Difference(d.start, d.end, d.voice, d.face, d.person, _sentence(d, several=several))
        for d in _of(result)
    ]


def disagreements(result: Result) -> list[tuple[float, float, str, str]]:
    """Stretches of speech in which voice and face clearly differ: (start, end, voice, face)."""
    return [(d.start, d.end, d.voice.label, d.face.label) for d in _of(result)]


def differ(voice: str, face: str) -> bool:
    """Whether two labels of any view are different emotions to both senses.

    Examples
    --------
    >>> differ("calm", "neutral"), differ("sad", "happy")
    (False, True)
    """
    return disagreement.differ(emotion_of(voice), emotion_of(face))


def _of(result: Result) -> Sequence[Disagreement]:
    """The disagreements of a Result; those of one that was written without them are found."""
    if result.disagreements is not None:
        kept: Sequence[Disagreement] = result.disagreements
    elif len(result.timeline) > 1:
        kept = disagreement.find(result.voice, result.face)
    else:
        kept = ()
    return [d for d in kept if differ(d.voice.label, d.face.label)]


def _sentence(stretch: Disagreement, *, several: bool) -> str:
    who = f"the face of person {stretch.person}" if several else "the face"
    return (
        f"{clock(stretch.start)} to {clock(stretch.end)}: the voice reads as {stretch.voice.label} "
        f"({percent(stretch.voice.score)}), {who} as {stretch.face.label} "
        f"({percent(stretch.face.score)})."
    )
