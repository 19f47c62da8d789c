"""Who reads as what, and when: the rows that time lines of other programs are made of."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice

from source.core.result import AffectPoint, Face, Moment, Person, Result, Voice
from source.core.senses import SENSES
from source.views.differences import disagreements
from source.views.spans import Span, joined, mean_over
from source.views.timeline import length, looks

TOGETHER = "together"
"""What the combined time line is called beside the senses."""

DISAGREEMENT = "Voice and face differ"
"""What the tier of their disagreements is called."""

MARKERS, EXCLUDED = "Markers", "Excluded"
"""What the tiers of what was marked and left out by hand are called."""

Stretch = tuple[float, float, str]
"""Start and end in seconds, and a text."""


@dataclass(frozen=True)
class Tier:
    """One row: everything together, a sense, or one person in a sense.

    Attributes
    ----------
    name : str
        What people call it; unique within a Result.
    sense : str
        A sense, or `TOGETHER`.
    person : str
        Who; empty where that is not known.
    spans : tuple of (float, float, Emotion)
        What was read, sorted; what was not measured is absent.
    """

    name: str
    sense: str
    person: str
    spans: tuple[Span, ...]

    def stretches(self) -> list[Stretch]:
        """Alike spans joined, each with its label; “happy?” where that is not sure."""
        return [
            (block.start, block.end, label_of(part.label, certain=part.certain))
            for block in joined(self.spans)
            for part in block.parts
        ]

    def leading(self, start: float, end: float) -> tuple[str, float, bool] | None:
        """The label and score that lead on average in a stretch, and whether most of it is sure.

        None where nothing was read.
        """
        last = bisect_left(self.spans, end, key=lambda span: span[0])
        first = max(0, bisect_right(self.spans, start, key=lambda span: span[0]) - 1)
        inside = [(min(b, end) - max(a, start), e.certain) for a, b, e in self.spans[first:last]]
        whole = sum(part for part, _ in inside if part > 0)
        if not whole:
            return None
        scores = mean_over(self.spans, start, end)
        label = max(scores, key=lambda e: scores[e])
        sure = sum(part for part, certain in inside if part > 0 and certain)
        return label, scores[label], sure > whole / 2


def label_of(label: str, *, certain: bool) -> str:
    """A label as it stands in a tier.

    Examples
    --------
    >>> label_of("happy", certain=True), label_of("happy", certain=False)
    ('happy', 'happy?')
    """
    return label if certain else f"{label}?"


def tiers(result: Result) -> list[Tier]:
    """Every row with something in it: everything together first, then sense by sense.

    Names given by hand may be alike; the second then gets a number.
    """
    moments = tuple((m.start, m.end, m.emotion) for m in result.timeline)
    every = [Tier("Together", TOGETHER, "", moments), *_of_senses(result)]
    used = {DISAGREEMENT, MARKERS, EXCLUDED}
    rows = []
    for tier in (tier for tier in every if tier.spans):
        plain = " ".join(tier.name.split())
        again = (f"{plain} ({number})" for number in count(2))
        name = next(n for n in (plain, *islice(again, len(used) + 1)) if n not in used)
        used.add(name)
        rows.append(replace(tier, name=name))
    return rows


def differing(result: Result) -> list[Stretch]:
    """Stretches in which voice and face are sure of different emotions, in words."""
    return [
        (start, end, f"voice {voice}, face {face}")
        for start, end, voice, face in disagreements(result)
    ]


def marked(result: Result) -> list[tuple[float, str]]:
    """Moments that were marked by hand: second and note, each second once."""
    notes: dict[float, list[str]] = {}
    for marker in result.edits.markers if result.edits else ():
        notes.setdefault(round(marker.time, 3), []).append(_note(marker.note) or "marker")
    return [(time, "; ".join(said)) for time, said in sorted(notes.items())]


def excluded(result: Result) -> list[Stretch]:
    """Stretches that were left out by hand; what overlaps is one, with the notes of all."""
    joint: list[tuple[float, float, list[str]]] = []
    for part in sorted(result.edits.excluded if result.edits else (), key=lambda e: e.start):
        said = [note] if (note := _note(part.note)) else []
        if joint and part.start <= joint[-1][1]:
            start, end, notes = joint.pop()
            joint.append((start, max(end, part.end), [*notes, *said]))
        else:
            joint.append((part.start, part.end, said))
    return [(start, end, "; ".join(notes) or "excluded") for start, end, notes in joint]


def changed_by_hand(result: Result) -> bool:
    """Whether moments were marked or stretches left out."""
    return bool(result.edits and (result.edits.markers or result.edits.excluded))


def _note(text: str) -> str:
    return " ".join(text.split())


def mood(path: Sequence[AffectPoint], moment: Moment) -> AffectPoint | None:
    """The point of the path of valence and arousal that lies in a moment, if there is one."""
    at = bisect_left(path, moment.start, key=lambda point: point.time)
    return path[at] if at < len(path) and path[at].time < moment.end else None


def has_time_line(result: Result) -> bool:
    """Whether there is something over time: a picture has none."""
    return bool(result.timeline) or bool(tiers(result))


def has_tiers(result: Result) -> bool:
    """Whether something was read over time, or marked or left out by hand."""
    return has_time_line(result) or changed_by_hand(result)


def _of_senses(result: Result) -> Iterator[Tier]:
    for sense, part in result.parts.items():
        if isinstance(part, Face):
            for person in part.people:
                yield Tier(person.called, sense, person.called, _seen(person, result))
        elif isinstance(part, Voice):
            spans = tuple((s.start, s.end, s.emotion) for s in part.segments)
            yield Tier(SENSES[sense].name.capitalize(), sense, "", spans)


def _seen(person: Person, result: Result) -> tuple[Span, ...]:
    """A person's faces over time; a still picture has no time."""
    if result.source.kind == "image":
        return ()
    return looks(person, length(result))
