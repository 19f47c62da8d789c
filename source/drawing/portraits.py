"""The face of each person, cut out of the recording at the moment it was read best."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from source.core.progress import never
from source.core.result import FaceSegment, Person, Result
from source.drawing.brush import Pixels
from source.drawing.picture import pictured
from source.media.frames import picture_at

if TYPE_CHECKING:
    from source.media import Recording

SIDE = 128
"""Side of a cut-out in pixels."""

AROUND = 1.5
"""Side of what is cut out, in longer sides of the face's box."""

MOST = 24
"""Most people who get one: those seen longest."""


def clearest(person: Person) -> FaceSegment | None:
    """The face of a person that shows them best; None where none was found.

    One that was read rather than one refused, one that is sure rather than not, then the one
    with the highest score, the larger and the sharper.
    """
    return max(
        person.segments,
        key=lambda face: (
            face.emotion is not None,
            bool(face.emotion and face.emotion.certain),
            round(face.emotion.score, 2) if face.emotion else 0.0,
            face.quality.size * (1.0 - face.quality.blur),
        ),
        default=None,
    )


def portraits(
    recordings: "Sequence[Recording]",
    result: Result,
    place: Path,
    *,
    cancelled: Callable[[], bool] = never,
) -> dict[int, Path]:
    """Write the face of each person as a small JPEG.

    Parameters
    ----------
    recordings : sequence of Recording
    result : Result
    place : Path
        The folder to write to; ``1.jpg`` is person 1.
    cancelled : callable
        Asked between pictures.

    Returns
    -------
    dict of int to Path
        By person; without those whose moment cannot be found again.
    """
    recording = pictured(recordings, result) or next(
        (r for r in recordings if result.face is not None and r.kind == "image"), None
    )
    people = result.face.people if result.face else ()
    longest = sorted(people, key=lambda p: -len(p.segments))[:MOST]
    best = {person.id: face for person in longest if (face := clearest(person))}
    if recording is None or not best:
        return {}
    written = {}
    still = picture_at(recording, 0.0) if recording.kind == "image" else None
    for person, face in best.items():
        if cancelled():
            break
        image = still if still is not None else picture_at(recording, face.time)
        if image is not None:
            written[person] = place / f"{person}.jpg"
            _write(cut_out(image, face.box), written[person])
    return written


def cut_out(image: Pixels, box: tuple[float, float, float, float]) -> Pixels:
    """The square around a box (fractions of the picture), as far as the picture reaches."""
    height, width = image.shape[:2]
    left, top, wide, high = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    side = max(2, min(round(AROUND * max(wide, high)), width, height))
    x = round(min(max(0.0, left + wide / 2 - side / 2), width - side))
    y = round(min(max(0.0, top + high / 2 - side / 2), height - side))
    return image[y : y + side, x : x + side]


def _write(image: Pixels, path: Path) -> None:
    from PIL import Image

    picture = Image.fromarray(image)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    picture.save(path, "JPEG", quality=88)
