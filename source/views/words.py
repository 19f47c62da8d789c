"""A Result in words. A recording *reads as* an emotion; nobody *is* one."""

from dataclasses import dataclass

from source.core.baseline import FILE, OWN, STRETCH
from source.core.result import Result, Voice
from source.views.answer import (
    Headline,
    base_of,
    beside,
    certainty,
    headline,
    noun,
    share_of_time,
    shares,
    stretches,
    summary,
    when,
)
from source.views.differences import differ, disagreements, listed
from source.views.spans import Block, Part
from source.views.units import clock, duration, instant, listing, percent, size, span, times

__all__ = [
    "KINDS",
    "Headline",
    "Mark",
    "Part",
    "base_of",
    "beside",
    "certainty",
    "clock",
    "differ",
    "disagreements",
    "duration",
    "headline",
    "how_sure",
    "instant",
    "listing",
    "marks",
    "noun",
    "percent",
    "reads_as",
    "share_of_time",
    "shares",
    "size",
    "span",
    "summary",
    "times",
    "when",
]

KINDS = {"audio": "audio", "image": "picture", "video": "video"}


def reads_as(block: Block) -> str:
    """What a block of a time line reads as: one emotion, or the shares of several.

    Examples
    --------
    >>> reads_as(Block(0, 9, (Part("happy", True, 0.5), Part("sad", False, 0.25))))
    'happy 67 %, sad 33 %'
    """
    shares = block.shares()
    if len(shares) == 1:
        return next(iter(shares))
    return ", ".join(f"{label} {percent(share)}" for label, share in shares.items())


def how_sure(block: Block) -> str:
    """“sure”, “not sure”, or the sure share of a block, and the share that was not measured.

    Examples
    --------
    >>> how_sure(Block(0, 9, (Part("happy", True, 0.5), Part("sad", False, 0.25))))
    'sure for 67 %; 25 % not measured'
    """
    sure = {1.0: "sure", 0.0: "not sure"}.get(
        round(block.certain, 3), f"sure for {percent(block.certain)}"
    )
    missing = 1.0 - block.measured
    return f"{sure}; {percent(missing)} not measured" if missing >= 0.005 else sure


def baseline(voice: Voice) -> str:
    """What each utterance was read against, in a phrase; empty where the model uses no baseline.

    Examples
    --------
    >>> from source.core.result import Baseline
    >>> baseline(Voice(9.0, baseline=Baseline("own", 12)))
    "read against the speaker's other utterances (12)"
    """
    used = voice.baseline
    if used is None:
        return ""
    against = {
        OWN: "the speaker's other utterances",
        STRETCH: "the stretch marked as normal",
        FILE: "another recording of the speaker",
    }.get(used.source)
    return f"read against {against} ({used.utterances})" if against else "each utterance by itself"


@dataclass(frozen=True)
class Mark:
    """A moment worth looking at: seconds, emotion, and why in a few words."""

    time: float
    label: str
    text: str


def marks(result: Result, *, most: int = 12, disagreeing: bool = True) -> list[Mark]:
    """Moments where another emotion than the leading one is certain, or where the senses disagree.

    At most `most` of them: those that last longest, in order of time. Those of the second kind can
    be left out, where they are listed by themselves.
    """
    if len(result.timeline) < 2:
        return []
    main = result.emotion.label if result.emotion else None
    lasting = [
        (stretch.end - stretch.sure, Mark(stretch.sure, stretch.label, f"reads as {stretch.label}"))
        for stretch in stretches(result.timeline)
        if stretch.sure is not None and stretch.label != main
    ]
    lasting += [
        (d.end - d.start, Mark(d.start, d.voice.label, d.brief))
        for d in (listed(result) if disagreeing else ())
    ]
    longest = sorted(lasting, key=lambda pair: -pair[0])[:most]
    return sorted((mark for _, mark in longest), key=lambda mark: mark.time)
