"""Watches a recording: shows its pictures to a watcher, and sums up by person."""

import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from source import media
from source.core.errors import Cancelled
from source.core.progress import never
from source.face.people import Seen
from source.face.watcher import Gate, Models, Watcher
from source.face.whole import Whole

if TYPE_CHECKING:
    from source.media import Recording
    from source.runtime.model import Model

MAX_SIDE = 1280
"""Pictures of a video are scaled down so far before faces are looked for, in pixels."""


def watch(
    recording: "Recording",
    *,
    model: "Model",
    clip_model: "Model | None" = None,
    whole: Whole | None = None,
    fps: float = 4.0,
    max_frames: int | None = None,
    start: float = 0.0,
    seconds: float | None = None,
    min_face: int = 24,
    max_blur: float = 0.9,
    min_light: float = 0.08,
    on_progress: Callable[[float, int], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Seen:
    """Find every face of a video or picture and read its expression.

    Parameters
    ----------
    recording : Recording
        A video or an image. Streamed: memory does not grow with its length, apart from the
        segments themselves.
    model : Model
        A model of the sense ``face``.
    clip_model : Model, optional
        A model of the sense ``clip``; fills `Person.motion` of videos. One that reads what
        the face network says must fit it (`motion.fits`).
    whole : Whole, optional
        Says whether something covers a face; without it no face is called covered.
    fps : float
        Pictures of a video read per second.
    max_frames : int, optional
        Most pictures, spread over the whole part.
    start : float
        From this second of the recording on.
    seconds : float, optional
        Up to this second of the recording.
    min_face, max_blur, min_light
        The quality gate; see `source.face.quality`.
    on_progress : callable, optional
        Called with seconds read and faces found so far.
    cancelled : callable
        Asked between pictures.

    Raises
    ------
    Cancelled
        If `cancelled` says so.
    """
    still = recording.kind == "image"
    decoded = media.pictures(
        recording,
        fps=fps,
        max_frames=max_frames,
        start=start,
        seconds=seconds,
        max_side=None if still else MAX_SIDE,
    )
    step = media.step(recording, fps, max_frames, seconds, start=start)
    # Three things go on at once: decoding, finding faces, and reading those that were found.
    with (
        closing(decoded if still else media.ahead(decoded)) as pictures,
        Watcher(
            Models(model, clip_model, whole),
            gate=Gate(min_face, max_blur, min_light),
            still=still,
            width=None if still or recording.video is None else recording.video.width,
        ) as watcher,
    ):
        for picture in pictures:
            if cancelled():
                raise Cancelled
            watcher.look(picture.image, picture.time, damaged=picture.damaged)
            if on_progress is not None:
                on_progress(picture.time, watcher.faces)
        summary = watcher.finish(
            step=None if still else step,
            shown=_shown(recording, step, min(recording.seconds or math.inf, seconds or math.inf)),
        )
    # What the file's own structure shows is noted of the recording already.
    known = [n for n in summary.notes if not (n.code == "damaged" and recording.damaged)]
    return replace(summary, notes=tuple(known))


def _shown(recording: "Recording", step: float, until: float) -> list[tuple[float, float]]:
    """Where there are pictures. Looked up only where a gap could lie between two that are read."""
    spans = media.shown(recording) if step > media.frames.APART else [(0.0, until)]
    return [(start, min(end, until)) for start, end in spans if start < until]
