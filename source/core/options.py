"""What a caller may ask of one analysis."""

from dataclasses import dataclass
from typing import Any

from source.core.errors import UnknownOption
from source.core.ranges import Range

ANALYSES = ("auto", "audio", "image", "video", "combined")
"""Kinds of analysis. `auto` takes the one that fits the recording."""

DRAWINGS = ("annotate", "blur_faces")
"""What is drawn beside the Result and changes nothing in it: left out of it where not asked."""

RANGES = {
    "fps": Range("frame rate", 0.1, 60, "pictures a second"),
    "max_frames": Range("limit of pictures", 1, 1_000_000, whole=True),
    "seconds": Range("length to analyse", 0.01, 1_000_000, "seconds"),
    "min_face": Range("smallest face", 0, 100_000, "pixels", whole=True),
    "max_blur": Range("largest blur", 0, 1),
    "min_light": Range("least light", 0, 1),
    "explain": Range("moment to explain", 0, 1_000_000, "seconds"),
}
"""The values that numbers among the options may have, by the option's name."""


@dataclass(frozen=True)
class Options:
    """Everything that can change a result, apart from the recording and the models.

    Attributes
    ----------
    analysis : str
        One of `ANALYSES`.
    fps : float
        Pictures of a video read per second.
    max_frames : int or None
        At most so many pictures, spread over the whole; None for no limit.
    seconds : float or None
        Only the first so many seconds; None for the whole recording.
    voice_model, face_model, video_model : str
        Name of a model folder, or ``default``.
    denoise : bool
        Whether steady noise is taken out of the voice before it is read.
    min_face : int
        Smallest face that is read, in pixels of the upright picture (the shorter side).
    max_blur : float
        Largest blur that is read, 0 (sharp) to 1.
    min_light : float
        Darkest mean luminance that is read, 0 (black) to 1.
    annotate : bool
        Whether the recording is written anew with the Result drawn over it.
    blur_faces : bool
        Whether every face is unrecognisable in that drawing; asks for it as well.
    explain : tuple of float or None
        Moments of a video, in seconds, for which is drawn where the face network looked; empty
        for moments that are chosen (a picture has but one), None for no such drawing.
    """

    analysis: str = "auto"
    fps: float = 4.0
    max_frames: int | None = None
    seconds: float | None = None
    voice_model: str = "default"
    face_model: str = "default"
    video_model: str = "default"
    denoise: bool = False
    min_face: int = 24
    max_blur: float = 0.9
    min_light: float = 0.08
    annotate: bool = False
    blur_faces: bool = False
    explain: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.analysis not in ANALYSES:
            raise UnknownOption("analysis", self.analysis, ANALYSES)
        for name in ("fps", "max_frames", "seconds", "min_face", "max_blur", "min_light"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, RANGES[name].check(value))
        if self.explain is not None:  # JSON has lists alone
            times = tuple(RANGES["explain"].check(time) for time in self.explain)
            object.__setattr__(self, "explain", times)

    @property
    def drawn(self) -> bool:
        """Whether anything is to be drawn beside the Result."""
        return self.annotate or self.blur_faces or self.explain is not None

    def to_dict(self) -> dict[str, Any]:
        """The options as they stand in a Result; those that are None are left out."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        if self.explain is not None:
            given["explain"] = list(self.explain)
        return {n: v for n, v in given.items() if v or n not in DRAWINGS}
