"""The lanes of a result page: what each sense and person reads as, over one time axis.

Plain figures that a template draws: shares of the width for what is laid on the axis, words
for what is read aloud or shown where there is room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from source.core.emotions import EMOTIONS, Emotion
from source.core.result import Person, Result
from source.views import spans, words
from source.views.charts import data
from source.views.differences import apart, listed
from source.views.palette import emotion_of, on
from source.views.spans import Block, Span
from source.views.timeline import PEOPLE, length
from source.views.units import clock, counted, instant, listing, percent
from source.views.unusual import unusual

COLUMNS = 260
"""Most columns of a lane; what is longer is summed up in so many, and finer after zooming in."""

WIDE, NARROW, SLIM = 860, 300, 224
"""Pixels a lane has on a desktop, on a phone, and on a phone where its name stands beside it, at
least: where a word has room."""

FEW = 4
"""Lanes that have room under a player; of more, each is lower, with its name beside it."""

LETTER, MARGIN = 7.6, 14
"""Pixels a letter takes, and that a word leaves to both sides."""

FOUND = ("disagree", "apart", "unusual")
"""The kinds of flags that AVER sets; the others are set by hand."""

SINGLE = 64
"""Most pieces of a lane that are drawn each by itself."""

TOUCH = 0.6
"""Per cent of the width between two flags of a kind that are drawn as one."""

FLAGS = {
    "disagree": "Voice and face disagree where each is sure, of different emotions.",
    "apart": "They are far apart where their scores have less than half in common and not both are "
    "sure.",
    "unusual": "Unlike the training data: stranger than nearly everything the models were made "
    "with, so trust the answer less there.",
}
"""What each kind of `FOUND` means, in a sentence."""

LEAST_VIEW = 2.0
"""Seconds to which one can zoom in."""


@dataclass(frozen=True)
class Piece:
    """A rectangle of a lane: `x`, `y`, `width` and `height` in per cent of the track."""

    label: str
    certain: bool
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Word:
    """What is written on a block, centred at `x` per cent; `narrow` where it fits on a phone."""

    text: str
    x: float
    ink: str
    narrow: bool
    wide: bool


@dataclass(frozen=True)
class Shown:
    """A block of a lane as it is drawn: its pieces, its words, and what is said of it."""

    pieces: tuple[Piece, ...]
    said: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Shape:
    """All pieces of a lane that read alike: the ``d`` of a path, 1000 wide and 100 high."""

    label: str
    certain: bool
    path: str


@dataclass(frozen=True)
class LaneShown:
    """One lane.

    Attributes
    ----------
    key : str
        “together”, “voice” or “person-1”.
    name : str
    person : int or None
        Whose lane it is.
    blocks : tuple of Shown
        What is drawn block by block; empty where there are too many.
    shapes : tuple of Shape
        What is drawn in their place, and `words` on it.
    said : str
        The whole lane in a sentence.
    empty : str
        Why there is nothing in it; empty where there is something.
    """

    key: str
    name: str
    person: int | None = None
    blocks: tuple[Shown, ...] = ()
    shapes: tuple[Shape, ...] = ()
    words: tuple[Word, ...] = ()
    said: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Flag:
    """A stretch to look at, at `x` per cent and `width` per cent wide: what kind, and words."""

    kind: str
    start: float
    x: float
    width: float
    said: str


@dataclass(frozen=True)
class Tick:
    """A time under the axis at `x` per cent; `main` ones are shown on a phone, too."""

    text: str
    x: float
    main: bool


@dataclass(frozen=True)
class Lanes:
    """All lanes between two times, in seconds; `main` sums the others up.

    `left_out` counts the people who have none; `labels`, `unsure` and `gaps` are what a legend
    explains.
    """

    start: float
    end: float
    seconds: float
    main: LaneShown
    others: tuple[LaneShown, ...]
    ticks: tuple[Tick, ...]
    flags: tuple[Flag, ...]
    labels: tuple[str, ...]
    unsure: bool
    gaps: bool
    left_out: int

    @property
    def every(self) -> tuple[LaneShown, ...]:
        """All lanes, the main one first."""
        return (self.main, *self.others)

    @property
    def many(self) -> bool:
        """Whether there are so many that each must be low."""
        return len(self.every) > FEW

    @property
    def zoomed(self) -> bool:
        """Whether a part of the recording is shown."""
        return self.start > 0.0 or self.end < self.seconds

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of flags there are."""
        return tuple(dict.fromkeys(flag.kind for flag in self.flags))


