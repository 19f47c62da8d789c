"""Pictures of where the face network looked: heat over the whole picture and over each face."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from source import media
from source.core.result import FaceSegment, Result
from source.drawing.brush import Pixels
from source.drawing.hide import covered
from source.drawing.picture import seen_by, write_picture
from source.drawing.sheet import Face, composed, corners, whole_picture

if TYPE_CHECKING:
    from source.face.gradcam import Looked
    from source.media import Recording

MOST_FACES, MOST_MOMENTS = 4, 6
"""Faces on one picture, moments of one film."""


def explain(
    paths: Sequence[Path],
    result: Result,
    place: Path,
    *,
    times: Sequence[float] = (),
    blur_faces: bool = False,
    models: Path,
    limits: "media.Limits | None" = None,
) -> list[Path]:
    """Draw where the network looked (Grad-CAM) in a picture, or in moments of a film.

    Parameters
    ----------
    paths : sequence of Path
        The files of the Result, in any order.
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
    limits : Limits, optional
        What recordings are held to.

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
    """
    recording = seen_by(paths, result, limits)
    wanted = moments(result, times)
    if recording is None or not wanted:
        return []
    from source.face.gradcam import Looked

    still = recording.kind == "image"
    looked = Looked(models / "face" / result.models["face"].name, several=still)
    written = []
    for time, image in _pictures(recording, result, wanted):
        named = place if still else place.with_name(f"{place.name}_{time:g}")
        shown = covered(image, result, time) if blur_faces else image
        sheet = _sheet(image, shown, _faces(result, time), looked)
        if sheet is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            written.append(write_picture(sheet, named))
    return written


def moments(result: Result, times: Sequence[float] = ()) -> list[float]:
    """The moments that are shown: those read nearest to `times`, else each person's clearest."""
    read = [
        (s, p) for p in (result.face.people if result.face else ()) for s in p.segments if s.emotion
    ]
    if not read:
        return []
    if result.source.kind == "image":
        return [0.0]
    if times:
        known = np.array(sorted({s.time for s, _ in read}))
        chosen = {float(known[np.abs(known - t).argmin()]) for t in times}
    else:
        best: dict[int, FaceSegment] = {}
        for seen, person in read:
            before = best.get(person.id)
            if before is None or _score(seen) > _score(before):
                best[person.id] = seen
        chosen = {s.time for s in best.values()}
    return sorted(chosen)[:MOST_MOMENTS]


def _score(seen: FaceSegment) -> float:
    return seen.emotion.score if seen.emotion else 0.0


def _faces(result: Result, time: float) -> list[tuple[int, FaceSegment]]:
    """The faces read at a time, the largest first."""
    found = [
        (p.id, s)
        for p in (result.face.people if result.face else ())
        for s in p.segments
        if s.emotion is not None and (s.time == time or result.source.kind == "image")
    ]
    return sorted(found, key=lambda f: -f[1].quality.size)[:MOST_FACES]


def _pictures(
    recording: "Recording", result: Result, times: Sequence[float]
) -> Iterator[tuple[float, Pixels]]:
    """The pictures that were read at those times: found as the analysis found them."""
    options = result.options
    from source.face.watch import MAX_SIDE

    still = recording.kind == "image"
    left = set(times)
    for picture in media.pictures(
        recording,
        fps=options.get("fps", 4.0),
        max_frames=options.get("max_frames"),
        seconds=options.get("seconds"),
        max_side=None if still else MAX_SIDE,
    ):
        time = round(picture.time, 3)
        if still or time in left:
            left.discard(time)
            yield time, picture.image
        if not left:
            return


def _sheet(
    image: Pixels, copy: Pixels, faces: list[tuple[int, FaceSegment]], looked: "Looked"
) -> Pixels | None:
    """The `copy` of a picture with heat over its faces, and each face large beside it."""
    import cv2

    from source.face import expression
    from source.face.align import align, matrix
    from source.face.blaze import overlap
    from source.face.detect import Detector

    found = Detector().still(image)
    shown: list[Face] = []
    heat = np.zeros(image.shape[:2], np.float32)
    for number, seen in faces:
        box = corners(seen, image)
        face = max(found, key=lambda f: overlap(f.box, box), default=None)
        if face is None or seen.emotion is None or overlap(face.box, box) < 0.3:
            continue
        crop = expression.crop(image, face.landmarks)
        spoke = looked(crop, seen.emotion.label)
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
        shown.append((number, seen, align(copy, face.landmarks, size=side), smooth))
    if not shown:
        return None
    whole = whole_picture(copy, heat, shown)
    return composed(whole, shown)
