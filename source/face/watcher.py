"""A watcher: is fed pictures, from a file or a camera, and reads every face in them."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from source.core import notes
from source.core.emotions import Emotion
from source.core.result import Box, FaceSegment
from source.face import expression, motion, quality
from source.face.align import align, square
from source.face.blaze import Found
from source.face.closely import Closely
from source.face.detect import lent
from source.face.follow import Follower
from source.face.measures import measures
from source.face.people import Clip, Seen, Sighting, motions, people, sum_up
from source.face.pyramid import Pyramid
from source.face.tracks import Tracks, looks
from source.face.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from source.runtime.model import Model

CLIP_SIDE = 64
"""Side of the colour crops for telling people apart and for the clip network, in pixels."""

_BATCH = 8


@dataclass(frozen=True)
class Models:
    """The networks that read faces.

    Attributes
    ----------
    face : Model
        A model of the sense ``face``.
    clip : Model, optional
        A model of the sense ``clip``; fills `Person.motion` of videos. One that reads what
        the face network says must fit it (`motion.fits`).
    whole : Whole, optional
        Says whether something covers a face; without it no face is called covered.
    """

    face: "Model"
    clip: "Model | None" = None
    whole: Whole | None = None


@dataclass(frozen=True)
class Gate:
    """Which faces vote; see `source.face.quality`."""

    min_face: int = 24
    max_blur: float = 0.9
    min_light: float = 0.08


class Watcher:
    """Finds, follows, judges and reads faces as the pictures come in; to be used in a ``with``.

    Fed at once or picture by picture, it gives the same answer, bit for bit.

    Parameters
    ----------
    models : Models
    gate : Gate
    still : bool
        Whether it is shown a single picture, which is looked at with patience.
    width : int, optional
        Of the pictures before they were scaled down, in pixels: sizes of faces are told in these.
    """

    def __init__(
        self,
        models: Models,
        *,
        gate: Gate = Gate(),
        still: bool = False,
        width: int | None = None,
    ) -> None:
        import cv2

        cv2.setNumThreads(1)  # crops are small: handing them to threads costs more than it saves
        self._models, self._gate, self._still, self._width = models, gate, still, width
        self._clip = None if still else models.clip
        self._reads = motion.reads(self._clip) if self._clip is not None else motion.ROWS
        self._clips: dict[int, Clip] = {}
        self._tracks = Tracks()
        self._sightings: list[Sighting] = []
        self._looked: list[float] = []
        self._damaged = False
        self._open = ExitStack()

    def __enter__(self) -> "Watcher":
        detector = self._open.enter_context(lent())
        self._expressions = self._open.enter_context(
            Expressions(self._models.face, several=self._still)
        )
        self._follower = Follower(detector)
        self._closely = Closely(detector, self._models.whole)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, trace)

    @property
    def faces(self) -> int:
        """How many faces were found, each picture counted."""
        return len(self._sightings)

    def look(self, picture: np.ndarray, time: float, *, damaged: bool = False) -> None:
        """Take in the next picture.

        Parameters
        ----------
        picture : np.ndarray [shape=(h, w, 3), dtype=uint8]
            RGB, upright.
        time : float
            Seconds; rises from call to call.
        damaged : bool
            Whether a part of the picture could not be decoded.
        """
        self._looked.append(time)
        self._damaged = self._damaged or damaged
        image = Pyramid(picture)
        faces = self._follower.still(image) if self._still else self._follower.next(time, image)
        colour = [align(image, face.landmarks, size=CLIP_SIDE) for face in faces]
        numbers = self._tracks.update(
            time, faces, [looks(crop) for crop in colour], cut=self._follower.changes
        )
        for face, number, moving in zip(faces, numbers, colour, strict=True):
            self._read(image, face, number, moving, time, damaged=damaged)

    def so_far(self) -> list[tuple[int, FaceSegment]]:
        """The faces of the last picture, each with the number of its track, from 0.

        Waits until they are read.
        """
        self._expressions.wait()
        last = self._looked[-1] if self._looked else None
        return [
            (s.track, FaceSegment(round(s.time, 3), s.box, s.quality, s.emotion))
            for s in self._sightings
            if s.time == last
        ]

    def finish(
        self, *, step: float | None, shown: "Sequence[tuple[float, float]]" = ((0.0, np.inf),)
    ) -> Seen:
        """The result for everything that was fed; nothing can be fed after this.

        Parameters
        ----------
        step : float or None
            Seconds between two pictures that were asked for; None for a still picture.
        shown : sequence of (float, float)
            The stretches of time in which there are pictures; sorted.
        """
        self._expressions.wait()
        owners = people(self._tracks, len(self._looked))
        # After the last face was read: some clip networks read what was said of them.
        moves = motions(self._clips, self._sightings, owners, self._clip)
        summary = sum_up(
            self._sightings,
            owners,
            moves,
            looked=self._looked,
            step=step,
            shown=shown,
            threshold=self._models.face.card.threshold,
        )
        if self._damaged:
            what = "the picture" if self._still else "the video"
            summary = replace(summary, notes=(*summary.notes, notes.damaged(what)))
        return summary

    def _read(
        self,
        image: Pyramid,
        face: Found,
        number: int,
        moving: np.ndarray,
        time: float,
        *,
        damaged: bool,
    ) -> None:
        """Check one face, and read it if it is good enough."""
        crop = expression.crop(image, face.landmarks)
        pose, doubt = self._closely(image, face, crop, time=time, track=number, damaged=damaged)
        full = self._width / image.width if self._width else 1.0
        judged = quality.judge(
            crop,
            size=face.side * full,
            **vars(self._gate),
            pose=pose,
            doubt=doubt,
            score=face.score,
        )
        sighting = Sighting(time, number, _box(face, image), judged)
        self._sightings.append(sighting)
        if judged.refused is not None:
            return
        self._expressions.add(sighting, crop)
        if self._reads != motion.ROWS:
            if self._reads == motion.BOXES:
                moving = square(image, face.box, size=CLIP_SIDE)
            self._clips.setdefault(number, Clip()).keep(time, moving, trusted=sighting.trusted)


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

    def wait(self) -> None:
        """Read what waits, however little, and wait until all is read."""
        self.last()
        for future in self._under_way:
            future.result()
        self._under_way = []

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
        for (sighting, crop), scores, embedding in zip(
            waiting, posteriors, embeddings, strict=True
        ):
            named = {name: float(p) for name, p in zip(card.labels, scores, strict=True)}
            sighting.emotion = Emotion.from_scores(
                named, threshold=card.threshold, trusted=sighting.trusted
            )
            sighting.embedding, sighting.measures = embedding, measures(crop)


def _box(face: Found, image: Pyramid) -> Box:
    """The box in fractions of the picture, cut at its edges."""
    size = np.array([image.width, image.height] * 2, np.float64)
    left, top, right, bottom = (float(n) for n in np.clip(face.box / size, 0.0, 1.0))
    return round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)
