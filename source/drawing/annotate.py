"""Writes a recording anew with what a Result says drawn over it."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from source import media
from source.core.errors import Cancelled
from source.core.part import part
from source.core.progress import never
from source.core.result import Result
from source.drawing.brush import Pixels
from source.drawing.hide import Hidden, covered
from source.drawing.moments import Moments
from source.drawing.overlay import Overlay
from source.drawing.picture import enlarged, write_picture
from source.drawing.subtitles import Subtitles

if TYPE_CHECKING:
    from source.media import Recording

LOOK_SIDE = 1280
"""Longest side, in pixels, of the pictures in which faces to hide are looked for."""


def annotate(
    recording: "Recording",
    result: Result,
    place: Path,
    *,
    blur_faces: bool = False,
    subtitles: bool = False,
    on_progress: Callable[[float, float | None], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Path:
    """Draw box, person, label, per cent and distribution over a picture or a film.

    Parameters
    ----------
    recording : Recording
        The one whose faces the Result describes.
    result : Result
        What is drawn; in the labels it has.
    place : Path
        Where to write, without an ending: .jpg or .png of a picture, .mp4 (or .webm where
        there is no H.264 encoder) of a film. It is there whole or not at all.
    blur_faces : bool
        Whether to make every face unrecognisable, those that were not read as well.
    subtitles : bool
        Whether to burn in the subtitles; a picture has none.
    on_progress : callable, optional
        Told the second of the film, and how long it is.
    cancelled : callable
        Asked between pictures.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    Cancelled
        If `cancelled` says so.
    AverError
        If the recording cannot be read any more.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    overlay = Overlay(Moments(result))
    if recording.kind == "image":
        return _still(recording, result, place, overlay, blur_faces=blur_faces)
    from source.media.redraw import every_picture, redraw

    whole = part(result.options, recording.seconds)[1]
    seconds = whole if math.isfinite(whole) else None
    passes = 2 if blur_faces else 1

    def report(time: float, done: int) -> None:
        if cancelled():
            raise Cancelled
        if on_progress is not None:
            along = (time + done * whole) / passes if math.isfinite(whole) else time
            on_progress(along, whole if math.isfinite(whole) else None)

    hidden = Hidden(result)
    if blur_faces:
        hidden.look(
            every_picture(recording, seconds=seconds, max_side=LOOK_SIDE),
            on_picture=lambda time: report(time, 0),
        )

    words = Subtitles(result) if subtitles else None

    def draw(image: Pixels, time: float) -> Pixels:
        image = hidden(image, time) if blur_faces else image
        if words is None:
            return overlay(image, time)
        return words(overlay(image, time, free=words.area(image, time)), time)

    return redraw(
        recording,
        place,
        draw,
        seconds=seconds,
        on_progress=lambda time: report(time, passes - 1),
        cancelled=cancelled,
    )


def _still(
    recording: "Recording", result: Result, place: Path, overlay: Overlay, *, blur_faces: bool
) -> Path:
    image = media.image(recording)
    if blur_faces:
        image = covered(image, result, 0.0)
    drawn = overlay(enlarged(image).copy(), 0.0)
    return write_picture(drawn, place, jpeg=recording.format == "JPEG")