def lanes(result: Result, *, start: float = 0.0, end: float | None = None) -> Lanes | None:
    """The lanes of a Result between two times; None for what has no time.

    Parameters
    ----------
    result : Result
    start, end : float [s]
        What is shown; moved into the recording, and at least two seconds. All by default.
    """
    seconds = length(result)
    if seconds <= 0.0:
        return None
    start, end = window(start, seconds if end is None else end, seconds)
    inside = [
        (row, [(max(a, start), min(b, end), e) for a, b, e in row.spans if a < end and b > start])
        for row in data.lanes(result)
    ]
    phone = NARROW if len(inside) <= FEW else SLIM
    drawn = _with_silent(result, [_lane(row, cut, start, end, phone) for row, cut in inside])
    if not drawn:
        return None
    main = next((lane for lane in drawn if lane.key == "together"), drawn[0])
    every = [span for _, cut in inside for span in cut]
    labels = sorted({e.label for *_, e in every}, key=lambda e: EMOTIONS.index(emotion_of(e)))
    people = result.face.people if result.face else ()
    return Lanes(
        start,
        end,
        seconds,
        main,
        tuple(lane for lane in drawn if lane is not main),
        ticks(start, end),
        _flags(result, start, end),
        tuple(labels),
        any(not e.certain for *_, e in every),
        any(data.has_gaps(((a, b) for a, b, _ in cut), end - start) for _, cut in inside),
        max(0, len(people) - PEOPLE),
    )


def window(start: float, end: float, seconds: float) -> tuple[float, float]:
    """A part of a recording that can be shown: inside it, and at least two seconds long.

    One that reaches past the end keeps its length and is moved in, as when a person pans.

    Examples
    --------
    >>> window(-3, 0.5, 60.0), window(59.5, 90.0, 60.0), window(0.0, 9.0, 1.0)
    ((0.0, 2.0), (29.5, 60.0), (0.0, 1.0))
    """
    least = min(LEAST_VIEW, seconds)
    length = min(seconds, max(least, end - max(0.0, start)))
    start = max(0.0, min(start, seconds - length))
    return start, start + length


