"""The figures behind the charts: plain numbers, before anything is drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from source.core.emotions import Emotion, mean_scores
from source.core.result import Moment, Person, Result
from source.views import words

COLUMNS = 360
"""Most columns of a chart over time; longer recordings are averaged into so many."""

PEOPLE = 6
"""Most people that get a lane: those seen longest."""


@dataclass(frozen=True)
class Table:
    """Figures as text, for the table beside a chart: `head` names the columns."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of a trend: `scores` over ``[start, end)``."""

    start: float
    end: float
    scores: dict[str, float]
    certain: bool


@dataclass(frozen=True)
class Block:
    """A stretch of one lane that reads as one emotion."""

    start: float
    end: float
    label: str
    certain: bool


@dataclass(frozen=True)
class Lane:
    """One row of the lanes: voice, a person, or all together."""

    name: str
    blocks: tuple[Block, ...]


def length(result: Result) -> float:
    """Length of the recording in seconds; the end of its time line where it states none."""
    ends = [m.end for m in result.timeline]
    return max([result.source.seconds or 0.0, *ends])


def shares(result: Result) -> list[tuple[str, float, float]]:
    """(label, share certain, share uncertain) of the time, or of the posterior of a still."""
    if len(result.timeline) > 1:
        whole = sum(m.end - m.start for m in result.timeline)
        order = list(result.timeline[0].emotion.scores)
        found = []
        for label in order:
            mine = [m for m in result.timeline if m.emotion.label == label]
            sure = sum(m.end - m.start for m in mine if m.emotion.certain) / whole
            unsure = sum(m.end - m.start for m in mine if not m.emotion.certain) / whole
            found.append((label, sure, unsure))
        return [row for row in found if row[1] + row[2] > 0]
    if result.emotion is None:
        return []
    sure = result.emotion.certain
    return [(e, p if sure else 0.0, 0.0 if sure else p) for e, p in result.emotion.scores.items()]


def columns(moments: Iterable[Moment], seconds: float) -> list[Column]:
    """The time line in at most `COLUMNS` columns; a column nothing was measured in is absent."""
    moments = list(moments)
    if len(moments) <= COLUMNS:
        return [Column(m.start, m.end, m.emotion.scores, m.emotion.certain) for m in moments]
    step = seconds / COLUMNS
    made = []
    for index, group in groupby(moments, key=lambda m: int(m.start / step)):
        inside = list(group)
        weights = [m.end - m.start for m in inside]
        sure = sum(w for w, m in zip(weights, inside, strict=True) if m.emotion.certain)
        scores = mean_scores([m.emotion.scores for m in inside], weights)
        made.append(Column(index * step, (index + 1) * step, scores, sure * 2 > sum(weights)))
    return made


def runs(made: list[Column]) -> list[list[Column]]:
    """Columns without a gap between them, together."""
    found: list[list[Column]] = []
    for column in made:
        if found and column.start - found[-1][-1].end < 1e-6 + 0.01 * (column.end - column.start):
            found[-1].append(column)
        else:
            found.append([column])
    return found


def lanes(result: Result) -> list[Lane]:
    """Voice, people (longest seen first) and all together, each as its blocks."""
    seconds = length(result)
    if seconds <= 0:
        return []
    found = []
    if result.voice and result.voice.segments:
        said = ((s.start, s.end, s.emotion) for s in result.voice.segments)
        found.append(Lane("Voice", _blocks(said, seconds)))
    people = result.face.people if result.face else ()
    longest = sorted(people, key=lambda p: -len(p.segments))[:PEOPLE]
    for person in sorted(longest, key=lambda p: p.id):
        found.append(Lane(f"Person {person.id}", _blocks(_looks(person, seconds), seconds)))
    if len(found) > 1:
        together = ((m.start, m.end, m.emotion) for m in result.timeline)
        found.append(Lane("Together", _blocks(together, seconds)))
    return [lane for lane in found if lane.blocks]


def _looks(person: Person, seconds: float) -> list[tuple[float, float, Emotion]]:
    """A person's faces as stretches: each lasts until the next, or the usual step."""
    times = [f.time for f in person.segments]
    step = float(np.median(np.diff(times))) if len(times) > 1 else 0.25
    following = [*times[1:], seconds]
    return [
        (f.time, min(f.time + step * 1.5, after, seconds), f.emotion)
        for f, after in zip(person.segments, following, strict=True)
        if f.emotion
    ]


def _blocks(spans: Iterable[tuple[float, float, Emotion]], seconds: float) -> tuple[Block, ...]:
    joined: list[Block] = []
    near = seconds / COLUMNS / 4
    for start, end, emotion in spans:
        last = joined[-1] if joined else None
        same = last and (last.label, last.certain) == (emotion.label, emotion.certain)
        if last and same and start - last.end <= near:
            joined[-1] = Block(last.start, max(last.end, end), last.label, last.certain)
        elif last and end - start < near and start - last.end <= near:
            joined[-1] = Block(last.start, end, last.label, last.certain)  # too short to be seen
        elif end > start:
            joined.append(Block(start, end, emotion.label, emotion.certain))
    return tuple(joined)


def scores_table(result: Result) -> Table:
    """Mean score of each emotion, all together and for each sense."""
    senses = {
        "Together": result.emotion,
        "Voice": result.voice.emotion if result.voice else None,
        "Face": result.face.emotion if result.face else None,
    }
    read = {name: emotion for name, emotion in senses.items() if emotion}
    labels = dict.fromkeys(e for emotion in read.values() for e in emotion.scores)
    rows = [
        (label, *(words.percent(e.scores[label]) if label in e.scores else "–"
                  for e in read.values()))
        for label in labels
    ]
    return Table(("Emotion", *read), tuple(rows) if result.emotion else ())


def shares_table(result: Result) -> Table:
    """Share of each emotion, sure and not sure."""
    rows = [
        (label, words.percent(sure + unsure), words.percent(sure), words.percent(unsure))
        for label, sure, unsure in shares(result)
    ]
    return Table(("Emotion", "Share", "of it sure", "of it not sure"), tuple(rows))


def trend_table(result: Result, *, most: int = 60) -> Table:
    """The time line, in at most `most` rows."""
    if len(result.timeline) < 2:
        return Table(("Time", "Reads as", "Score", "Sure"))
    every = max(1, -(-len(result.timeline) // most))
    rows = [
        (words.clock(m.start), m.emotion.label, words.percent(m.emotion.score),
         words.certainty(m.emotion))
        for m in result.timeline[::every]
    ]
    return Table(("Time", "Reads as", "Score", "Sure"), tuple(rows))


def lanes_table(result: Result) -> Table:
    """Every block of every lane."""
    rows = [
        (lane.name, words.clock(b.start), words.clock(b.end), b.label,
         "sure" if b.certain else "not sure")
        for lane in lanes(result)
        for b in lane.blocks
    ]
    return Table(("Who", "From", "To", "Reads as", "Sure"), tuple(rows[:200]))
