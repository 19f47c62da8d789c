"""Where the voice and the faces say different things."""

from source.core.emotions import to_fused
from source.core.result import Person, Result, Segment
from source.views.palette import emotion_of


def disagreements(result: Result) -> list[tuple[float, float, str, str]]:
    """Stretches of speech in which voice and face clearly differ: (start, end, voice, face)."""
    if result.voice is None or result.face is None:
        return []
    stretches = []
    for said in (s for s in result.voice.segments if s.emotion.certain):
        shown = [label for p in result.face.people if (label := _shown(p, said))]
        # who of several people speaks is not known: one face that agrees is enough
        if shown and all(differ(said.emotion.label, label) for label in shown):
            stretches.append((said.start, said.end, said.emotion.label, shown[0]))
    return stretches


def _shown(person: Person, said: Segment) -> str | None:
    """What most of a person's faces certainly read as while something is said."""
    labels = [
        f.emotion.label
        for f in person.segments
        if f.emotion and f.emotion.certain and said.start <= f.time < said.end
    ]
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
    scores = to_fused({emotion_of(label): 1.0})
    return max(scores, key=lambda e: scores[e])
