"""Pictures of where the face network looked: heat over the whole picture and over each face."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from source import media
from source.core.errors import Cancelled
from source.core.part import part
from source.core.progress import never
from source.core.result import FaceSegment, Result
from source.drawing.again import found_again
from source.drawing.brush import Pixels
from source.drawing.hide import covered
from source.drawing.looks import Read, faces_at, moments, not_explained
from source.drawing.picture import write_picture
from source.drawing.sheet import Face, composed, whole_picture

if TYPE_CHECKING:
    from source.face.gradcam import Looked
    from source.media import Recording

__all__ = ["explain", "moments"]


def explain(
    recording: "Recording",
    result: Result,
    place: Path,
    *,
    times: Sequence[float] = (),
    blur_faces: bool = False,
    models: Path,
    say: Callable[[str], None] = lambda _: None,
    cancelled: Callable[[], bool] = never,
) -> list[Path]:
    """Draw where the network looked (Grad-CAM) in a picture, or in moments of a film.

    Parameters
    ----------
    recording : Recording
        The one whose faces the Result describes.
    result : Result
        In the native labels: a network looked for its own classes.
    place : Path
        Where to write, without an ending; of a film each name gets its second (``_1.25``).
    times : sequence of float
        Moments of a film in seconds: the picture read nearest to each. None given: where each
        person's face was read most surely.
    blur_faces : bool
        Hide every face: the heat then lies over a few tones.
    models : Path
        Folder of all models.
    say : callable
        Called with a sentence for each face or moment that is not explained.
    cancelled : callable
        Asked between pictures.

    Returns
    -------
    list of Path
        What was written; empty where no face was read.

    Raises
    ------
    ModelMissing, ModelChanged, Unexplained
        For what is wrong with the face model.
    AverError
        If the recording cannot be read any more.
    Cancelled
        If `cancelled` says so.
    """
    wanted = moments(result, times)
    for sentence in not_explained(result, times, wanted):
        say(sentence)
    if not wanted:
        return []
    from source.face.gradcam import Looked

    still = recording.kind == "image"
    looked = Looked(models / "face" / result.models["face"].name, several=still)
    written = []
    left = set(wanted)
    for time, image in _pictures(recording, result, wanted):
        if cancelled():
            raise Cancelled
        left.discard(time)
        named = place if still else place.with_name(f"{place.name}_{_second(time)}")
        shown = covered(image, result, time) if blur_faces else image
        sheet = _sheet(image, shown, faces_at(result, time, say), looked, say)
        if sheet is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            written.append(write_picture(sheet, named))
    for time in sorted(left):
        say(f"The picture at {_second(time)} s could not be found again, so it is not explained.")
    return written


def _second(time: float) -> str:
    """A time to the millisecond, as short as it can be written."""
    return f"{time:.3f}".rstrip("0").rstrip(".")


def _pictures(
    recording: "Recording", result: Result, times: Sequence[float]
) -> Iterator[tuple[float, Pixels]]:
    """The pictures that were read at those times: found as the analysis found them."""
    options = result.options
    start, end = part(options, recording.seconds)
    from source.face.watch import MAX_SIDE

    still = recording.kind == "image"
    left = set(times)
    for picture in media.pictures(
        recording,
        fps=options.get("fps", 4.0),
        max_frames=options.get("max_frames"),
        start=start,
        seconds=end,
        max_side=None if still else MAX_SIDE,
    ):
        time = round(picture.time, 3)
        if still or time in left:
            left.discard(time)
            yield time, picture.image
        if not left:
            return


def _sheet(
    image: Pixels,
    copy: Pixels,
    faces: list[Read],
    looked: "Looked",
    say: Callable[[str], None],
) -> Pixels | None:
    """The `copy` of a picture with heat over its faces, and each face large beside it."""
    import cv2

    from source.face import expression
    from source.face.align import align, matrix

    shown: list[Face] = []
    heat = np.zeros(image.shape[:2], np.float32)
    for (number, segment), face in zip(faces, found_again(image, faces), strict=True):
        if face is None or segment.emotion is None:
            say(_lost(number, segment))
            continue
        crop = expression.crop(image, face.landmarks)
        spoke = looked(crop, segment.emotion.label)
        side = 288
        smooth = np.clip(cv2.resize(spoke, (side, side), interpolation=cv2.INTER_CUBIC), 0, 1)
        place = matrix(face.landmarks, size=side)
        back = cv2.warpAffine(
            smooth,
            place,
            (image.shape[1], image.shape[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
        heat = np.maximum(heat, back)
        shown.append((number, segment, align(copy, face.landmarks, size=side), smooth))
    if not shown:
        return None
    whole = whole_picture(copy, heat, shown)
    return composed(whole, shown)


def _lost(number: int, segment: FaceSegment) -> str:
    when = f" at {_second(segment.time)} s" if segment.time else ""
    why = "it could not be found again in the picture"
    return f"The face of person {number}{when} is not explained: {why}."
