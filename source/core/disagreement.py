"""Where voice and face are both certain, and of different emotions."""

from collections.abc import Sequence

from source.core.emotions import Emotion, fused_label, mean_scores
from source.core.result import Disagreement, Face, FaceSegment, Person, Segment, Voice
from source.core.timeline import overlap

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
    found: list[tuple[list[Segment], Person]] = []
    for said in (s for s in voice.segments if s.emotion.certain):
        shown = [(p, label) for p in face.people if (label := _shown(p, said)) is not None]
        if not shown or not all(differ(said.emotion.label, label) for _, label in shown):
            continue
        person, label = shown[0]
        last = found[-1] if found else None
        if last and _goes_on(last, said, person, label):
            last[0].append(said)
        else:
            found.append(([said], person))
    return tuple(_stretch(said, person) for said, person in found)


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


def _goes_on(last: tuple[list[Segment], Person], said: Segment, person: Person, label: str) -> bool:
    before, who = last
    return (
        person.id == who.id
        and said.start - before[-1].end <= CLOSE
        and said.emotion.label == before[-1].emotion.label
        and label == _shown(who, before[-1])
    )


def _stretch(said: Sequence[Segment], person: Person) -> Disagreement:
    start, end = said[0].start, said[-1].end
    faces = [f for s in said for f in _certain(person, s) if f.emotion is not None]
    return Disagreement(
        start,
        end,
        voice=_mean([s.emotion for s in said], [s.end - s.start for s in said]),
        face=_mean([f.emotion for f in faces if f.emotion], [1.0] * len(faces)),
        person=person.id,
    )


def _mean(emotions: Sequence[Emotion], weights: Sequence[float]) -> Emotion:
    """The mean of certain emotions, of which most have one label; of any view."""
    scores = {e: round(s, 6) for e, s in mean_scores([e.scores for e in emotions], weights).items()}
    label = max(scores, key=lambda e: scores[e])
    return Emotion(label, scores[label], True, scores)


def _certain(person: Person, said: Segment) -> list[FaceSegment]:
    """The person's faces that are certain while something is said."""
    return [f for f in person.segments if f.emotion and f.emotion.certain and _while(f, said)]


def _while(face: FaceSegment, said: Segment) -> bool:
    if face.end is None:
        return said.start <= face.time < said.end
    return overlap((face.time, face.end), (said.start, said.end)) > CLOSE


def _shown(person: Person, said: Segment) -> str | None:
    """What most of a person's certain faces read as while something is said."""
    labels = [f.emotion.label for f in _certain(person, said) if f.emotion]
    most = max(dict.fromkeys(labels), key=labels.count, default=None)
    return most if most and labels.count(most) * 2 > len(labels) else None
