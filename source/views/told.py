"""One line for each folded part of a result page, so that few need to be opened."""

from source.core.figures import number_of
from source.core.result import Result
from source.views.units import duration, listing, percent


def told(result: Result) -> dict[str, str]:
    """The lines by part: tone, engagement, quality, how; a part without one is absent."""
    lines = {"quality": _quality(result), "how": _how(result)}
    if result.affect:
        lines["tone"] = _tone(result.affect.valence, result.affect.arousal)
    if result.engagement:
        low, high = min(result.engagement.values()), max(result.engagement.values())
        lines["engagement"] = (
            f"{low:.1f} to {high:.1f} of 5, by setting"
            if round(high - low, 1)
            else f"{low:.1f} of 5"
        )
    return {part: line for part, line in lines.items() if line}


def _tone(valence: float, arousal: float) -> str:
    """Words for the middle of each scale and for its sides.

    Examples
    --------
    >>> _tone(0.4, -0.02), _tone(-0.1, 0.5)
    ('pleasant, neither calm nor excited', 'a little unpleasant, excited')
    """
    return ", ".join(
        _side(value, *ends)
        for value, ends in (
            (valence, ("unpleasant", "pleasant")),
            (arousal, ("calm", "excited")),
        )
    )


def _side(value: float, low: str, high: str) -> str:
    if abs(value) < 0.05:
        return f"neither {low} nor {high}"
    word = high if value > 0 else low
    return word if abs(value) >= 0.25 else f"a little {word}"


def _quality(result: Result) -> str:
    parts = []
    if result.face and result.source.kind != "image" and result.face.frames.read:
        share = result.face.frames.with_face / result.face.frames.read
        parts.append(f"a face in {percent(share)} of {result.face.frames.read} pictures")
    elif result.face:
        found = len(result.face.people)
        parts.append(f"{number_of(found, 'face')} found" if found else "no face found")
    if result.voice:
        speech = duration(result.voice.speech_seconds) if result.voice.speech_seconds else "no"
        parts.append(f"{speech} speech" if speech == "no" else f"{speech} of speech")
    return listing(parts) if parts else ""


def _how(result: Result) -> str:
    names = [used.name for used in result.models.values()]
    return f"read by {listing(names)}" if names else ""
