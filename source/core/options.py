"""What a caller may ask of one analysis."""

from dataclasses import dataclass
from typing import Any

from source.core.errors import UnknownOption

ANALYSES = ("auto", "audio", "image", "video", "combined")
"""Kinds of analysis. `auto` takes the one that fits the recording."""

DRAWINGS = ("annotate", "blur_faces")
"""What is drawn beside the Result and changes nothing in it: left out of it where not asked."""


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
        if not 0.1 <= self.fps <= 60:
            raise UnknownOption("frame rate", self.fps, ["0.1 to 60 pictures a second"])
        if self.max_frames is not None and self.max_frames < 1:
            raise UnknownOption("frame limit", self.max_frames, ["a whole number of 1 or more"])
        if self.seconds is not None and not self.seconds > 0:
            raise UnknownOption("length", self.seconds, ["a number of seconds above 0"])
        if self.min_face < 0:
            raise UnknownOption("smallest face", self.min_face, ["pixels, 0 or more"])
        for name, share in (("largest blur", self.max_blur), ("least light", self.min_light)):
            if not 0 <= share <= 1:
                raise UnknownOption(name, share, ["a number from 0 to 1"])
        if self.explain is not None:
            if not all(0 <= time < 1e6 for time in self.explain):
                raise UnknownOption("moment", self.explain, ["seconds of 0 or more"])
            object.__setattr__(self, "explain", tuple(self.explain))  # JSON has lists alone

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
