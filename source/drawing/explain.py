"""Pictures of where the face network looked: heat over the whole picture and over each face."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from source import media
from source.core.result import FaceSegment, Result
from source.drawing import brush
from source.drawing.annotate import enlarged, seen_by, write_picture
from source.drawing.brush import DARK, MUTED, WHITE, Pixels
from source.drawing.overlay import letters
from source.views.palette import colour, on
from source.views.units import short_percent

if TYPE_CHECKING:
    from source.media import Recording

MOST_FACES, MOST_MOMENTS = 4, 6
"""Faces on one picture, moments of one film."""

SHOWN = 1280
"""Longest side of the whole picture as it is shown, in pixels."""


def explain(
    paths: Sequence[Path],
    result: Result,
    place: Path,
    *,
    times: Sequence[float] = (),
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

    looked = Looked(models / "face" / result.models["face"].name)
    written = []
    for time, image in _pictures(recording, result, wanted):
        named = place if recording.kind == "image" else place.with_name(f"{place.name}_{time:g}")
        sheet = _sheet(image, _faces(result, time), looked)
        if sheet is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            written.append(write_picture(sheet, named))
    return written


def moments(result: Result, times: Sequence[float] = ()) -> list[float]:
    """The moments that are shown: those read nearest to `times`, else each person's clearest."""
    read = [(s, p) for p in (result.face.people if result.face else ()) for s in p.segments
            if s.emotion]
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


def _sheet(image: Pixels, faces: list[tuple[int, FaceSegment]], looked) -> Pixels | None:  # type: ignore[no-untyped-def]
    """The whole picture with heat over its faces, and each face large beside it."""
    import cv2

    from source.face import expression
    from source.face.align import align, matrix
    from source.face.blaze import overlap
    from source.face.detect import Detector

    found = Detector().still(image)
    shown: list[tuple[int, FaceSegment, Pixels, np.ndarray]] = []
    heat = np.zeros(image.shape[:2], np.float32)
    for number, seen in faces:
        box = _corners(seen, image)
        face = max(found, key=lambda f: overlap(f.box, box), default=None)
        if face is None or seen.emotion is None or overlap(face.box, box) < 0.3:
            continue
        crop = expression.crop(image, face.landmarks)
        spoke = looked(crop, seen.emotion.label)
        side = 288
        smooth = np.clip(cv2.resize(spoke, (side, side), interpolation=cv2.INTER_CUBIC), 0, 1)
        place = matrix(face.landmarks, size=side)
        back = cv2.warpAffine(
            smooth, place, (image.shape[1], image.shape[0]),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        )
        heat = np.maximum(heat, back)
        shown.append((number, seen, align(image, face.landmarks, size=side), smooth))
    if not shown:
        return None
    whole = _whole(image, heat, shown)
    return _composed(whole, shown)


def _corners(seen: FaceSegment, image: Pixels) -> np.ndarray:
    height, width = image.shape[:2]
    left, top, wide, high = seen.box
    return np.array([left * width, top * height, (left + wide) * width, (top + high) * height])


def _warm(image: Pixels, heat: np.ndarray) -> Pixels:
    """A picture in grey with heat over it: the hotter, the more of the colour."""
    import cv2

    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None].repeat(3, axis=2)
    base = (0.55 * image + 0.45 * grey).astype(np.float32)
    ramp = cv2.applyColorMap((heat * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    share = (0.78 * np.clip(heat, 0, 1) ** 0.8)[..., None]
    return np.asarray(base * (1 - share) + ramp * share, np.uint8)


def _whole(
    image: Pixels, heat: np.ndarray, shown: list[tuple[int, FaceSegment, Pixels, np.ndarray]]
) -> Pixels:
    """The picture in the size it is shown in, heat over it, faces numbered."""
    import cv2

    warm = enlarged(_warm(image, heat))
    scale = min(1.0, SHOWN / max(warm.shape[:2]))
    if scale < 1.0:
        size = (round(warm.shape[1] * scale), round(warm.shape[0] * scale))
        warm = np.asarray(cv2.resize(warm, size, interpolation=cv2.INTER_AREA), np.uint8)
    size = letters(warm)
    for number, seen, _, _ in shown:
        assert seen.emotion is not None
        left, top, right, bottom = (round(float(n)) for n in _corners(seen, warm))
        ink = brush.rgb(colour(seen.emotion.label))
        line = max(2, size // 7)
        mask = brush.frame(right - left, bottom - top, size // 2, line,
                           dashed=not seen.emotion.certain)
        brush.paint(warm, mask, left, top, ink)
        text = str(number)
        height = brush.pill_size(text, size)[1]
        brush.pill(warm, text, left=left, top=max(0, top - height - 2), size=size,
                   fill=ink, ink=brush.rgb(on(seen.emotion.label)))
    return warm


def _composed(
    whole: Pixels, shown: list[tuple[int, FaceSegment, Pixels, np.ndarray]]
) -> Pixels:
    """Whole picture above, a row for each face below: face, heat, and what it reads as."""
    width = max(960, whole.shape[1])
    side, gap = 224, 24
    size = 19
    foot = 64
    columns = 2 if width >= 1200 and len(shown) > 1 else 1
    rows = -(-len(shown) // columns)
    height = whole.shape[0] + rows * (side + gap) + gap + foot
    sheet = np.full((height, width, 3), DARK, np.uint8)
    left = (width - whole.shape[1]) // 2
    sheet[: whole.shape[0], left : left + whole.shape[1]] = whole
    for index, (number, seen, crop, heat) in enumerate(shown):
        x = gap + (index % columns) * (width // columns)
        y = whole.shape[0] + gap + (index // columns) * (side + gap)
        _face(sheet, x, y, side, number, seen, crop, heat, size)
    text = "Bright is what spoke for the emotion named: an estimate, as coarse as the network sees."
    brush.paint(sheet, brush.words(text, 16, 400), gap, height - foot + 12, MUTED)
    return sheet


def _face(
    sheet: Pixels, x: int, y: int, side: int, number: int, seen: FaceSegment, crop: Pixels,
    heat: np.ndarray, size: int,
) -> None:
    import cv2

    assert seen.emotion is not None
    said = seen.emotion
    for offset, part in ((0, crop), (side + 12, _warm(crop, heat))):
        small = cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA)
        area = sheet[y : y + side, x + offset : x + offset + side]
        mask = brush.rounded(side, side, 14)[..., None] / 255.0
        area[:] = (small * mask + area * (1 - mask)).astype(np.uint8)
    left = x + 2 * side + 12 + 24
    sure = "" if said.certain else ", not sure"
    text = f"{number}  {said.label} {short_percent(said.score)}{sure}"
    brush.pill(sheet, text, left=left, top=y, size=size,
               fill=brush.rgb(colour(said.label)), ink=brush.rgb(on(said.label)))
    top = y + 52
    for name in sorted(said.scores, key=lambda e: -said.scores[e])[:5]:
        ink = WHITE if name == said.label else MUTED
        brush.paint(sheet, brush.words(name, 15, 500), left, top, ink)
        brush.paint(sheet, brush.rounded(96, 8, 4, 60), left + 92, top + 7, WHITE)
        filled = max(8, round(96 * said.scores[name]))
        brush.paint(sheet, brush.rounded(filled, 8, 4), left + 92, top + 7,
                    brush.rgb(colour(name)))
        brush.paint(sheet, brush.words(short_percent(said.scores[name]), 15, 500),
                    left + 200, top, ink)
        top += 32
