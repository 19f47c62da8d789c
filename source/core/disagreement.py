"""Where voice and face are both certain, and of different emotions."""

from bisect import bisect_left
from collections.abc import Sequence

from source.core.emotions import Emotion, fused_label, mean_scores
from source.core.result import Disagreement, Face, Person, Segment, Voice

CLOSE = 0.05
"""Seconds between two stretches that are the rounding of their times, and no gap."""

CLOSEST = "disgust"
"""The emotion of both senses that contempt counts with."""


def find(voice: Voice | None, face: Face | None) -> tuple[Disagreement, ...]:
    """The stretches of speech in which voice and face disagree, in order of time.

    Both must be certain there: the voice of its emotion, and most of the certain faces of a
    person of another one. Who of several people speaks is not known, so one person whose face
    agrees is enough for no disagreement. Stretches that follow each other with the same two
    emotions and the same person are one.
    """
    if voice is None or face is None:
        return ()
    seen = [_Seen(person) for person in face.people]
    found: list[tuple[list[Segment], _Seen, str]] = []
    for said in (s for s in voice.segments if s.emotion.certain):
        shown = [(one, label) for one in seen if (label := one.label(said)) is not None]
        if not shown or not all(differ(said.emotion.label, label) for _, label in shown):
            continue
        who, label = shown[0]
        if found and _goes_on(found[-1], said, who, label):
            found[-1][0].append(said)
        else:
            found.append(([said], who, label))
    return tuple(_stretch(said, who) for said, who, _ in found)


class _Seen:
    """A person's certain faces, by time."""

    def __init__(self, person: Person) -> None:
        self.id = person.id
        sure = [(f.time, f.emotion) for f in person.segments if f.emotion and f.emotion.certain]
        self._times = [time for time, _ in sure]
        self._emotions = [emotion for _, emotion in sure]

    def during(self, said: Segment) -> list[Emotion]:
        """What the faces read as that are seen while something is said."""
        first = bisect_left(self._times, said.start)
        return self._emotions[first : bisect_left(self._times, said.end)]

    def label(self, said: Segment) -> str | None:
        """What most of them read as."""
        labels = [emotion.label for emotion in self.during(said)]
        most = max(dict.fromkeys(labels), key=labels.count, default=None)
        return most if most and labels.count(most) * 2 > len(labels) else None


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
    """The class of both senses; a label of another view stays as it is."""
    return CLOSEST if label == "contempt" else fused_label(label) or label


def _goes_on(last: tuple[list[Segment], _Seen, str], said: Segment, who: _Seen, label: str) -> bool:
    before, person, shown = last
    return (
        person is who
        and shown == label
        and said.start - before[-1].end <= CLOSE
        and said.emotion.label == before[-1].emotion.label
    )


def _stretch(said: Sequence[Segment], who: _Seen) -> Disagreement:
    faces = [emotion for segment in said for emotion in who.during(segment)]
    return Disagreement(
        said[0].start,
        said[-1].end,
        voice=_mean([s.emotion for s in said], [s.end - s.start for s in said]),
        face=_mean(faces, [1.0] * len(faces)),
        person=who.id,
    )


def _mean(emotions: Sequence[Emotion], weights: Sequence[float]) -> Emotion:
    """The mean of certain emotions, of which most have one label; of any view."""
    scores = {e: round(s, 6) for e, s in mean_scores([e.scores for e in emotions], weights).items()}
    label = max(scores, key=lambda e: scores[e])
    return Emotion(label, scores[label], True, scores)
