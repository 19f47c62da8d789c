"""The overall answer in words: the headline that every door shows, and a sentence or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from source.core.emotions import Emotion
from source.core.overall import basis, faces_that_count
from source.core.result import Basis, Moment, Result
from source.core.senses import SENSES
from source.views.differences import differ, disagreements
from source.views.units import clock, counted, duration, listing, percent, span, times

THROUGHOUT = 0.95
"""Share of the time from which the summary says “throughout”."""


@dataclass(frozen=True)
class Headline:
    """The first thing a reader sees.

    Attributes
    ----------
    text : str
        “Reads as happy”, or a substitute.
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


def noun(result: Result) -> str:
    """What a sentence calls it: a recording, a picture, or a pair of picture and sound."""
    if result.sources:
        return "pair"
    return "picture" if result.source.kind == "image" else "recording"


def certainty(emotion: Emotion | None) -> str:
    """“sure” or “not sure”; empty if nothing was read."""
    return "" if emotion is None else ("sure" if emotion.certain else "not sure")


def headline(result: Result) -> Headline:
    """What the recording reads as, in three or four words; every page and table shows it."""
    emotion, rests = result.emotion, basis(result)
    if emotion is None or rests is None:
        return Headline("Nothing could be read")
    label, sure = emotion.label, certainty(emotion)
    often = "Reads" if rests.share >= THROUGHOUT else "Mostly reads"
    text = f"{often} as {label}" if emotion.certain else f"Closest to {label}"
    if rests.seconds is not None and len(result.timeline) > 1:
        share = share_of_time(result) if emotion.certain else on_average(result, emotion.score)
        return Headline(text, label, share, sure)
    if rests.senses == ("face",) and (rests.faces or 1) > 1:
        return _of_faces(result, text, rests)
    how = "Reads as" if emotion.certain else "Closest to"
    return Headline(f"{how} {label}", label, percent(emotion.score), sure)


def _of_faces(result: Result, text: str, rests: Basis) -> Headline:
    """The headline of a picture of several people."""
    emotion = result.emotion
    assert emotion is not None
    read = [face.label for face in faces_that_count(result)]
    own = read.count(emotion.label)
    share = f"{own} of {len(read)} faces" if own < len(read) else f"all {len(read)} faces"
    if own < len(read) and not emotion.certain:
        common = sorted(dict.fromkeys(read), key=lambda label: -read.count(label))
        more = ["more"] if common[2:] else []
        text, share = f"Mixed: {listing([*common[:2], *more])}", f"{len(read)} faces"
    return Headline(text, emotion.label, share, certainty(emotion))


def share_of_time(result: Result) -> str:
    """For how much of the time the overall label leads.

    “62 % of the time”, or “71 % of the 2 s with a face” if little else was measured.
    """
    rests, base = basis(result), base_of(result)
    assert rests is not None
    if rests.share < THROUGHOUT:
        return f"{percent(rests.share)} of {base or 'the time'}"
    return f"in {base}" if base else "throughout"


def on_average(result: Result, score: float) -> str:
    """A mean score and its base: “34 % on average over the 2 s with a face”."""
    base = base_of(result)
    return f"{percent(score)} on average" + (f" over {base}" if base else "")


def base_of(result: Result) -> str:
    """“the 2 s with a face”: what was measured, unless that is nearly everything."""
    rests = basis(result)
    if rests is None or rests.seconds is None:
        return ""
    if rests.seconds >= THROUGHOUT * (result.source.seconds or 0.0):
        return ""
    measured = " or ".join(SENSES[sense].measured for sense in rests.senses)
    return f"the {duration(rests.seconds)} with {measured}"


def summary(result: Result) -> str:
    """One or two sentences: what was read, what stood out and where."""
    if result.emotion is None:
        return f"There is nothing in this {noun(result)} that AVER can read."
    if len(result.timeline) > 1:
        return "; ".join([_mostly(result), *_disagreements(result)]) + "."
    return _still(result)


def _mostly(result: Result) -> str:
    emotion, rests, moments = result.emotion, basis(result), result.timeline
    assert emotion is not None and rests is not None
    main = emotion.label
    if not emotion.certain:
        second, next_score = sorted(emotion.scores.items(), key=lambda pair: -pair[1])[1]
        text = (
            f"No emotion stands out clearly: {main} ({on_average(result, emotion.score)}) is "
            f"{_ahead(emotion.score, next_score)} {second} ({percent(next_score)})"
        )
        sure = [f"{r.label} near {clock(r.sure)}" for r in stretches(moments) if r.sure is not None]
        more = [f"{len(sure) - 2} more"] if sure[2:] else []
        return f"{text}; only parts are sure: {listing([*sure[:2], *more])}" if sure else text
    opening = f"Mostly {main} ({share_of_time(result)})"
    if rests.share >= THROUGHOUT:
        opening = f"Reads as {main} {share_of_time(result)}"
    every = stretches(moments)
    parts: list[str] = []
    for label in [e for e in shares(moments) if e != main]:
        starts = [r.sure for r in every if r.label == label and r.sure is not None]
        if starts and len(parts) < 2:
            later = ["later"] if starts[2:] else []
            where = listing([*(clock(t) for t in starts[:2]), *later])
            parts.append(f"{label} {times(len(starts))}, near {where}")
    return ", ".join([opening, listing(parts)]) if parts else opening


