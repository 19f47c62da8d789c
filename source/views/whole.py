"""The whole recording as one sorted list: every emotion with its score, its time and its senses."""

from dataclasses import dataclass

from source.core.result import Person, Result
from source.views.charts import data


@dataclass(frozen=True)
class Row:
    """One emotion.

    Attributes
    ----------
    label : str
    score : float
        Mean score, 0 to 1.
    leads : float or None
        Share of the time it leads, 0 to 1; None where there is no time line.
    senses : dict of str to float
        Mean score of each sense by its name, where more than one was read.
    """

    label: str
    score: float
    leads: float | None
    senses: dict[str, float]


def whole(result: Result) -> list[Row]:
    """Every emotion, the highest score first; empty where nothing was read."""
    if result.emotion is None:
        return []
    led = {label: sure + unsure for label, sure, unsure in data.shares(result)}
    timed = len(result.timeline) > 1
    parts = {sense: part.emotion for sense, part in result.parts.items() if part.emotion}
    parts = parts if len(parts) > 1 else {}
    # Calm and contempt are classes of one sense alone, and have no score of both.
    labels = dict.fromkeys([*result.emotion.scores, *(e for p in parts.values() for e in p.scores)])
    rows = [
        Row(
            label,
            result.emotion.scores.get(label, 0.0),
            led.get(label, 0.0) if timed else None,
            {sense: e.scores[label] for sense, e in parts.items() if label in e.scores},
        )
        for label in labels
        if label in result.emotion.scores
    ]
    return sorted(rows, key=lambda row: -row.score)


@dataclass(frozen=True)
class Looks:
    """What is told of one person's faces.

    Attributes
    ----------
    person : Person
    read, seen : int
        Faces that were read, and found.
    spread : list of (str, float, float)
        Each emotion from the largest share on: label, where it begins, how wide it is, in per
        cent; of the mean posterior.
    size : int
        Median of the shorter side of the face in pixels.
    weak : list of str
        What made faces hard to read, in words: “12 blurred”.
    """

    person: Person
    read: int
    seen: int
    spread: list[tuple[str, float, float]]
    size: int
    weak: list[str]


DOUBTS = {
    "unlike": "unlike a face",
    "cut": "cut off by the edge",
    "turned": "turned away",
    "covered": "covered",
    "overexposed": "too bright",
    "underexposed": "too dark to be sure",
    "faint": "almost without contrast",
    "damaged": "in damaged pictures",
}
"""Why a face is never sure, in words."""

REFUSED = {"small": "too small", "blurred": "blurred", "dark": "too dark"}
"""Why a face was not read, in words."""


def people(result: Result) -> list[Looks]:
    """What is told of each person."""
    return [_looks(person) for person in (result.face.people if result.face else ())]


def _looks(person: Person) -> Looks:
    spread, x = [], 0.0
    for label, score in sorted((person.emotion.scores if person.emotion else {}).items(),
                               key=lambda pair: -pair[1]):  # fmt: skip
        if score >= 0.005:
            spread.append((label, x, score * 100))
            x += score * 100
    why: dict[str, int] = {}
    sizes = []
    read = 0
    for face in person.segments:
        sizes.append(face.quality.size)
        read += face.emotion is not None
        reason = REFUSED.get(face.quality.refused or "", face.quality.refused)
        reason = reason or DOUBTS.get(face.quality.doubt or "", face.quality.doubt)
        if reason:
            why[reason] = why.get(reason, 0) + 1
    weak = [f"{n} {reason}" if len(person.segments) > 1 else reason
            for reason, n in sorted(why.items(), key=lambda pair: -pair[1])]  # fmt: skip
    middle = sorted(sizes)[len(sizes) // 2] if sizes else 0
    return Looks(person, read, len(person.segments), spread, middle, weak)
