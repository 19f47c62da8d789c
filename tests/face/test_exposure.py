"""A face whose light is lost, burnt out or drowned in black, is not read surely."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from source import media
from source.face.exposure import exposure, is_painted
from tests.face.test_doubt import doubts, sure
from tests.making.films import film
from tests.making.people import acted, portrait


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


def lost(image: np.ndarray) -> dict[str, np.ndarray]:
    return {name: light(image) for name, light in {**LIGHTS, **DARKS}.items()}


@pytest.mark.parametrize("light", [*LIGHTS, *DARKS])
@pytest.mark.parametrize("who", ["dan sad", "anna angry"])
def test_a_face_whose_light_is_lost_is_not_sure(answer, who: str, light: str) -> None:
    assert sure(answer(lost(portrait(who))[light])) == []


def test_a_real_face_whose_light_is_lost_is_not_sure(photo, answer, subtests) -> None:
    for name, lights in (
        ("face_sad.jpg", [*LIGHTS, *DARKS]),
        ("face_angry.jpg", [*LIGHTS, *DARKS]),
        ("exif8_face.jpg", LIGHTS),
    ):
        for light in lights:
            with subtests.test(name, light=light):
                assert sure(answer(lost(photo(name))[light])) == []


def no_film_is_sure(answer, path: Path, images: list[np.ndarray]) -> None:
    result = answer(film(path, np.repeat(images, 2, axis=0)))

    assert sure(result) == []
    assert not any(p.motion and p.motion.emotion.certain for p in result.face.people)


@pytest.mark.parametrize("gain", [3.0, 4.0])
def test_an_overexposed_film_is_not_sure(tmp_path: Path, answer, gain: float) -> None:
    no_film_is_sure(answer, tmp_path / "film.mp4", [lit(i, gain) for i in acted("anna", 6)])


def test_an_overexposed_film_of_a_real_face_is_not_sure(shared, tmp_path, answer, subtests):
    for name in ("M030_sad_3_001", "happy"):
        found = media.pictures(
            media.probe(shared / "clip" / "mead" / f"{name}.mp4"), fps=4.0, max_side=320
        )
        images = [picture.image for _, picture in zip(range(6), found, strict=False)]
        for gain in (3.0, 4.0):
            with subtests.test(name, gain=gain):
                path = tmp_path / f"{name}-{gain}.mp4"
                no_film_is_sure(answer, path, [lit(image, gain) for image in images])


def test_a_saved_again_overexposed_photo_is_not_sure(tmp_path: Path, answer) -> None:
    path = tmp_path / "white.jpg"
    image = cv2.cvtColor(lit(portrait("dan sad"), 2.5), cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, 60])

    assert sure(answer(path)) == []


def test_the_reason_is_said(answer) -> None:
    result = answer(lit(portrait("cara neutral"), 2.5))

    assert doubts(result) == ["overexposed"]
    told = {note.code: note.text for note in result.notes}
    assert told["faces_in_doubt"] == "1 face was read but not sure: overexposed."


def is_sure(result) -> None:
    assert doubts(result) == [None]
    assert result.emotion.certain


@pytest.mark.parametrize("gain", [0.5, 1.15])
@pytest.mark.parametrize("who", ["anna happy", "ben angry"])
def test_a_darker_or_brighter_face_is_read_as_surely(answer, who: str, gain: float) -> None:
    is_sure(answer(lit(portrait(who), gain)))


def burnt(detector, image: np.ndarray) -> np.ndarray:
    """A face with light from one side."""
    image = image.copy()
    face = max(detector.still(image), key=lambda f: f.side)
    left, top, right, bottom = np.maximum(face.box, 0).astype(int)
    image[top:bottom, left:right] = aside(image[top:bottom, left:right])
    return image


@pytest.mark.parametrize("who", ["anna happy", "dan angry"])
def test_light_from_one_side_burns_it_out(detector, answer, who: str) -> None:
    assert sure(answer(burnt(detector, portrait(who)))) == []


def test_real_faces_are_as_sure_as_their_light_lets_them(photo, detector, answer, subtests):
    for name in ("face_clear.jpg", "face_angry.jpg"):
        image = photo(name)
        for gain in (0.5, 1.15):
            with subtests.test(name, gain=gain):
                is_sure(answer(lit(image, gain)))
        with subtests.test(name, light="from one side"):
            assert sure(answer(burnt(detector, image))) == []


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


COLOURS = [(15, 15, 15), (120, 90, 80), (200, 30, 30), (240, 240, 240)]


def barred(detector, image: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """A face with a bar over the eyes."""
    image = image.copy()
    face = max(detector.still(image), key=lambda f: f.side)
    left, top, right, bottom = face.box.astype(int)
    high = bottom - top
    image[top + high // 4 : top + high * 45 // 100, left:right] = colour
    return image


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("who", ["anna happy", "dan angry"])
def test_a_face_with_a_bar_over_the_eyes_is_not_sure(detector, answer, who, colour) -> None:
    assert sure(answer(barred(detector, portrait(who), colour))) == []


def test_a_real_face_with_a_bar_over_the_eyes_is_not_sure(photo, detector, answer, subtests):
    for name in ("face_happy.jpg", "face_clear.jpg", "face_angry.jpg"):
        for colour in COLOURS:
            with subtests.test(name, colour=colour):
                assert sure(answer(barred(detector, photo(name), colour))) == []