def _disagreements(result: Result, *, most: int = 2) -> list[str]:
    """Sentences about the moments where voice and face are both certain but differ."""
    sentences: list[tuple[float, str]] = []
    for start, end, voice, face in disagreements(result):
        text = f"at {clock(start)} the voice reads as {voice} but the face as {face}"
        sentences.append((start - end, text))  # the longest first
    return [text for _, text in sorted(sentences)[:most]]


def _still(result: Result) -> str:
    emotion = result.emotion
    assert emotion is not None
    faces = faces_that_count(result)
    voice = result.voice.emotion if result.voice else None
    if faces and voice:
        return _together(emotion, result.face.emotion if result.face else None, voice, len(faces))
    if len(faces) < 2:  # of a pair of which one answers, what that one says by itself
        return _reads("The face", faces[0]) if faces else _reads("The voice", voice or emotion)
    labels = [face.label for face in faces]
    if len(set(labels)) == 1:
        return f"All {len(faces)} faces read as {labels[0]}."
    verb = {True: "reads", False: "read"}
    parts = [
        f"{counted(n)} {verb[n == 1]} as {label}"
        for label in dict.fromkeys(labels)
        if (n := labels.count(label))
    ]
    return f"Of {len(faces)} faces, {listing(parts)}."


def _reads(who: str, emotion: Emotion) -> str:
    first, second = sorted(emotion.scores, key=lambda e: -emotion.scores[e])[:2]
    score, next_score = emotion.scores[first], emotion.scores[second]
    if emotion.certain:
        return f"{who} reads as {first} ({percent(score)})."
    if score > 0.5:  # clear enough, but there is a reason not to trust it
        return f"{who} is closest to {first} ({percent(score)}), but not sure."
    return (
        f"{who} shows no clear emotion: {first} ({percent(score)}) is "
        f"{_ahead(score, next_score)} {second} ({percent(next_score)})."
    )


def _ahead(score: float, next_score: float) -> str:
    return "only a little ahead of" if next_score > 0.7 * score else "ahead of"


def _together(emotion: Emotion, face: Emotion | None, voice: Emotion, faces: int) -> str:
    text = _reads("The pair", emotion)
    if face and differ(voice.label, face.label):
        who = "The face alone" if faces == 1 else "The faces alone"
        reads = (
            ("reads as" if faces == 1 else "read as")
            if face.certain
            else ("is closest to" if faces == 1 else "are closest to")
        )
        other = "reads as" if voice.certain else "is closest to"
        text += f" {who} {reads} {face.label}, the voice {other} {voice.label}."
    return text


def shares(moments: Sequence[Moment]) -> dict[str, float]:
    """Share of the measured time that each emotion leads, largest first; sums to 1."""
    total: dict[str, float] = {}
    for moment in moments:
        label = moment.emotion.label
        total[label] = total.get(label, 0.0) + moment.end - moment.start
    whole = sum(total.values())
    return {e: t / whole for e, t in sorted(total.items(), key=lambda pair: -pair[1])}


@dataclass(frozen=True)
class Stretch:
    """Consecutive moments with the same leading emotion.

    `sure` is the start of the first certain one, in seconds; None if none is certain.
    """

    label: str
    start: float
    end: float
    sure: float | None


def stretches(moments: Sequence[Moment]) -> list[Stretch]:
    """The time line grouped by leading emotion."""
    alike = []
    for label, group in groupby(moments, key=lambda m: m.emotion.label):
        run = list(group)
        sure = next((m.start for m in run if m.emotion.certain), None)
        alike.append(Stretch(label, run[0].start, run[-1].end, sure))
    return alike


def when(result: Result) -> tuple[str, str]:
    """When the overall label leads: for how much of the time, and its longest stretch.

    Both are empty for a still: (“78 % of the time”, “longest 0:14 to 0:28”).
    """
    rests = basis(result)
    if rests is None or rests.seconds is None or len(result.timeline) < 2:
        return "", ""
    assert result.emotion is not None
    base = base_of(result)
    if rests.share >= THROUGHOUT:
        return (f"throughout {base}" if base else "throughout"), ""
    led = [s for s in stretches(result.timeline) if s.label == result.emotion.label]
    often = f"{percent(rests.share)} of {base or 'the time'}"
    if not led:  # it is first on average, and second at every moment
        return often, ""
    longest = max(led, key=lambda s: s.end - s.start)
    return often, f"longest {span(longest.start, longest.end)}"


def beside(result: Result) -> str:
    """What a summary says beyond the headline: other emotions, doubts, disagreement; or nothing.

    A page that shows who, what, when and how sure says nothing of it twice.
    """
    emotion = result.emotion
    if emotion is None:
        return summary(result)
    if len(result.timeline) > 1 and not emotion.certain:
        return "; ".join([_mostly(result), *_disagreements(result, most=1)]) + "."
    if len(result.timeline) > 1:
        _, _, others = _mostly(result).partition("), ")
        parts = [part for part in (others, *_disagreements(result)) if part]
        return f"{'; '.join(parts).capitalize()}." if parts else ""
    alone = emotion.certain and result.voice is None and len(faces_that_count(result)) == 1
    return "" if alone else summary(result)
