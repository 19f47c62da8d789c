"""Two results on one time axis, and what differs between them, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from source.core.figures import number_of
from source.core.overall import basis
from source.core.result import Moment, Result
from source.views.answer import headline
from source.views.differences import differ
from source.views.timeline import length
from source.views.units import clock, duration, listing, percent

NAMES = ("A", "B")
"""What the two are called in sentences."""

CLOSE = 0.1
"""Difference of a mean, on a scale from -1 to 1, from which it is named."""

SHORT = 0.25
"""Seconds below which a stretch that differs is not named: where a window lies would decide."""

ALIKE = 0.02
"""Part of the longer one by which the lengths of two recordings of one thing may differ."""

MOST_NAMED = 3


@dataclass(frozen=True)
class Difference:
    """A stretch, in seconds, in which both are sure and read as different emotions."""

    start: float
    end: float
    first: str
    second: str

    @property
    def sentence(self) -> str:
        """What differs, in a sentence.

        Examples
        --------
        >>> Difference(12.0, 18.5, "happy", "sad").sentence
        'From 0:12 to 0:18, A reads as happy and B as sad.'
        """
        return (
            f"From {clock(self.start)} to {clock(self.end)}, {NAMES[0]} reads as {self.first} and "
            f"{NAMES[1]} as {self.second}."
        )


def differences(first: Result, second: Result) -> list[Difference]:
    """Stretches in which both are sure and differ, in order of time.

    Calm counts with neutral and contempt with disgust, as between voice and face.
    """
    found: list[Difference] = []
    for start, end, one, other in _both(first, second):
        a, b = one.emotion, other.emotion
        if not (a.certain and b.certain and differ(a.label, b.label)):
            continue
        last = found[-1] if found else None
        if last and (last.first, last.second) == (a.label, b.label) and start - last.end < 0.02:
            found[-1] = Difference(last.start, end, a.label, b.label)
        else:
            found.append(Difference(start, end, a.label, b.label))
    return [stretch for stretch in found if stretch.end - stretch.start >= SHORT]


@dataclass(frozen=True)
class Together:
    """Seconds in which both were measured, and in which of these they read alike."""

    seconds: float
    alike: float


def together(first: Result, second: Result) -> Together:
    """How long both were measured, and read alike, whether sure or not."""
    spans = list(_both(first, second))
    alike = sum(e - s for s, e, a, b in spans if not differ(a.emotion.label, b.emotion.label))
    return Together(sum(e - s for s, e, *_ in spans), alike)


def sentences(first: Result, second: Result) -> list[str]:
    """What differs between two Results, the most important first."""
    told = [_overall(first, second)]
    told += [text for text in (_tone(first, second), _in_time(first, second)) if text]
    longest = sorted(differences(first, second), key=lambda d: d.start - d.end)
    named = sorted(longest[:MOST_NAMED], key=lambda d: d.start)
    told += [stretch.sentence for stretch in named]
    if more := len(longest) - len(named):
        shorter = number_of(more, "shorter stretch differs", "shorter stretches differ")
        told.append(f"{shorter}, too.")
    return [*told, *_conditions(first, second)]


def _both(first: Result, second: Result) -> Iterator[tuple[float, float, Moment, Moment]]:
    """The stretches in which both were measured, with what each reads as there."""
    i = j = 0
    while i < len(first.timeline) and j < len(second.timeline):
        one, other = first.timeline[i], second.timeline[j]
        start, end = max(one.start, other.start), min(one.end, other.end)
        if end > start:
            yield start, end, one, other
        if one.end <= other.end:
            i += 1
        else:
            j += 1


def _overall(first: Result, second: Result) -> str:
    heads = [headline(result) for result in (first, second)]
    if heads[0].label is None and heads[1].label is None:
        return "Nothing could be read in either."
    told = []
    for name, head in zip(NAMES, heads, strict=True):
        how = ", ".join(part for part in (head.share, head.sure) if part)
        text = f"{head.text[:1].lower()}{head.text[1:]}"
        verb = "is " if text.startswith("closest") else ""
        told.append(
            f"in {name} nothing could be read" if head.label is None
            else f"{name} {verb}{text}" + (f" ({how})" if how else "")
        )  # fmt: skip
    joined = "; ".join(told)
    return f"{joined[:1].upper()}{joined[1:]}."


def _tone(first: Result, second: Result) -> str:
    a, b = first.affect, second.affect
    if a is None or b is None:
        return ""
    pairs = (
        (b.valence, a.valence, "more pleasant", "less pleasant", "valence"),
        (b.arousal, a.arousal, "more aroused", "less aroused", "arousal"),
    )
    told = [
        f"{more if new > old else less} ({scale} {new:+.2f}, {NAMES[0]} {old:+.2f})"
        for new, old, more, less, scale in pairs
        if abs(new - old) >= CLOSE
    ]
    return f"{NAMES[1]} sounds or looks {listing(told)}." if told else ""


def _in_time(first: Result, second: Result) -> str:
    common = together(first, second)
    if not first.timeline or not second.timeline:
        return ""
    if not common.seconds:
        return "They were never measured at the same time."
    share = percent(common.alike / common.seconds)
    return f"They read alike for {share} of the {duration(common.seconds)} measured in both."


def _conditions(first: Result, second: Result) -> list[str]:
    """What else differs, so that a difference may not be one of the people."""
    told = []
    lasting = [length(result) for result in (first, second)]
    if all(lasting) and max(lasting) - min(lasting) > ALIKE * max(lasting):
        a, b = (duration(seconds) for seconds in lasting)
        told.append(
            f"{NAMES[0]} lasts {a}, {NAMES[1]} {b}; they are compared from the beginning of each."
        )
    kinds = sorted({*first.models, *second.models})
    other = [k for k in kinds if first.models.get(k) != second.models.get(k)]
    if any(k in first.models and k in second.models for k in other):
        told.append("They were read by different models, so part of the difference may be theirs.")
    rests = [basis(result) for result in (first, second)]
    senses = [rest.senses for rest in rests if rest is not None]
    if len(senses) == 2 and senses[0] != senses[1]:
        told.append(
            f"{NAMES[0]} rests on the {listing(senses[0])}, {NAMES[1]} on the {listing(senses[1])}."
        )
    used = [r.voice.baseline.source for r in (first, second) if r.voice and r.voice.baseline]
    if len(used) == 2 and used[0] != used[1]:
        told.append("Their voices were read against different kinds of baseline.")
    return told
