"""The time line as subtitles: a cue for each stretch of the combined answer."""

import html
import re
from collections.abc import Callable, Iterator

from source.core.result import Result
from source.views.exports.row import Format, Subject
from source.views.exports.tiers import TOGETHER, Tier, label_of, tiers
from source.views.spans import joined
from source.views.units import percent

VTT = Format("WebVTT", "text/vtt", "browsers, VLC, video platforms")
SRT = Format("SRT", "application/x-subrip", "VLC, video editors")

MOST = 4
"""Most people named in one cue."""


def vtt(subject: Subject) -> bytes:
    """WebVTT, with the text of cues escaped."""
    return _file(subject, "WEBVTT\n\n", ".", _escaped)


def srt(subject: Subject) -> bytes:
    """SubRip, which knows no escapes: what players take for markup is written otherwise."""
    return _file(subject, "", ",", _plain)


def has_cues(result: Result) -> bool:
    """Whether the combined time line has anything in it."""
    return bool(result.timeline)


def _file(subject: Subject, head: str, mark: str, text: Callable[[str], str]) -> bytes:
    cues = [
        f"{number}\n{_stamp(start, mark)} --> {_stamp(end, mark)}\n"
        + "\n".join(text(line) for line in lines)
        + "\n"
        for number, (start, end, lines) in enumerate(_cues(subject.shown), start=1)
    ]
    return (head + "\n".join(cues)).encode()


def _cues(result: Result) -> Iterator[tuple[int, int, list[str]]]:
    """Start and end in milliseconds, and the lines: all together, then who reads as what."""
    every = tiers(result)
    others = [tier for tier in every if tier.sense != TOGETHER]
    for whole in (tier for tier in every if tier.sense == TOGETHER):
        for block in joined(whole.spans):
            start, end = round(block.start * 1000), round(block.end * 1000)
            leading = whole.leading(block.start, block.end)
            if leading is None or end <= start:
                continue
            sure = "" if block.parts[0].certain else ", not sure"
            lines = [f"{block.parts[0].label} {percent(leading[1])}{sure}"]
            said = _said(others, block.start, block.end)
            yield start, end, [*lines, *said]


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
