"""The time line as subtitles: a cue for each stretch of the combined answer.

A marker is one more line for a while, an excluded stretch a cue of its own.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from source.core.result import Result
from source.views.exports.row import Format, Subject
from source.views.exports.tiers import (
    TOGETHER,
    Tier,
    changed_by_hand,
    excluded,
    label_of,
    marked,
    tiers,
)
from source.views.spans import joined
from source.views.timeline import length
from source.views.units import percent

VTT = Format("WebVTT", "text/vtt", "browsers, VLC, video platforms")
SRT = Format("SRT", "application/x-subrip", "VLC, video editors")

MOST = 4
"""Most people named in one cue."""

MARK = 2000
"""Milliseconds for which a marker is shown."""


@dataclass(frozen=True)
class Cue:
    """What is shown from `start` to `end`, in milliseconds, line by line, as plain text."""

    start: int
    end: int
    lines: tuple[str, ...]


def vtt(subject: Subject) -> bytes:
    """WebVTT, with the text of cues escaped."""
    return _file(subject, "WEBVTT\n\n", ".", _escaped)


def srt(subject: Subject) -> bytes:
    """SubRip, which knows no escapes: what players take for markup is written otherwise."""
    return _file(subject, "", ",", _plain)


def has_cues(result: Result) -> bool:
    """Whether there is anything to show: a reading over time, a marker, an excluded stretch."""
    return changed_by_hand(result) or bool(result.timeline)


def cues(result: Result) -> list[Cue]:
    """What is shown and when, in order of time; no two at once."""
    return _with_marks(sorted([*_read(result), *_left_out(result)], key=_start), _marks(result))


def _file(subject: Subject, head: str, mark: str, text: Callable[[str], str]) -> bytes:
    written = [
        f"{number}\n{_stamp(cue.start, mark)} --> {_stamp(cue.end, mark)}\n"
        + "\n".join(text(line) for line in cue.lines)
        + "\n"
        for number, cue in enumerate(cues(subject.shown), start=1)
    ]
    return (head + "\n".join(written)).encode("utf-8", "replace")


def _read(result: Result) -> Iterator[Cue]:
    """What was read: all together, then who reads as what."""
    every = tiers(result)
    others = [tier for tier in every if tier.sense != TOGETHER]
    for whole in (tier for tier in every if tier.sense == TOGETHER):
        for block in joined(whole.spans):
            start, end = round(block.start * 1000), round(block.end * 1000)
            leading = whole.leading(block.start, block.end)
            if leading is None or end <= start:
                continue
            sure = "" if block.parts[0].certain else ", not sure"
            first = f"{block.parts[0].label} {percent(leading[1])}{sure}"
            yield Cue(start, end, (first, *_said(others, block.start, block.end)))


def _left_out(result: Result) -> Iterator[Cue]:
    for start, end, note in excluded(result):
        said = "Excluded" if note == "excluded" else f"Excluded: {note}"
        if round(end * 1000) > round(start * 1000):
            yield Cue(round(start * 1000), round(end * 1000), (said,))


def _marks(result: Result) -> list[Cue]:
    """Markers, each until the next one or the end at the latest."""
    moments = marked(result)
    whole = round(length(result) * 1000)
    starts = [min(round(time * 1000), whole - 1) for time, _ in moments]
    ends = [min(a + MARK, b) for a, b in zip(starts, [*starts, whole][1:], strict=True)]
    said = ["Marker" if note == "marker" else f"Marker: {note}" for _, note in moments]
    return [Cue(a, b, (line,)) for a, b, line in zip(starts, ends, said, strict=True) if b > a]


def _with_marks(plain: list[Cue], marks: list[Cue]) -> list[Cue]:
    """Cues in which each mark is the last line while it lasts, also where there is no other."""
    for mark in marks:
        rest: list[Cue] = []
        at = mark.start  # up to here the mark is shown
        for cue in plain:
            if cue.end <= mark.start or cue.start >= mark.end:
                rest.append(cue)
                continue
            since, until = max(cue.start, mark.start), min(cue.end, mark.end)
            parts = (
                Cue(cue.start, since, cue.lines),
                Cue(at, since, mark.lines),
                Cue(since, until, (*cue.lines, *mark.lines)),
                Cue(until, cue.end, cue.lines),
            )
            rest += [part for part in parts if part.end > part.start]
            at = until
        if at < mark.end:
            rest.append(Cue(at, mark.end, mark.lines))
        plain = sorted(rest, key=_start)
    return plain


def _start(cue: Cue) -> int:
    return cue.start


def _said(others: list[Tier], start: float, end: float) -> list[str]:
    """Who reads as what in a stretch, in one line; nothing where one tier says it all."""
    parts = []
    for tier in others:
        leading = tier.leading(start, end)
        if leading is not None:
            parts.append(f"{tier.name}: {label_of(leading[0], certain=leading[2])}")
    if len(parts) < 2:
        return []
    more = [f"{len(parts) - MOST} more"] if len(parts) > MOST else []
    return [", ".join([*parts[:MOST], *more])]


def _stamp(milliseconds: int, mark: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{rest:03}"


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _escaped(text: str) -> str:
    """One line of a WebVTT cue: `&` and `<` escaped, and with `>` also the arrow of times."""
    return html.escape(_one_line(text), quote=False)


def _plain(text: str) -> str:
    return _one_line(text).replace("-->", "->").replace("<", "‹").replace(">", "›")
