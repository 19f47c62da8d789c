"""A time line with less room than it has stretches: one rule for charts, tables and the terminal.

Where there is room, each stretch is shown as it is. Where there is not, time is cut into equal
columns, and each shows what was measured in it in its true proportions: a stretch too short to be
seen still counts, and what was not measured stays empty.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from source.core.emotions import Emotion, mean_scores
from source.core.timeline import portions

CLOSE = 0.02
"""Seconds between two stretches that are the rounding of their times, and no gap."""

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds a row of a table may last."""

Span = tuple[float, float, Emotion]
"""Start and end in seconds, and the emotion in between."""


@dataclass(frozen=True)
class Part:
    """What one emotion, sure or not, has of a column: `share` of its length, 0 to 1."""

    label: str
    certain: bool
    share: float


@dataclass(frozen=True)
class Block:
    """A stretch of a time line and what it reads as.

    `parts` has one entry where the stretch is shown as it is; of a column it has all that was
    measured, and their shares sum to less than 1 where a part of it was not.
    """

    start: float
    end: float
    parts: tuple[Part, ...]

    @property
    def measured(self) -> float:
        """Share of it in which something was measured, 0 to 1."""
        return sum(part.share for part in self.parts)

    @property
    def certain(self) -> float:
        """Share of what was measured that is certain, 0 to 1."""
        return sum(p.share for p in self.parts if p.certain) / self.measured

    def shares(self) -> dict[str, float]:
        """Share of what was measured that each emotion leads, largest first; sums to 1."""
        shares: dict[str, float] = {}
        for part in self.parts:
            shares[part.label] = shares.get(part.label, 0.0) + part.share / self.measured
        return dict(sorted(shares.items(), key=lambda pair: -pair[1]))


def joined(spans: Iterable[Span]) -> list[Block]:
    """Stretches that follow each other and read alike, as one block each."""
    runs: list[tuple[float, float, str, bool]] = []
    for start, end, emotion in spans:
        label, certain = emotion.label, emotion.certain
        if runs and runs[-1][2:] == (label, certain) and abs(start - runs[-1][1]) <= CLOSE:
            runs[-1] = (runs[-1][0], end, label, certain)
        elif end > start:
            runs.append((start, end, label, certain))
    return [Block(a, b, (Part(label, certain, 1.0),)) for a, b, label, certain in runs]


def blocks(spans: Sequence[Span], seconds: float, *, most: int) -> list[Block]:
    """A lane of a chart that has room for `most` columns.

    Parameters
    ----------
    spans : sequence of (float, float, Emotion)
        Sorted, not overlapping.
    seconds : float > 0
        Length of the recording.
    most : int > 0
        Columns.
    """
    whole = joined(spans)
    width = seconds / most
    if all(block.end - block.start >= width for block in whole):
        return whole
    return _merged(_columns(spans, np.linspace(0.0, seconds, most + 1).tolist()))


def rows(spans: Sequence[Span], seconds: float, *, most: int) -> list[Block]:
    """A table of at most `most` rows: the stretches themselves, or rows of equal, round length."""
    whole = joined(spans)
    if len(whole) <= most:
        return whole
    step = next((s for s in STEPS if seconds / s <= most), seconds / most)
    edges = [*np.arange(0.0, seconds - 1e-6, step), seconds]
    return _columns(spans, edges)


@dataclass(frozen=True)
class Mean:
    """A column of a trend: mean `scores` over ``[start, end)``, and share of it that is certain."""

    start: float
    end: float
    scores: dict[str, float]
    certain: float


def means(spans: Sequence[Span], seconds: float, *, most: int) -> list[Mean]:
    """The posterior over time in at most `most` columns; gaps have no column."""
    if len(spans) <= most:
        return [Mean(a, b, e.scores, float(e.certain)) for a, b, e in spans]
    edges = np.linspace(0.0, seconds, most + 1).tolist()
    means = []
    inside = portions(((a, b, index) for index, (a, b, _) in enumerate(spans)), edges)
    for start, end, times in zip(edges, edges[1:], inside, strict=False):
        if not times:
            continue
        emotions = [spans[index][2] for index in times]
        weights = list(times.values())
        sure = sum(w for w, e in zip(weights, emotions, strict=True) if e.certain)
        scores = mean_scores([e.scores for e in emotions], weights)
        means.append(Mean(start, end, scores, sure / sum(weights)))
    return means


def mean_over(spans: Sequence[Span], start: float, end: float) -> dict[str, float]:
    """Mean score of each emotion over what was measured in ``[start, end)``.

    `spans` are sorted and do not overlap; at least one has a part in the stretch.
    """
    first = max(0, bisect_right(spans, start, key=lambda span: span[0]) - 1)
    last = bisect_left(spans, end, key=lambda span: span[0])
    inside = [(min(b, end) - max(a, start), emotion) for a, b, emotion in spans[first:last]]
    counted = [(weight, emotion.scores) for weight, emotion in inside if weight > 0]
    return mean_scores([scores for _, scores in counted], [weight for weight, _ in counted])


def _columns(spans: Sequence[Span], edges: Sequence[float]) -> list[Block]:
    keyed = ((start, end, (e.label, e.certain)) for start, end, e in spans)
    blocks = []
    inside = portions(keyed, list(edges))
    for start, end, times in zip(edges, edges[1:], inside, strict=False):
        ordered = sorted(times.items(), key=lambda pair: (-pair[1], pair[0]))
        parts = tuple(Part(*key, min(1.0, t / (end - start))) for key, t in ordered)
        if parts:
            blocks.append(Block(float(start), float(end), parts))
    return blocks


def _merged(columns: Sequence[Block]) -> list[Block]:
    """Columns that hold one thing alone, together with their equals: they have room for a word."""
    merged: list[Block] = []
    for column in columns:
        last = merged[-1] if merged else None
        pure = len(column.parts) == 1 and column.measured > 1.0 - 1e-6
        if pure and last and _alike(last, column) and abs(column.start - last.end) <= 1e-6:
            merged[-1] = Block(last.start, column.end, last.parts)
        else:
            merged.append(column)
    return merged


def _alike(one: Block, other: Block) -> bool:
    return (
        len(one.parts) == 1
        and one.measured > 1.0 - 1e-6
        and (one.parts[0].label, one.parts[0].certain)
        == (other.parts[0].label, other.parts[0].certain)
    )
