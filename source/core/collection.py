"""How well a recording was made for being read, from what the Result says of it.

Each check has a value and a level. The limits of the levels are rules of thumb: where the level is
poor, the models were seen to fail more often (docs/accuracy.md), or there is little to go by.
"""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from source.core.part import part
from source.core.result import FaceSegment, Result

GOOD, FAIR, POOR = LEVELS = ("good", "fair", "poor")
"""Levels, the best first."""


@dataclass(frozen=True)
class Limits:
    """From which value on something is good, and from which it is fair.

    `least` and `most`: from one on and up to the other; the first of each pair is for good.
    """

    least: tuple[float, float] = (float("-inf"), float("-inf"))
    most: tuple[float, float] = (float("inf"), float("inf"))

    def level(self, value: float) -> str:
        """The level of a value."""
        for level, low, high in zip(LEVELS, self.least, self.most, strict=False):
            if low <= value <= high:
                return level
        return POOR


LIMITS = {
    "face_found": Limits(least=(0.9, 0.5)),
    "face_size": Limits(least=(80, 48)),
    "face_blur": Limits(most=(0.5, 0.75)),
    "face_light": Limits(least=(0.25, 0.15), most=(0.75, 0.9)),
    "face_doubt": Limits(most=(0.1, 0.3)),
    "speech": Limits(least=(10.0, 3.0)),
    "signal_to_noise": Limits(least=(20.0, 10.0)),
}
"""The limits of each check."""


@dataclass(frozen=True)
class Check:
    """One thing that was checked.

    Attributes
    ----------
    code : str
        A key of `LIMITS`: share of pictures with a face, 0 to 1; median size of the faces in
        pixels, blur and light, 0 to 1; share of faces that were turned, covered or the like;
        seconds of speech; signal-to-noise ratio in decibels.
    value : float
    level : str
        One of `LEVELS`.
    """

    code: str
    value: float
    level: str


def checks(result: Result) -> tuple[Check, ...]:
    """What can be said of how a recording was made; nothing of what was not measured."""
    return tuple(
        Check(code, round(value, 4), LIMITS[code].level(value)) for code, value in _values(result)
    )


def worst(found: tuple[Check, ...]) -> str | None:
    """The worst level of all checks; None if there are none."""
    return max((check.level for check in found), key=LEVELS.index, default=None)


def _values(result: Result) -> Iterator[tuple[str, float]]:
    face, voice = result.face, result.voice
    if face is not None:
        still = result.source.kind == "image" or bool(result.sources)
        if not still and face.frames.read:
            yield "face_found", face.frames.with_face / face.frames.read
        faces: list[FaceSegment] = [s for person in face.people for s in person.segments]
        if faces:
            yield "face_size", statistics.median(s.quality.size for s in faces)
            yield "face_blur", statistics.median(s.quality.blur for s in faces)
            yield "face_light", statistics.median(s.quality.light for s in faces)
            doubtful = sum(s.quality.doubt is not None for s in faces)
            yield "face_doubt", doubtful / len(faces)
    if voice is not None:
        yield "speech", voice.speech_seconds
        if voice.signal_to_noise is not None:
            yield "signal_to_noise", voice.signal_to_noise


def seconds_read(result: Result) -> float | None:
    """Seconds of the recording that were read; None for a picture."""
    known = [s.seconds for s in (result.source, *result.sources) if s.seconds is not None]
    if not known:
        return None
    start, end = part(result.options, max(known))
    return end - start