def ticks(start: float, end: float, *, most: int = 11, few: int = 5) -> tuple[Tick, ...]:
    """Round times under an axis; every second, third … one is for narrow pages, too.

    Times with hours are long: of them a narrow page has room for three.
    """
    length = end - start
    few = min(few, 3) if end >= 3600 else few
    steps = (0.5, *spans.STEPS, 7200)
    step = next((s for s in steps if length / s <= most), steps[-1])
    wide = next((s for s in steps if length / s <= few and s % step == 0), steps[-1])
    first = int(-(-start // step))
    times = [i * step for i in range(first, int(end / step + 1e-9) + 1)]
    return tuple(
        Tick(
            f"{t:g} s" if step < 1 else clock(t),
            _share(t, start, end),
            t % wide == 0,
        )
        for t in times
    )


def readings(result: Result) -> dict[str, list[list[float | int | str | bool]]]:
    """What a script needs to read any moment: by lane, rows of start, end, label, score, sure."""
    return {
        key(row): [
            [round(a, 2), round(b, 2), e.label, round(e.score, 4), e.certain]
            for a, b, e in _runs(row.spans)
        ]
        for row in data.lanes(result)
        if row.name != data.TOGETHER
    }


def _runs(spans_: Sequence[Span]) -> list[Span]:
    """Stretches that follow each other and read alike, as one with their mean score."""
    runs: list[tuple[float, float, str, bool, float]] = []
    for start, end, emotion in spans_:
        weight = (end - start) * emotion.score
        if runs:
            a, b, label, certain, sum_ = runs[-1]
            alike = (label, certain) == (emotion.label, emotion.certain)
            if alike and abs(start - b) <= spans.CLOSE:
                runs[-1] = (a, end, label, certain, sum_ + weight)
                continue
        runs.append((start, end, emotion.label, emotion.certain, weight))
    return [
        (a, b, Emotion(label, weight / (b - a), certain, {}))
        for a, b, label, certain, weight in runs
        if b > a
    ]


def key(row: data.Lane) -> str:
    """What a page calls a lane: “together”, “voice” or “person-1”."""
    return f"person-{row.person}" if row.person is not None else row.name.lower()


def _lane(row: data.Lane, cut: Sequence[Span], start: float, end: float, phone: int) -> LaneShown:
    length = end - start
    # Times are counted from the left edge: `blocks` cuts columns from 0 on.
    moved = [(a - start, b - start, e) for a, b, e in cut]
    blocks = [
        replace(b, start=b.start + start, end=b.end + start)
        for b in spans.blocks(moved, length, most=COLUMNS)
    ]
    shown = tuple(_block(block, start, end, phone) for block in blocks)
    said = _said(cut) if cut else "nothing was measured here"
    lane = LaneShown(key(row), row.name, row.person, shown, said=f"{row.name}: {said}")
    if sum(len(block.pieces) for block in shown) <= SINGLE:
        return lane
    written = tuple(word for block in shown for word in block.words)
    return replace(lane, blocks=(), shapes=_shapes(shown), words=written)


def _shapes(blocks: Iterable[Shown]) -> tuple[Shape, ...]:
    """A path for each label, sure and not sure: a page has so many nodes, however long it is."""
    paths: dict[tuple[str, bool], list[str]] = {}
    for piece in (piece for block in blocks for piece in block.pieces):
        x, width = piece.x * 10, piece.width * 10
        path = f"M{x:.1f} {piece.y:.1f}h{width:.1f}v{piece.height:.1f}h{-width:.1f}z"
        paths.setdefault((piece.label, piece.certain), []).append(path)
    return tuple(Shape(*kind, "".join(parts)) for kind, parts in sorted(paths.items()))


def _said(cut: Sequence[Span]) -> str:
    """A lane in words: what leads it for how much of what was measured."""
    total: dict[str, float] = {}
    sure = 0.0
    for start, end, emotion in cut:
        total[emotion.label] = total.get(emotion.label, 0.0) + end - start
        sure += (end - start) * emotion.certain
    whole = sum(total.values()) or 1.0
    most = sorted(total.items(), key=lambda pair: -pair[1])
    told = [f"{label} {percent(time / whole)}" for label, time in most[:3]]
    more = [f"{len(most) - 3} more"] if most[3:] else []
    return f"{listing([*told, *more])} of the time read; sure for {percent(sure / whole)}"


def _block(block: Block, start: float, end: float, phone: int) -> Shown:
    x, width = _share(block.start, start, end), (block.end - block.start) / (end - start) * 100
    pieces, top = [], 100.0
    for part in sorted(block.parts, key=lambda p: (p.label, not p.certain)):
        height = part.share * 100
        top -= height
        pieces.append(Piece(part.label, part.certain, x, max(0.0, top), width, height))
    time = f"{instant(block.start)} to {instant(block.end)}"
    said = f"{time}: {words.reads_as(block)}, {words.how_sure(block)}"
    return Shown(tuple(pieces), said, tuple(_words(block, x, width, phone)))


def _words(block: Block, x: float, width: float, phone: int) -> list[Word]:
    """The longest text that fits on a desktop, and the longest that fits on a phone."""
    part = block.parts[0]
    if part.share < 1.0:
        return []
    texts = (part.label,) if part.certain else (f"{part.label}, unsure", "unsure", "?")
    ink = on(part.label) if part.certain else ""
    fit = [next((t for t in texts if _room(t, width, px)), "") for px in (WIDE, phone)]
    middle = x + width / 2
    if fit[0] == fit[1]:
        return [Word(fit[0], middle, ink, True, True)] if fit[0] else []
    return [
        Word(text, middle, ink, narrow=not wide, wide=wide)
        for text, wide in zip(fit, (True, False), strict=True)
        if text
    ]


def _room(text: str, width: float, pixels: int) -> bool:
    return LETTER * len(text) + MARGIN * min(1.0, len(text) / 3) <= width / 100 * pixels


def _with_silent(result: Result, drawn: list[LaneShown]) -> list[LaneShown]:
    """The lanes, and an empty one for a sense that looked and found nothing."""
    keys = {lane.key for lane in drawn}
    silent = []
    if result.voice is not None and "voice" not in keys:
        silent.append(LaneShown("voice", "Voice", said="Voice: no speech", empty="no speech found"))
    moving = result.source.kind != "image"
    if result.face is not None and moving and not any(lane.person for lane in drawn):
        why = "no face could be read" if result.face.people else "no face found"
        silent.append(LaneShown("face", "Face", said=f"Face: {why}", empty=why))
    return [*drawn, *silent]


def flagged(result: Result) -> list[tuple[str, float, float, str]]:
    """Stretches to look at: kind, start and end in seconds, and words; by time."""
    every = [("disagree", d.start, d.end, d.text) for d in listed(result)]
    every += [("apart", a.start, a.end, a.said) for a in apart(result)]
    every += [("unusual", u.start, u.end, u.said) for u in unusual(result)]
    every += [
        ("excluded", a, b, _by_hand("excluded", note)) for a, b, note in data.excluded(result)
    ]
    every += [("marker", at, at, _by_hand("marker", note)) for at, note in data.markers(result)]
    return sorted(every, key=lambda flag: flag[1])


def _by_hand(what: str, note: str) -> str:
    return f"{what} by hand: {note}" if note else f"{what} by hand"


@dataclass(frozen=True)
class Told:
    """Stretches of one kind that AVER found: their start in seconds and a few words on each."""

    kind: str
    stretches: tuple[tuple[float, str], ...]


def to_look_at(result: Result) -> tuple[Told, ...]:
    """What `flagged` marks in the lanes and nobody set by hand, kind by kind."""
    brief = {d.start: d.brief for d in listed(result)}
    words_of = {"apart": "voice and face far apart", "unusual": "unlike the training data"}
    found: dict[str, list[tuple[float, str]]] = {kind: [] for kind in FOUND}
    for kind, start, *_ in flagged(result):
        if kind in found:
            found[kind].append((start, words_of.get(kind) or brief[start]))
    return tuple(Told(kind, tuple(rows)) for kind, rows in found.items() if rows)


def labels_of(result: Result) -> list[str]:
    """Every label that anything in a Result may have."""
    emotions = [result.emotion, *(part.emotion for part in result.parts.values())]
    return list(dict.fromkeys(label for e in emotions if e for label in e.scores))


def _flags(result: Result, start: float, end: float) -> tuple[Flag, ...]:
    flags = [
        Flag(
            kind,
            a,
            _share(max(a, start), start, end),
            (min(b, end) - max(a, start)) / (end - start) * 100,
            said,
        )
        for kind, a, b, said in flagged(result)
        if a < end and (b > start or a == b == start)
    ]
    return tuple(
        flag for kind in dict.fromkeys(f.kind for f in flags) for flag in _drawn(kind, flags)
    )


def _drawn(kind: str, flags: Iterable[Flag]) -> list[Flag]:
    """The flags of a kind, those that would touch each other as one; markers stay by themselves."""
    runs: list[list[Flag]] = []
    for flag in (f for f in flags if f.kind == kind):
        last = runs[-1][-1] if runs else None
        if last and kind in FOUND and flag.x - (last.x + last.width) <= TOUCH:
            runs[-1].append(flag)
        else:
            runs.append([flag])
    return [_one(run) for run in runs]


def _one(run: Sequence[Flag]) -> Flag:
    """Flags in order of time as one."""
    first, others = run[0], len(run) - 1
    if not others:
        return first
    width = max(flag.x + flag.width for flag in run) - first.x
    return replace(first, width=width, said=f"{first.said}; {counted(others)} more beside it")


def _share(time: float, start: float, end: float) -> float:
    return (time - start) / (end - start) * 100


def who(result: Result) -> str:
    """Who is heard and seen, in a few words.

    Examples: “two people and a voice”, “one face”, “a voice”.
    """
    people: Sequence[Person] = result.face.people if result.face else ()
    still = result.source.kind == "image"
    one, several = ("face", "faces") if still else ("person", "people")
    parts = [f"{counted(len(people))} {one if len(people) == 1 else several}"] if people else []
    if result.voice and result.voice.segments:
        parts.append("a voice")
    return listing(parts) if parts else "nobody"
