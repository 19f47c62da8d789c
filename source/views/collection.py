"""How well a recording was made, in plain sentences, and what to do better next time."""

from dataclasses import dataclass

from source.core.collection import FAIR, GOOD, POOR, Check, checks, seconds_read, worst
from source.core.result import Result
from source.views.units import duration, percent

HEAD = {
    GOOD: "This recording was made well.",
    FAIR: "This recording can be read, but a better one would be read more surely.",
    POOR: "This recording is hard to read.",
}
"""The first sentence, by the worst level."""

TITLES = {
    "face_found": "Pictures with a face",
    "face_size": "Size of the faces",
    "face_blur": "Sharpness",
    "face_light": "Light on the faces",
    "face_doubt": "Faces in full view",
    "speech": "Speech",
    "signal_to_noise": "Speech above the noise",
}
"""What was checked, in words."""

ADVICE = {
    "face_found": "Keep the face in the picture, and the camera at eye level.",
    "face_size": "Move the camera closer or use a higher resolution: a face should be at least "
    "80 pixels wide.",
    "face_blur": "Focus on the face, keep the camera still and use more light.",
    "face_light": "Light the face evenly from the front, and have no window behind it.",
    "face_doubt": "Have people face the camera, with nothing in front of their faces.",
    "speech": "Record more speech: ten seconds of each speaker are a good start.",
    "signal_to_noise": "Put the microphone closer to the speaker, and choose a quiet room.",
}
"""What to do better next time, where a check is not good."""


@dataclass(frozen=True)
class Line:
    """One check in words: title, value, level, and advice where it is not good."""

    title: str
    value: str
    level: str
    advice: str = ""


@dataclass(frozen=True)
class Report:
    """The first sentence, and a line for each check."""

    head: str
    lines: tuple[Line, ...]


def report(result: Result) -> Report | None:
    """How well a recording was made; None where nothing can be said of it."""
    found = checks(result)
    level = worst(found)
    if level is None:
        return None
    return Report(HEAD[level], tuple(_line(check, result) for check in found))


def _line(check: Check, result: Result) -> Line:
    advice = "" if check.level == GOOD else ADVICE[check.code]
    if check.code == "face_light" and advice and check.value > 0.5:
        advice = "Use less light or a shorter exposure: the faces are too bright."
    return Line(TITLES[check.code], _value(check, result), check.level, advice)


def _value(check: Check, result: Result) -> str:
    value = check.value
    match check.code:
        case "face_size":
            return f"{value:.0f} pixels"
        case "face_blur":
            return percent(1.0 - value)
        case "face_doubt":
            return percent(1.0 - value)
        case "speech":
            whole = seconds_read(result)
            of = f" of {duration(whole)}" if whole is not None else ""
            return f"{duration(value)}{of}"
        case "signal_to_noise":
            return f"{value:.0f} dB"
        case _:
            return percent(value)
