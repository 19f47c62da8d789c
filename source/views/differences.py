"""Where the voice and the faces say different things."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from source.core import disagreement
from source.core.emotions import Emotion
from source.core.result import Disagreement, Moment, Result
from source.core.timeline import merge, without
from source.views.palette import emotion_of
from source.views.units import clock, instant, percent

APART = 0.5
"""Agreement below which voice and faces are far apart, on the scale of `Moment.agreement`."""

NEAR = 0.6
"""Seconds between two moments far apart that are told as one."""

LEAST = 0.25
"""Seconds of a stretch far apart that is worth telling beside a disagreement."""


@dataclass(frozen=True)
class Difference:
    """A stretch in which the senses are certain of different emotions: they disagree.

    `start` and `end` are in seconds; `voice` and `face` are what each sense reads. `text` is a
    sentence about it, and `brief` the same in a few words.
    """

    start: float
    end: float
    voice: Emotion
    face: Emotion
    person: int
    text: str
    brief: str


def listed(result: Result) -> list[Difference]:
    """Every stretch in which voice and face disagree, in order of time, with its sentence."""
    people = result.face.people if result.face else ()
    names = {p.id: p.called for p in people} if len(people) > 1 else {}
    return [
        Difference(d.start, d.end, d.voice, d.face, d.person, *_told(d, names.get(d.person)))
        for d in _of(result)
    ]


def disagreements(result: Result) -> list[tuple[float, float, str, str]]:
    """Stretches of speech in which voice and face disagree: (start, end, voice, face)."""
    return [(d.start, d.end, d.voice.label, d.face.label) for d in _of(result)]


def _of(result: Result) -> Sequence[Disagreement]:
    """The disagreements of a Result; those of one that was written without them are found."""
    kept: Sequence[Disagreement] | None = result.disagreements
    if kept is None:
        kept = disagreement.find(result.voice, result.face)
    return [d for d in kept if differ(d.voice.label, d.face.label)]


def _told(stretch: Disagreement, name: str | None) -> tuple[str, str]:
    """A sentence and a few words; `name` says whose face it is, if there are several people."""
    who = f"face of {name}" if name else "face"
    voice, face = stretch.voice, stretch.face
    text = (
        f"{clock(stretch.start)} to {clock(stretch.end)}: the voice reads as {voice.label} "
        f"({percent(voice.score)}), the {who} as {face.label} ({percent(face.score)})."
    )
    return text, f"voice {voice.label}, {who} {face.label}"


@dataclass(frozen=True)
class Apart:
    """A stretch in which voice and faces are far apart, in seconds, and a sentence about it."""

    start: float
    end: float
    said: str


def apart(result: Result) -> list[Apart]:
    """Stretches in which the posteriors of voice and faces have little in common, by time.

    Weaker than `disagreements`, which are left out of them: not both are certain.
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
    sure = merge([(d.start, d.end) for d in _of(result)])
    spans = [(run[0].start, run[-1].end) for run in runs]
    for start, end in (part for span in spans for part in without(*span, sure)):
        if end - start < LEAST:
            continue
        at = bisect_right(starts, (start + end) / 2) - 1
        heard = f" (voice {voice[at].emotion.label})" if at >= 0 and end > voice[at].start else ""
        text = f"{instant(start)} to {instant(end)}: voice and face are far apart{heard}"
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
