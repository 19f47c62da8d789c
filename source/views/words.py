"""A Result in plain words. An emotion is what a recording *reads as*, never what somebody *is*."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from source.core.emotions import Emotion, to_fused
from source.core.result import Moment, Person, Result, Segment
from source.views.palette import emotion_of

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


def clock(seconds: float | None) -> str:
    """A time as it is read on a player.

    Examples
    --------
    >>> clock(5.96), clock(72), clock(3725), clock(None)
    ('0:05', '1:12', '1:02:05', '–')
    """
    if seconds is None:
        return "–"
    whole = int(seconds + 1e-6)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def duration(seconds: float | None) -> str:
    """How long something lasts.

    Examples
    --------
    >>> duration(3.57), duration(60), duration(754)
    ('3.6 s', '1 min', '12 min 34 s')
    """
    if seconds is None:
        return "–"
    if seconds < 59.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest if not hours else 0, "s"))
    return " ".join(f"{n} {unit}" for n, unit in parts if n)


def size(count: int) -> str:
    """A number of bytes, in decimal units.

    Examples
    --------
    >>> size(812), size(204_800), size(5_430_212)
    ('812 bytes', '205 kB', '5.4 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    if count < 1_000_000:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.2f} GB"


def percent(share: float) -> str:
    """A share as a person reads it.

    Examples
    --------
    >>> percent(0.7134), percent(0.004), percent(0.0), percent(0.9999), percent(1.0)
    ('71 %', 'under 1 %', '0 %', 'over 99 %', '100 %')
    """
    if 0 < share < 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 0.999995 else f"{share * 100:.0f} %"


def short_percent(share: float) -> str:
    """A share where there is little room.

    Examples
    --------
    >>> short_percent(0.004), short_percent(0.5)
    ('<1 %', '50 %')
    """
    return percent(share).replace("under ", "<").replace("over ", ">")


def times(count: int) -> str:
    """How often.

    Examples
    --------
    >>> times(1), times(2), times(5)
    ('once', 'twice', '5 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def listing(parts: Sequence[str]) -> str:
    """Join as a sentence does.

    Examples
    --------
    >>> listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


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
        sure = [m for m in moments if m.emotion.label == label]
        mostly = sum(m.emotion.certain for m in sure) * 2 > len(sure)
        share = f"{percent(led[label])} of the time"
        if not mostly:
            return Headline(f"Closest to {label}", label, f"leads {share}", "not sure")
        text = f"Mostly reads as {label}" if led[label] < 0.95 else f"Reads as {label}"
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
    first = f"Mostly {main} ({percent(led[main])} of the time)"
    if not any(m.emotion.certain for m in result.timeline):
        where = "throughout" if led[main] >= 0.95 else f"for {percent(led[main])} of the time"
        return f"Nothing stands out clearly; {main} leads {where}"
    if led[main] >= 0.95:
        first = f"Reads as {main} throughout"
    runs = _runs(result.timeline)
    parts: list[str] = []
    for label in [e for e in led if e != main]:
        starts = [start for name, start, sure in runs if name == label and sure]
        if starts and len(parts) < 2:
            where = listing([clock(t) for t in starts[:2]]) + (" and later" if starts[2:] else "")
            parts.append(f"{label} {times(len(starts))}, near {where}")
    return ", ".join([first, listing(parts)]) if parts else first


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


def disagreements(result: Result) -> list[tuple[float, float, str, str]]:
    """Stretches of speech in which voice and face clearly differ: (start, end, voice, face)."""
    if result.voice is None or result.face is None:
        return []
    found = []
    for said in (s for s in result.voice.segments if s.emotion.certain):
        shown = [label for p in result.face.people if (label := _shown(p, said))]
        # who of several people speaks is not known: one face that agrees is enough
        if shown and all(_differ(said.emotion.label, label) for label in shown):
            found.append((said.start, said.end, said.emotion.label, shown[0]))
    return found


def _shown(person: Person, said: Segment) -> str | None:
    """What most of a person's faces certainly read as while something is said."""
    labels = [
        f.emotion.label
        for f in person.segments
        if f.emotion and f.emotion.certain and said.start <= f.time < said.end
    ]
    most = max(dict.fromkeys(labels), key=labels.count, default=None)
    return most if most and labels.count(most) * 2 > len(labels) else None


def _differ(voice: str, face: str) -> bool:
    def same(label: str) -> str:  # calm counts with neutral, contempt with disgust
        return max(fused := to_fused({emotion_of(label): 1.0}), key=lambda e: fused[e])

    return same(voice) != same(face)


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
            f"{_count(n)} {verb[n == 1]} as {label}"
            for label in dict.fromkeys(labels)
            if (n := labels.count(label))
        ]
        return f"Of {len(people)} faces, {listing(parts)}."
    what = "The face" if people else "The voice"
    if not emotion.certain:
        order = sorted(emotion.scores, key=lambda e: -emotion.scores[e])
        return (
            f"{what} reads as nothing clearly: {order[0]} ({percent(emotion.scores[order[0]])}) "
            f"is only a little ahead of {order[1]} ({percent(emotion.scores[order[1]])})."
        )
    return f"{what} reads as {emotion.label} ({percent(emotion.score)})."


def _count(count: int) -> str:
    return {1: "one", 2: "two", 3: "three"}.get(count, str(count))


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
