"""A face whose light is lost, burnt out or drowned in black, is not read surely."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from source import media
from source.face.exposure import exposure, is_painted
from tests.face.cast import filmed
from tests.face.test_doubt import doubts, sure


def lit(image: np.ndarray, gain: float, *, more: float = 0.0) -> np.ndarray:
    return np.clip(image.astype(float) * gain + more, 0, 255).astype(np.uint8)


def aside(image: np.ndarray) -> np.ndarray:
    """Burnt out at the right, dark at the left."""
    gain = np.linspace(0.3, 6.0, image.shape[1])[None, :, None]
    return np.clip(image * gain, 0, 255).astype(np.uint8)


LIGHTS = {
    "twice": lambda i: lit(i, 2.0),
    "2.5 times": lambda i: lit(i, 2.5),
    "4 times": lambda i: lit(i, 4.0),
    "3 times, then dimmed": lambda i: lit(lit(i, 3.0), 0.8),
}
DARKS = {
    "drowned": lambda i: lit(i, 2.0, more=-2.0 * float(np.median(i)) - 60.0),
    "black and white": lambda i: lit(i, 8.0, more=-8.0 * float(np.median(i)) + 128.0),
}


@pytest.mark.parametrize("light", LIGHTS.values(), ids=LIGHTS)
@pytest.mark.parametrize("name", ["face_sad.jpg", "face_angry.jpg", "exif8_face.jpg"])
def test_an_overexposed_face_is_not_sure(picture, answer, name: str, light) -> None:
    assert sure(answer(light(picture(name)))) == []


@pytest.mark.parametrize("light", DARKS.values(), ids=DARKS)
@pytest.mark.parametrize("name", ["face_sad.jpg", "face_angry.jpg"])
def test_a_face_that_drowns_in_black_is_not_sure(picture, answer, name: str, light) -> None:
    assert sure(answer(light(picture(name)))) == []


@pytest.mark.parametrize("gain", [3.0, 4.0])
@pytest.mark.parametrize("name", ["clip/mead/M030_sad_3_001.mp4", "clip/mead/happy.mp4"])
def test_an_overexposed_film_is_not_sure(shared, tmp_path: Path, answer, name, gain) -> None:
    found = media.pictures(media.probe(shared / name), fps=4.0, max_side=320)
    images = [lit(p.image, gain) for _, p in zip(range(6), found, strict=False)]

    result = answer(filmed(tmp_path / "film.mp4", images).path)

    assert sure(result) == []
    assert not any(p.motion and p.motion.emotion.certain for p in result.face.people)


def test_a_saved_again_overexposed_photo_is_not_sure(picture, tmp_path: Path, answer) -> None:
    path = tmp_path / "white.jpg"
    image = cv2.cvtColor(lit(picture("face_sad.jpg"), 2.5), cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, 60])

    assert sure(answer(path)) == []


def test_the_reason_is_said(picture, answer) -> None:
    result = answer(lit(picture("face_sad.jpg"), 2.5))

    assert doubts(result) == ["overexposed"]
    told = {note.code: note.text for note in result.notes}
    assert told["faces_in_doubt"] == "1 face was read but not sure: overexposed."


@pytest.mark.parametrize("gain", [0.5, 1.15])
@pytest.mark.parametrize("name", ["face_clear.jpg", "face_angry.jpg"])
def test_a_darker_or_brighter_face_is_read_as_surely(picture, answer, name, gain) -> None:
    result = answer(lit(picture(name), gain))

    assert doubts(result) == [None]
    assert result.emotion.certain


@pytest.mark.parametrize("name", ["face_clear.jpg", "face_angry.jpg"])
def test_light_from_one_side_burns_it_out(picture, detector, answer, name) -> None:
    image = picture(name).copy()
    face = max(detector.still(image), key=lambda f: f.side)
    left, top, right, bottom = np.maximum(face.box, 0).astype(int)
    image[top:bottom, left:right] = aside(image[top:bottom, left:right])

    assert sure(answer(image)) == []


@pytest.mark.parametrize(
    ("crop", "why"),
    [
        (np.tile(np.linspace(60, 200, 48), (48, 1)), None),
        (np.minimum(np.tile(np.linspace(60, 500, 48), (48, 1)), 255), "overexposed"),
        (np.maximum(np.tile(np.linspace(-300, 200, 48), (48, 1)), 0), "underexposed"),
        (np.tile(np.linspace(100, 104, 48), (48, 1)), "faint"),
        (np.full((48, 48), 255), "faint"),
    ],
    ids=["even", "bright", "dark", "pale", "white"],
)
def test_what_is_lost_of_the_light(crop: np.ndarray, why: str | None) -> None:
    assert exposure(crop.astype(np.uint8)) == why


@pytest.mark.parametrize("turn", [0.0, 15.0])
@pytest.mark.parametrize("grey", [20, 120, 240])
def test_a_bar_drawn_over_a_face_shows(grey: int, turn: float) -> None:
    crop = np.random.default_rng(0).normal(120, 40, (48, 48))
    crop = np.clip(cv2.GaussianBlur(crop, (0, 0), 1.0) * 2 - 120, 0, 255).astype(np.uint8)
    assert not is_painted(crop)

    bar = cv2.boxPoints(((24, 19), (44, 8), turn)).astype(np.int32)
    cv2.fillPoly(crop, [bar], grey, cv2.LINE_AA)
    assert is_painted(crop)


@pytest.mark.parametrize("colour", [(15, 15, 15), (120, 90, 80), (200, 30, 30), (240, 240, 240)])
@pytest.mark.parametrize("name", ["face_happy.jpg", "face_clear.jpg", "face_angry.jpg"])
def test_a_face_with_a_bar_over_the_eyes_is_not_sure(
    picture, detector, answer, name, colour
) -> None:
    image = picture(name).copy()
    face = max(detector.still(image), key=lambda f: f.side)
    left, top, right, bottom = face.box.astype(int)
    high = bottom - top
    image[top + high // 4 : top + high * 45 // 100, left:right] = colour

    assert sure(answer(image)) == []
