"""Faces that are turned, small, dark, partly hidden, close up or many: each once, at its place.

Made from the pictures of the media set, so that where the eyes are is known.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from source.face.blaze import Found
from source.face.follow import Follower

NAMES = (
    "face_clear.jpg",
    "face_angry.jpg",
    "face_sad.jpg",
    "face_smile.jpg",
    "jpg_named.png",
    "face_side45.jpg",
    "face_excited.jpg",
)
WIDTH, HEIGHT, FACE = 1280, 720, 240


@dataclass
class Cut:
    """A head cut out of a picture, its face `FACE` pixels large, and where its eyes are."""

    image: np.ndarray
    eyes: np.ndarray


@pytest.fixture(scope="module")
def heads(picture, detector) -> dict[str, Cut]:
    found = {}
    for name in NAMES:
        image = picture(name)
        face = max(detector.still(image), key=lambda f: f.side)
        middle = (face.box[:2] + face.box[2:]) / 2
        left, top = np.maximum(middle - face.side, 0).astype(int)
        right, bottom = (middle + face.side).astype(int)
        scale = FACE / face.side
        head = cv2.resize(image[top:bottom, left:right], None, fx=scale, fy=scale)
        found[name] = Cut(head, (face.landmarks[:2] - (left, top)) * scale)
    return found


@pytest.fixture(scope="module")
def room(picture) -> np.ndarray:
    return cv2.resize(picture("coffee.png"), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def put(image: np.ndarray, head: Cut, middle, *, scale: float = 1.0, turn: float = 0.0):
    """Draw a head into a picture; where its eyes are now."""
    height, width = head.image.shape[:2]
    place = cv2.getRotationMatrix2D((width / 2, height / 2), turn, scale)
    place[:, 2] += np.array(middle) - (width / 2, height / 2)
    size = image.shape[1::-1]
    # blurred as a camera would before it is made small
    soft = cv2.GaussianBlur(head.image, (0, 0), 0.5 / scale) if scale < 0.7 else head.image
    drawn = cv2.warpAffine(soft, place, size)
    where = cv2.warpAffine(np.full((height, width), 255, np.uint8), place, size) > 127
    image[where] = drawn[where]
    return head.eyes @ place[:, :2].T + place[:, 2]


def check(faces: list[Found], *eyes: np.ndarray) -> None:
    """Each face of `eyes` is found once, its eyes within a third of their distance."""
    assert len(faces) == len(eyes), [f.box.round() for f in faces]
    for pair in eyes:
        distance = max(float(np.hypot(*(pair[1] - pair[0]))), 8.0)
        away = min(float(np.abs(f.landmarks[:2] - pair).max()) for f in faces)
        assert away < 0.35 * distance


def first(image: np.ndarray) -> list[Found]:
    """What is found in a video that begins with this picture."""
    return Follower().next(0.0, image)


@pytest.mark.parametrize("turn", [-45, -30, -15, 15, 30, 45])
@pytest.mark.parametrize("name", NAMES)
def test_tilted(heads, room, detector, name: str, turn: int) -> None:
    image = room.copy()
    eyes = put(image, heads[name], (700, 360), turn=turn)

    check(detector.still(image), eyes)


@pytest.mark.parametrize("share", [0.03, 0.05, 0.1])
@pytest.mark.parametrize("name", NAMES)
def test_small_in_a_wide_shot(heads, room, detector, name: str, share: float) -> None:
    image = room.copy()
    eyes = put(image, heads[name], (400, 300), scale=share * WIDTH / FACE)

    check(detector.still(image), eyes)
    check(first(image), eyes)


@pytest.mark.parametrize("light", [0.3, 0.12, 0.06])
@pytest.mark.parametrize("name", NAMES)
def test_in_the_dark(heads, room, detector, name: str, light: float) -> None:
    image = room.copy()
    eyes = put(image, heads[name], (700, 360))
    dark = (image * light).astype(np.uint8)

    check(detector.still(dark), eyes)
    check(first(dark), eyes)


@pytest.mark.parametrize("part", ["brow", "mouth", "left", "right"])
@pytest.mark.parametrize("name", NAMES)
def test_a_third_is_hidden(heads, room, detector, name: str, part: str) -> None:
    head = heads[name]
    hidden, third = head.image.copy(), FACE // 3
    left, top = np.maximum(head.eyes.mean(axis=0) - (FACE / 2, 0.4 * FACE), 0).astype(int)
    covered = {
        "brow": np.s_[top : top + third, left : left + FACE],
        "mouth": np.s_[top + 2 * third : top + FACE, left : left + FACE],
        "left": np.s_[top : top + FACE, left : left + third],
        "right": np.s_[top : top + FACE, left + 2 * third : left + FACE],
    }
    hidden[covered[part]] = (90, 140, 170)
    image = room.copy()
    eyes = put(image, Cut(hidden, head.eyes), (700, 360))

    check(detector.still(image), eyes)


@pytest.mark.parametrize("name", NAMES)
def test_a_close_up_that_fills_the_picture(heads, detector, name: str) -> None:
    head = heads[name]
    left, top = np.maximum(head.eyes.mean(axis=0) - (0.5 * FACE, 0.5 * FACE), 0).astype(int)
    close = head.image[top : top + round(1.1 * FACE), left : left + FACE]
    image = cv2.resize(close, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    eyes = (head.eyes - (left, top)) * 4

    check(detector.still(image), eyes)
    check(first(image), eyes)


@pytest.mark.parametrize("name", NAMES)
def test_a_portrait_video(heads, name: str) -> None:
    image = np.full((WIDTH, HEIGHT, 3), 100, np.uint8)

    eyes = put(image, heads[name], (360, 500))

    check(first(image), eyes)


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("scale", [0.25, 0.6])
@pytest.mark.parametrize("seed", range(3))
def test_several_people(heads, room, detector, count: int, scale: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    image = room.copy()
    eyes = [
        put(
            image,
            heads[name],
            ((place + 0.5) * WIDTH / count, random.uniform(220, 500)),
            scale=scale * random.uniform(0.85, 1.0),
        )
        for place, name in enumerate(random.choice(NAMES, count, replace=False))
    ]

    check(detector.still(image), *eyes)
    check(first(image), *eyes)
