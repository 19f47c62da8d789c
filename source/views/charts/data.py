"""The figures behind the charts: plain numbers, before anything is drawn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from source.core.result import Result
from source.views import spans, words
from source.views.spans import Block, Mean, Span
from source.views.table import Table
from source.views.timeline import PEOPLE, length, looks

COLUMNS = 460
"""Most columns of a chart over time on a wide page; longer recordings are summed up in so many."""

NARROW_COLUMNS = 230
"""The same on a phone."""

ROWS = 40
"""Most rows of a table over time, for each lane."""

TOGETHER = "Together"
"""Name of the lane that sums the others up."""


@dataclass(frozen=True)
class Lane:
    """One row of the lanes: voice, a `person`, or all together."""

    name: str
    spans: tuple[Span, ...]
    person: int | None = None

    def blocks(self, seconds: float, *, most: int = COLUMNS) -> list[Block]:
        """It as a chart with room for `most` columns shows it."""
        return spans.blocks(self.spans, seconds, most=most)


def shares(result: Result) -> list[tuple[str, float, float]]:
    """(label, share certain, share uncertain) of the time, or of the posterior of a still."""
    if len(result.timeline) > 1:
        whole = sum(m.end - m.start for m in result.timeline)
        order = list(result.timeline[0].emotion.scores)
        rows = []
        for label in order:
            led = [m for m in result.timeline if m.emotion.label == label]
            sure = sum(m.end - m.start for m in led if m.emotion.certain) / whole
            unsure = sum(m.end - m.start for m in led if not m.emotion.certain) / whole
            rows.append((label, sure, unsure))
        return [row for row in rows if row[1] + row[2] > 0]
    if result.emotion is None:
        return []
    sure = result.emotion.certain
    return [(e, p if sure else 0.0, 0.0 if sure else p) for e, p in result.emotion.scores.items()]


def columns(result: Result, *, most: int = COLUMNS) -> list[Mean]:
    """The time line in at most `most` columns; a column nothing was measured in is absent."""
    return spans.means(_together(result), length(result), most=most)


def runs(columns: list[Mean]) -> list[list[Mean]]:
    """Columns without a gap between them, together."""
    runs: list[list[Mean]] = []
    for column in columns:
        if runs and column.start - runs[-1][-1].end <= spans.CLOSE:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def has_gaps(stretches: Iterable[tuple[float, float]], seconds: float) -> bool:
    """Whether stretches (start, end) leave more than a tenth of a second of a recording out."""
    return sum(end - start for start, end in stretches) < seconds - 0.1


def lanes(result: Result) -> list[Lane]:
    """Voice, people (longest seen first) and all together."""
    if length(result) <= 0:
        return []
    lanes = []
    if result.voice and result.voice.segments:
        said = tuple((s.start, s.end, s.emotion) for s in result.voice.segments)
        lanes.append(Lane("Voice", said))
    moving = result.face is not None and result.source.kind != "image"
    people = result.face.people if moving and result.face else ()
    longest = sorted(people, key=lambda p: -len(p.segments))[:PEOPLE]
    for person in sorted(longest, key=lambda p: p.id):
        lanes.append(Lane(person.called, looks(person, length(result)), person.id))
    if len(lanes) > 1:
        lanes.append(Lane(TOGETHER, _together(result)))
    return [lane for lane in lanes if lane.spans]


def has_lanes(result: Result) -> bool:
    """Whether there is any of `lanes`, which are long to work out for a long recording."""
    if length(result) <= 0:
        return False
    people = result.face.people if result.face and result.source.kind != "image" else ()
    said = bool(result.voice and result.voice.segments)
    return said or any(f.emotion for person in people for f in person.segments)


def markers(result: Result) -> list[tuple[float, str]]:
    """Moments that were marked by hand: seconds and note, in order of time."""
    return [(m.time, m.note) for m in result.edits.markers] if result.edits else []


def excluded(result: Result) -> list[tuple[float, float, str]]:
    """Stretches that were excluded by hand: start and end in seconds, and note."""
    return [(e.start, e.end, e.note) for e in result.edits.excluded] if result.edits else []


def _together(result: Result) -> tuple[Span, ...]:
    return tuple((m.start, m.end, m.emotion) for m in result.timeline)


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
        (
            label,
            *(words.percent(e.scores[label]) if label in e.scores else "–" for e in read.values()),
        )
        for label in labels
    ]
    return Table(("Emotion", *read), tuple(rows) if result.emotion else ())


def shares_table(result: Result) -> Table:
    """Share of each emotion, sure and not sure."""
    rows = [
        (label, words.percent(sure + unsure), words.percent(sure), words.percent(unsure))
        for label, sure, unsure in shares(result)
    ]
    return Table(("Emotion", "Share", "Sure", "Not sure"), tuple(rows))


def trend_table(result: Result) -> Table:
    """The time line, in at most `ROWS` rows, with the mean score of every emotion."""
    head = ("From", "To", "Reads as", "Sure")
    if len(result.timeline) < 2:
        return Table(head)
    together = _together(result)
    rows = []
    blocks = spans.rows(together, length(result), most=ROWS)
    say = _times(blocks)
    for block in blocks:
        scores = spans.mean_over(together, block.start, block.end)
        rows.append((*_row(block, say), *map(words.percent, scores.values())))
    return Table((*head, *result.timeline[0].emotion.scores), tuple(rows))


def lanes_table(result: Result) -> Table:
    """Every lane, each in at most `ROWS` rows, with the mean score of what leads most of it."""
    rows = []
    every = [(one, spans.rows(one.spans, length(result), most=ROWS)) for one in lanes(result)]
    say = _times([block for _, blocks in every for block in blocks])
    for lane, blocks in every:
        for block in blocks:
            scores = spans.mean_over(lane.spans, block.start, block.end)
            score = words.percent(scores[block.parts[0].label])
            rows.append((lane.name, *_row(block, say), score))
    return Table(("Who", "From", "To", "Reads as", "Sure", "Score"), tuple(rows))


def _times(blocks: Iterable[Block]) -> Callable[[float], str]:
    """How a table writes its times: to a tenth of a second where any row is a short one."""
    return words.clock if all(b.end - b.start >= 2.0 for b in blocks) else words.instant


def _row(block: Block, say: Callable[[float], str]) -> tuple[str, str, str, str]:
    return (say(block.start), say(block.end), words.reads_as(block), words.how_sure(block))
