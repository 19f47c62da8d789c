"""Shapes that a page draws by itself: curves with their spread, lanes of several results, pairs.

Places are in units of the drawing; a page puts them into an SVG and gives them their colours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from source.core.emotions import EMOTIONS
from source.core.result import Result
from source.views.palette import emotion_of
from source.views.response import Response, Step
from source.views.spans import Block, blocks
from source.views.units import clock, percent

WIDTH, HEIGHT = 960.0, 220.0
"""Units of the field in which curves are drawn."""

LANE = 1000.0
"""Units of the length of a lane."""

COLUMNS = 200
"""Columns of a lane that has more stretches than room."""

TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between two marks of the time axis."""


@dataclass(frozen=True)
class Curve:
    """The mean response of one group: paths of its mean and of its spread, and its last value."""

    name: str
    line: str
    band: str
    n: int


@dataclass(frozen=True)
class Curves:
    """Curves over one time axis; marks are places and their words."""

    title: str
    curves: tuple[Curve, ...]
    times: tuple[tuple[float, str], ...]
    heights: tuple[tuple[float, str], ...]


def drawn(responses: Sequence[Response]) -> Curves | None:
    """The mean responses of groups, drawn; None where there is none."""
    steps = [step for response in responses for step in response.steps]
    if not steps:
        return None
    measure = responses[0].measure
    seconds = max(step.end for step in steps)
    low, high = _scale(steps, measure.low, measure.high)

    def place(time: float, value: float) -> str:
        share = (min(high, max(low, value)) - low) / (high - low)
        return f"{time / seconds * WIDTH:.1f} {(1.0 - share) * HEIGHT:.1f}"

    curves = []
    for response in responses:
        runs = _runs(response.steps)
        line = " ".join(
            "M"
            + "L".join(f"{place(s.start, s.found.mean)}L{place(s.end, s.found.mean)}" for s in r)
            for r in runs
        )
        bands = [run for part in runs for run in _spread(part)]
        band = " ".join(
            "M"
            + "L".join(
                [f"{place(s.start, u)}L{place(s.end, u)}" for s in r for u in [_upper(s)]]
                + [f"{place(s.end, v)}L{place(s.start, v)}" for s in r[::-1] for v in [_lower(s)]]
            )
            + "Z"
            for r in bands
        )
        most = max((step.found.n for step in response.steps), default=0)
        curves.append(Curve(response.group.value, line, band, most))
    heights = [round(high - h / 4 * (high - low), 6) + 0.0 for h in range(5)]  # 0, not 4e-16 or -0
    marks = tuple((h / 4 * HEIGHT, f"{value:.2g}") for h, value in enumerate(heights))
    return Curves(measure.title, tuple(curves), _times(seconds, WIDTH), marks)


@dataclass(frozen=True)
class Piece:
    """A part of a lane: where it is, its emotion, whether it is sure, and what it says."""

    x: float
    width: float
    y: float
    height: float
    emotion: str
    certain: bool
    text: str


@dataclass(frozen=True)
class Lanes:
    """A lane for each Result over one time axis of `seconds`."""

    seconds: float
    lanes: tuple[tuple[Piece, ...], ...]
    ends: tuple[float, ...]
    times: tuple[tuple[float, str], ...]


def lanes(results: Sequence[Result]) -> Lanes | None:
    """The time lines of several Results on one axis; None where none has one."""
    if not any(result.timeline for result in results):
        return None
    lengths = [result.source.seconds or 0.0 for result in results]
    seconds = max(*lengths, *(m.end for r in results for m in r.timeline[-1:]))
    rows = []
    for result in results:
        spans = [(m.start, m.end, m.emotion) for m in result.timeline]
        found = blocks(spans, seconds, most=COLUMNS)
        rows.append(tuple(p for block in found for p in _pieces(block, seconds)))
    ends = tuple(length / seconds * LANE for length in lengths)
    return Lanes(seconds, tuple(rows), ends, _times(seconds, LANE))


def pairs(first: Result, second: Result) -> list[tuple[str, float | None, float | None]]:
    """The mean score of each emotion in both, in the order of the emotions.

    None where a result has none: nothing was read, or its senses do not know the emotion.
    """
    scores = [{} if r.emotion is None else r.emotion.scores for r in (first, second)]
    names = dict.fromkeys(name for one in scores for name in one)
    ordered = sorted(names, key=lambda name: EMOTIONS.index(emotion_of(name)))
    return [(name, scores[0].get(name), scores[1].get(name)) for name in ordered]


def _pieces(block: Block, seconds: float) -> list[Piece]:
    pieces, below = [], 0.0
    for part in block.parts:
        sure = "" if part.certain else ", not sure"
        share = "" if part.share > 0.999 else f" {percent(part.share)}"
        when = f"{clock(block.start)} to {clock(block.end)}"
        pieces.append(
            Piece(
                x=block.start / seconds * LANE,
                width=(block.end - block.start) / seconds * LANE,
                y=below,
                height=part.share,
                emotion=emotion_of(part.label),
                certain=part.certain,
                text=f"{when}: {part.label}{share}{sure}",
            )
        )
        below += part.share
    return pieces


def _times(seconds: float, width: float) -> tuple[tuple[float, str], ...]:
    every = next((t for t in TICKS if seconds / t <= 8), seconds / 8)
    count = int(seconds / every + 1e-6)
    return tuple((i * every / seconds * width, clock(i * every)) for i in range(count + 1))


def _scale(steps: Sequence[Step], low: float, high: float) -> tuple[float, float]:
    """The part of a measure's scale that the curves need, in tenths of it."""
    tenth = (high - low) / 10.0
    least = min(_lower(step) for step in steps)
    most = max(_upper(step) for step in steps)
    from_low = max(0, int((least - low) / tenth))
    to_high = min(10, int((most - low) / tenth) + 1)
    if to_high - from_low < 2:
        from_low, to_high = max(0, from_low - 1), min(10, to_high + 1)
    return low + from_low * tenth, low + to_high * tenth


def _lower(step: Step) -> float:
    return step.found.mean - (step.found.spread or 0.0)


def _upper(step: Step) -> float:
    return step.found.mean + (step.found.spread or 0.0)


def _runs(steps: Sequence[Step]) -> list[list[Step]]:
    """Steps that follow each other without a gap."""
    runs: list[list[Step]] = []
    for step in steps:
        if runs and abs(runs[-1][-1].end - step.start) < 1e-6:
            runs[-1].append(step)
        else:
            runs.append([step])
    return runs


def _spread(run: Sequence[Step]) -> list[list[Step]]:
    """The parts of a run in which there are several recordings."""
    return _runs([step for step in run if step.found.spread is not None])
