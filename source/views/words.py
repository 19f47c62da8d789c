"""A Result in plain words. An emotion is what a recording *reads as*, never what somebody *is*."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from source.core.emotions import Emotion
from source.core.result import Moment, Result
from source.views.differences import differ, disagreements
from source.views.units import (
    clock,
    counted,
    duration,
    listing,
    percent,
    short_percent,
    size,
    times,
)

__all__ = [
    "ANALYSES", "EXPLAINED", "KINDS", "Headline", "Mark", "certainty", "clock", "differ",
    "disagreements", "duration", "headline", "listing", "marks", "measured", "percent", "shares",
    "short_percent", "size", "summary", "times",
]

KINDS = {"audio": "sound", "image": "picture", "video": "video"}
ANALYSES = {
    "auto": "automatic",
    "audio": "voice",
    "image": "picture",
    "video": "video",
    "combined": "voice and face",
}

EXPLAINED = {
    "bar": "How probable each emotion is for the whole recording, all that was measured taken "
    "together. The bars add up to 100 %.",
    "pie": "Which emotion leads for how much of the measured time; in a single picture, how the "
    "probability is shared out. Hatched is what the models are not sure of.",
    "trend": "At each moment the probabilities of all emotions, stacked so that they reach "
    "100 %. A thick band means a likely emotion.",
    "lanes": "The leading emotion of the voice, of each person's face, and of all together. "
    "Choose a place to go there in the recording.",
}
"""What each chart shows, for who asks."""


@dataclass(frozen=True)
class Headline:
    """The first thing a reader sees.

    Attributes
    ----------
    text : str
        “Reads as happy”, or what stands in its place.
    label : str or None
        The emotion; None where nothing was measured.
    share : str
        “62 % of the time”, or the share of the posterior for a still.
    sure : str
        “sure”, “not sure” or nothing.
    """

    text: str
    label: str | None = None
    share: str = ""
    sure: str = ""


def certainty(emotion: Emotion | None) -> str:
    """“sure” or “not sure”; nothing where nothing was read."""
    return "" if emotion is None else ("sure" if emotion.certain else "not sure")


def shares(moments: Sequence[Moment]) -> dict[str, float]:
    """Share of the measured time each emotion leads, largest first; sums to 1."""
    total: dict[str, float] = {}
    for moment in moments:
        label = moment.emotion.label
        total[label] = total.get(label, 0.0) + moment.end - moment.start
    whole = sum(total.values())
    return {e: t / whole for e, t in sorted(total.items(), key=lambda pair: -pair[1])}


def headline(result: Result) -> Headline:
    """What the recording reads as, in three or four words."""
    emotion = result.emotion
    if emotion is None:
        return Headline("Nothing could be read")
    moments = result.timeline
    if len(moments) > 1:
        led = shares(moments)
        label = next(iter(led))
        mine = [m for m in moments if m.emotion.label == label]
        mostly = _stands_out(moments) and _stands_out(mine, least=0.5)
        share = f"{percent(led[label])} of the time" if led[label] < 0.95 else "throughout"
        if not mostly:
            return Headline(f"Closest to {label}", label, f"leads {share}", "not sure")
        often = "Mostly reads" if led[label] >= 0.5 else "Most often reads"
        text = f"{often} as {label}" if led[label] < 0.95 else f"Reads as {label}"
        return Headline(text, label, share, "sure")
    read = [p.emotion.label for p in (result.face.people if result.face else ()) if p.emotion]
    if len(set(read)) > 1:
        common = sorted(dict.fromkeys(read), key=lambda label: -read.count(label))
        more = " and more" if common[2:] else ""
        return Headline(
            f"Mixed: {listing(common[:2])}{more}", common[0], f"{len(read)} faces"
        )
    how = "Reads as" if emotion.certain else "Closest to"
    return Headline(
        f"{how} {emotion.label}", emotion.label, percent(emotion.score), certainty(emotion)
    )


def summary(result: Result) -> str:
    """One or two plain sentences: what was read, what stood out and where."""
    if result.emotion is None:
        return "There was nothing in this recording that we can read."
    if len(result.timeline) > 1:
        return "; ".join([_mostly(result), *_disagreements(result)]) + "."
    return _still(result)


def _mostly(result: Result) -> str:
    led = shares(result.timeline)
    main = next(iter(led))
    if not _stands_out(result.timeline):
        first = f"{main} leads for {percent(led[main])} of the time"
        if led[main] >= 0.95:
            return f"Nothing stands out clearly; {main} leads throughout"
        others = [f"{e} for {percent(p)}" for e, p in list(led.items())[1:3] if p >= 0.1]
        return f"Nothing stands out clearly; {listing([first, *others])}"
    often = "Mostly" if led[main] >= 0.5 else "Most often"
    opening = f"{often} {main} ({percent(led[main])} of the time)"
    if led[main] >= 0.95:
        opening = f"Reads as {main} throughout"
    runs = _runs(result.timeline)
    parts: list[str] = []
    for label in [e for e in led if e != main]:
        starts = [start for name, start, sure in runs if name == label and sure]
        if starts and len(parts) < 2:
            where = listing([clock(t) for t in starts[:2]]) + (" and later" if starts[2:] else "")
            parts.append(f"{label} {times(len(starts))}, near {where}")
    return ", ".join([opening, listing(parts)]) if parts else opening


def _stands_out(moments: Sequence[Moment], *, least: float = 0.25) -> bool:
    """Whether enough of the measured time is certain for an emotion to be named."""
    sure = sum(m.end - m.start for m in moments if m.emotion.certain)
    return sure >= least * sum(m.end - m.start for m in moments)


def _runs(moments: Sequence[Moment]) -> list[tuple[str, float, bool]]:
    """Stretches of one label: (label, start in seconds, whether any of it is certain)."""
    found = []
    for label, group in groupby(moments, key=lambda m: m.emotion.label):
        run = list(group)
        found.append((label, run[0].start, any(m.emotion.certain for m in run)))
    return found


def _disagreements(result: Result, *, most: int = 2) -> list[str]:
    """Where voice and face are both certain, and of different things; most doubtful first."""
    found: list[tuple[float, str]] = []
    for start, end, voice, face in disagreements(result):
        text = f"the voice says {voice} where the face says {face} at {clock(start)}"
        found.append((start - end, text))  # the longest first
    return [text for _, text in sorted(found)[:most]]


def _still(result: Result) -> str:
    emotion = result.emotion
    assert emotion is not None
    people = [p for p in (result.face.people if result.face else ()) if p.emotion]
    if len(people) > 1:
        labels = [p.emotion.label for p in people if p.emotion]
        if len(set(labels)) == 1:
            return f"All {len(people)} faces read as {labels[0]}."
        verb = {True: "reads", False: "read"}
        parts = [
            f"{counted(n)} {verb[n == 1]} as {label}"
            for label in dict.fromkeys(labels)
            if (n := labels.count(label))
        ]
        return f"Of {len(people)} faces, {listing(parts)}."
    voice = result.voice.emotion if result.voice else None
    if people and voice:
        return _together(emotion, people[0].emotion, voice)
    return _reads("The face" if people else "The voice", emotion)


def _reads(who: str, emotion: Emotion) -> str:
    first, second = sorted(emotion.scores, key=lambda e: -emotion.scores[e])[:2]
    score, next_score = emotion.scores[first], emotion.scores[second]
    if emotion.certain:
        return f"{who} reads as {first} ({percent(score)})."
    how = "only a little ahead of" if next_score > 0.7 * score else "ahead of"
    return (
        f"{who} reads as nothing clearly: {first} ({percent(score)}) is {how} "
        f"{second} ({percent(next_score)})."
    )


def _together(emotion: Emotion, face: Emotion | None, voice: Emotion) -> str:
    text = _reads("The picture with the sound", emotion)
    if face and differ(voice.label, face.label):
        text += f" The face alone is closest to {face.label}, the voice to {voice.label}."
    return text


def measured(result: Result) -> str:
    """What the answer rests on, in one phrase: how much speech, how many faces."""
    parts = []
    if result.voice and result.voice.segments:
        parts.append(f"{duration(result.voice.speech_seconds)} of speech")
    if result.face and result.face.people:
        count = sum(1 for p in result.face.people for f in p.segments if f.emotion)
        who = len(result.face.people)
        people = "one person" if who == 1 else f"{who} people"
        parts.append(f"{count} face{'s' * (count != 1)} of {people}")
    return listing(parts) if parts else ""



@dataclass(frozen=True)
class Mark:
    """A moment worth looking at: seconds, emotion, and why in a few words."""

    time: float
    label: str
    text: str


def marks(result: Result, *, most: int = 12) -> list[Mark]:
    """Where something other than the leading emotion is certain, or the senses differ."""
    if len(result.timeline) < 2:
        return []
    main = next(iter(shares(result.timeline)))
    found = [
        Mark(start, label, f"reads as {label}")
        for label, start, sure in _runs(result.timeline)
        if sure and label != main
    ]
    found += [
        Mark(start, voice, f"voice {voice}, face {face}")
        for start, _, voice, face in disagreements(result)
    ]
    return sorted(found, key=lambda m: m.time)[:most]
