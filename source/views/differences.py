"""Where the voice and the faces say different things."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from source.core.emotions import to_fused
from source.core.result import Moment, Person, Result, Segment
from source.views.palette import emotion_of
from source.views.units import instant

APART = 0.5
"""Agreement below which voice and faces are apart, on the scale of `Moment.agreement`."""

NEAR = 0.6
"""Seconds between two moments apart that are told as one."""


def disagreements(result: Result) -> list[tuple[float, float, str, str]]:
    """Stretches of speech in which voice and face clearly differ: (start, end, voice, face)."""
    if result.voice is None or result.face is None:
        return []
    stretches = []
    seen = [_Seen(person) for person in result.face.people]
    for said in (s for s in result.voice.segments if s.emotion.certain):
        shown = [label for person in seen if (label := person.during(said))]
        # who of several people speaks is not known: one face that agrees is enough
        if shown and all(differ(said.emotion.label, label) for label in shown):
            stretches.append((said.start, said.end, said.emotion.label, shown[0]))
    return stretches


class _Seen:
    """What a person's face certainly reads as, by time."""

    def __init__(self, person: Person) -> None:
        sure = [(f.time, f.emotion) for f in person.segments if f.emotion and f.emotion.certain]
        self._times = [time for time, _ in sure]
        self._labels = [emotion.label for _, emotion in sure]

    def during(self, said: Segment) -> str | None:
        """What most of the faces certainly read as while something is said."""
        first = bisect_left(self._times, said.start)
        labels = self._labels[first : bisect_left(self._times, said.end)]
        most = max(dict.fromkeys(labels), key=labels.count, default=None)
        return most if most and labels.count(most) * 2 > len(labels) else None


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
    """Whether two labels are different emotions to both senses.

    Calm counts with neutral, contempt with disgust, as in the fused classes.

    Examples
    --------
    >>> differ("calm", "neutral"), differ("sad", "happy")
    (False, True)
    """
    return _fused(voice) != _fused(face)


def _fused(label: str) -> str:
    scores = to_fused({emotion_of(label): 1.0})
    return max(scores, key=lambda e: scores[e])
