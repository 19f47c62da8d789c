"""Where the voice and the faces say different things."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from source.core import disagreement
from source.core.emotions import Emotion
from source.core.result import Disagreement, Moment, Result
from source.views.palette import emotion_of
from source.views.units import clock, instant, percent

APART = 0.5
"""Agreement below which voice and faces are apart, on the scale of `Moment.agreement`."""

NEAR = 0.6
"""Seconds between two moments apart that are told as one."""


@dataclass(frozen=True)
class Difference:
    """A stretch in which the senses are certain of different emotions, with a sentence about it.

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


def _of(result: Result) -> Sequence[Disagreement]:
    """The disagreements of a Result; those of one that was written without them are found."""
    kept: Sequence[Disagreement] | None = result.disagreements
    if kept is None:
        kept = disagreement.find(result.voice, result.face)
    return [d for d in kept if differ(d.voice.label, d.face.label)]


def _sentence(stretch: Disagreement, *, several: bool) -> str:
    who = f"the face of person {stretch.person}" if several else "the face"
    return (
        f"{clock(stretch.start)} to {clock(stretch.end)}: the voice reads as {stretch.voice.label} "
        f"({percent(stretch.voice.score)}), {who} as {stretch.face.label} "
        f"({percent(stretch.face.score)})."
    )


@dataclass(frozen=True)
class Apart:
    """A stretch in which voice and faces are apart, in seconds, and a sentence about it."""

    start: float
    end: float
    said: str


def apart(result: Result) -> list[Apart]:
    """Stretches in which the posteriors of voice and faces have little in common, by time.

    Weaker than `disagreements`: neither needs to be certain.
    """
    runs: list[list[Moment]] = []
    for moment in result.timeline:
        if moment.agreement is None or moment.agreement >= APART:
            continue
        if runs and moment.start - runs[-1][-1].end <= NEAR:
            runs[-1].append(moment)
        else:
            runs.append([moment])
    voice = result.voice.segments if result.voice else ()
    starts = [segment.start for segment in voice]
    told = []
    for run in runs:
        start, end = run[0].start, run[-1].end
        at = bisect_right(starts, (start + end) / 2) - 1
        heard = f" (voice {voice[at].emotion.label})" if at >= 0 and end > voice[at].start else ""
        text = f"{instant(start)} to {instant(end)}: voice and face disagree{heard}"
        told.append(Apart(start, end, text))
    return told


def differ(voice: str, face: str) -> bool:
    """Whether two labels of any view are different emotions to both senses.

    Calm counts with neutral, contempt with disgust, as in the fused classes.

    Examples
    --------
    >>> differ("calm", "neutral"), differ("sad", "happy")
    (False, True)
    """
    return disagreement.differ(emotion_of(voice), emotion_of(face))
