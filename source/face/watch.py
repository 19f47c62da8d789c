"""Watches a recording: finds, follows, judges and reads every face, and sums up by person."""

import math
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from source import media
from source.core import notes
from source.core.emotions import Emotion
from source.core.errors import Cancelled
from source.core.progress import never
from source.core.result import Box
from source.face import expression, motion, quality
from source.face.align import align, square
from source.face.blaze import Found
from source.face.closely import Closely
from source.face.detect import lent
from source.face.follow import Follower
from source.face.people import Clip, Seen, Sighting, motions, people, sum_up
from source.face.pyramid import Pyramid
from source.face.tracks import Tracks, looks
from source.face.whole import Whole

if TYPE_CHECKING:
    from source.media import Recording
    from source.runtime.model import Model

MAX_SIDE = 1280
"""Pictures of a video are scaled down so far before faces are looked for, in pixels."""

CLIP_SIDE = 64
"""Side of the colour crops that tell people apart and that the clip network takes, in pixels."""

_BATCH = 8


def watch(
    recording: "Recording",
    *,
    model: "Model",
    clip_model: "Model | None" = None,
    whole: Whole | None = None,
    fps: float = 4.0,
    max_frames: int | None = None,
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
        Most pictures, spread over the whole.
    seconds : float, optional
        Only the first so many seconds.
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
    import cv2

    cv2.setNumThreads(1)  # crops are small: handing them to other threads costs more than it saves
    still = recording.kind == "image"
    found = media.pictures(
        recording,
        fps=fps,
        max_frames=max_frames,
        seconds=seconds,
        max_side=None if still else MAX_SIDE,
    )
    clip_model = None if still else clip_model
    reads = motion.reads(clip_model) if clip_model is not None else motion.ROWS
    clips: dict[int, Clip] = {}
    tracks = Tracks()
    sightings: list[Sighting] = []
    looked: list[float] = []
    broken = False
    # Three things go on at once: decoding, finding faces, and reading those that were found.
    with (
        closing(found if still else media.ahead(found)) as pictures,
        lent() as detector,
        Expressions(model, several=still) as expressions,
    ):
        follower, closely = Follower(detector), Closely(detector, whole)
        for picture in pictures:
            if cancelled():
                raise Cancelled
            looked.append(picture.time)
            broken |= picture.damaged
            image = Pyramid(picture.image)
            faces = follower.still(image) if still else follower.next(picture.time, image)
            colour = [align(image, face.landmarks, size=CLIP_SIDE) for face in faces]
            numbers = tracks.update(
                picture.time, faces, [looks(crop) for crop in colour], cut=follower.changes
            )
            full = 1.0 if still or not recording.video else recording.video.width / image.width
            for face, number, moving in zip(faces, numbers, colour, strict=True):
                crop = expression.crop(image, face.landmarks)
                pose, doubt = closely(
                    image, face, crop, time=picture.time, track=number, damaged=picture.damaged
                )
                judged = quality.judge(
                    crop,
                    size=face.side * full,
                    min_face=min_face,
                    max_blur=max_blur,
                    min_light=min_light,
                    pose=pose,
                    doubt=doubt,
                )
                sighting = Sighting(picture.time, number, _box(face, image), judged)
                sightings.append(sighting)
                if judged.refused is None:
                    expressions.add(sighting, crop)
                    if reads != motion.ROWS:
                        if reads == motion.BOXES:
                            moving = square(image, face.box, size=CLIP_SIDE)
                        clips.setdefault(number, Clip()).keep(
                            picture.time, moving, trusted=sighting.trusted
                        )
            if on_progress is not None:
                on_progress(picture.time, len(sightings))
        expressions.last()
        owners = people(tracks, len(looked))
    # After the last face was read: some clip networks read what was said of them.
    moves = motions(clips, sightings, owners, clip_model)
    step = media.step(recording, fps, max_frames, seconds)
    seen = sum_up(
        sightings,
        owners,
        moves,
        looked=looked,
        step=None if still else step,
        shown=_shown(recording, step, min(recording.seconds or math.inf, seconds or math.inf)),
        threshold=model.card.threshold,
    )
    if broken and not recording.damaged:
        what = "the picture" if still else "the film"
        seen = replace(seen, notes=(*seen.notes, notes.damaged(what)))
    return seen


def _shown(recording: "Recording", step: float, until: float) -> list[tuple[float, float]]:
    """Where there are pictures. Looked up only where a gap could lie between two that are read."""
    spans = media.shown(recording) if step > media.frames.APART else [(0.0, until)]
    return [(start, min(end, until)) for start, end in spans if start < until]


class Expressions:
    """Reads faces in a thread of its own, some at a time; all are read when the ``with`` ends.

    Parameters
    ----------
    several : bool
        As `expression.read` takes it.
    """

    def __init__(self, model: "Model", *, several: bool) -> None:
        self._model, self._several = model, several
        self._waiting: list[tuple[Sighting, np.ndarray]] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="expressions")
        self._under_way: list[Future[None]] = []

    def __enter__(self) -> "Expressions":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)
        if kind is None:
            for future in self._under_way:
                future.result()

    def add(self, sighting: Sighting, crop: np.ndarray) -> None:
        """Take in a face to be read."""
        self._waiting.append((sighting, crop))
        if len(self._waiting) >= _BATCH:
            self.last()

    def last(self) -> None:
        """Read what waits, however little."""
        if self._waiting:
            self._under_way.append(self._pool.submit(self._read, self._waiting))
        self._waiting = []

    def _read(self, waiting: list[tuple[Sighting, np.ndarray]]) -> None:
        """Give every waiting sighting its emotion, in one batch."""
        card = self._model.card
        posteriors, embeddings = expression.read(
            np.stack([crop for _, crop in waiting]), self._model, several=self._several
        )
        for (sighting, _), scores, embedding in zip(waiting, posteriors, embeddings, strict=True):
            named = {name: float(p) for name, p in zip(card.labels, scores, strict=True)}
            sighting.emotion = Emotion.from_scores(
                named, threshold=card.threshold, trusted=sighting.trusted
            )
            sighting.embedding = embedding


def _box(face: Found, image: Pyramid) -> Box:
    """The box in fractions of the picture, cut at its edges."""
    size = np.array([image.width, image.height] * 2, np.float64)
    left, top, right, bottom = (float(n) for n in np.clip(face.box / size, 0.0, 1.0))
    return round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)
