"""Faces that are turned, small, dark, partly hidden, close up or many: each once, at its place.

Heads are cut out of pictures and put where a test wants them, so that where the eyes are is known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import pytest

from source.face.blaze import Found
from source.face.follow import Follower
from tests.making.people import portrait

MADE = ("anna happy", "anna sad", "dan angry", "dan sad")
REAL = (
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


Heads = Mapping[str, Cut]


def heads_of(names: Sequence[str], load: Callable[[str], np.ndarray], detector) -> Heads:
    found = {}
    for name in names:
        image = load(name)
        face = max(detector.still(image), key=lambda f: f.side)
        middle = (face.box[:2] + face.box[2:]) / 2
        left, top = np.maximum(middle - face.side, 0).astype(int)
        right, bottom = (middle + face.side).astype(int)
        scale = FACE / face.side
        head = cv2.resize(image[top:bottom, left:right], None, fx=scale, fy=scale)
        found[name] = Cut(head, (face.landmarks[:2] - (left, top)) * scale)
    return found


@pytest.fixture(scope="module")
def made(detector) -> Heads:
    return heads_of(MADE, portrait, detector)


@pytest.fixture(scope="module")
def real(photo, detector) -> Heads:
    return heads_of(REAL, photo, detector)


def room() -> np.ndarray:
    """A wall of soft blotches."""
    blotches = np.random.default_rng(2).integers(60, 190, (9, 16, 3)).astype(np.uint8)
    return cv2.resize(blotches, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


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


# --- one head: its picture, where its eyes are, and whether a film may begin with it -------------


def tilted(head: Cut, turn: int):
    image = room()
    return image, put(image, head, (700, 360), turn=turn), False


def small(head: Cut, share: float):
    image = room()
    return image, put(image, head, (400, 300), scale=share * WIDTH / FACE), True


def dark(head: Cut, light: float):
    image = room()
    eyes = put(image, head, (700, 360))
    return (image * light).astype(np.uint8), eyes, True


def hidden(head: Cut, part: str):
    covered, third = head.image.copy(), FACE // 3
    left, top = np.maximum(head.eyes.mean(axis=0) - (FACE / 2, 0.4 * FACE), 0).astype(int)
    place = {
        "brow": np.s_[top : top + third, left : left + FACE],
        "mouth": np.s_[top + 2 * third : top + FACE, left : left + FACE],
        "left": np.s_[top : top + FACE, left : left + third],
        "right": np.s_[top : top + FACE, left + 2 * third : left + FACE],
    }[part]
    covered[place] = (90, 140, 170)
    image = room()
    return image, put(image, Cut(covered, head.eyes), (700, 360)), False


def close_up(head: Cut, times: int):
    left, top = np.maximum(head.eyes.mean(axis=0) - (0.5 * FACE, 0.5 * FACE), 0).astype(int)
    close = head.image[top : top + round(1.1 * FACE), left : left + FACE]
    image = cv2.resize(close, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    return image, (head.eyes - (left, top)) * times, True


def portrait_film(head: Cut, middle: int):
    image = np.full((WIDTH, HEIGHT, 3), 100, np.uint8)
    return image, put(image, head, (360, middle)), True


HARDSHIPS = [
    *((tilted, turn) for turn in (-45, -30, -15, 15, 30, 45)),
    *((small, share) for share in (0.03, 0.05, 0.1)),
    *((dark, light) for light in (0.3, 0.12, 0.06)),
    *((hidden, part) for part in ("brow", "mouth", "left", "right")),
    (close_up, 4),
    (portrait_film, 500),
]


def found_once(detector, head: Cut, change, value) -> None:
    image, eyes, in_films = change(head, value)
    check(detector.still(image), eyes)
    if in_films:
        check(first(image), eyes)


@pytest.mark.parametrize(
    ("change", "value"), HARDSHIPS, ids=[f"{c.__name__}-{v}" for c, v in HARDSHIPS]
)
def test_a_head_is_found_however_hard(made: Heads, detector, subtests, change, value) -> None:
    for who, head in made.items():
        with subtests.test(who):
            found_once(detector, head, change, value)


def test_real_heads_are_found_however_hard(real: Heads, detector, subtests) -> None:
    for (name, head), (change, value) in product(real.items(), HARDSHIPS):
        with subtests.test(name, change=change.__name__, value=value):
            found_once(detector, head, change, value)


# --- several heads -------------------------------------------------------------------------------


def all_are_found(detector, heads: Heads, count: int, scale: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    image = room()
    eyes = [
        put(
            image,
            heads[name],
            ((place + 0.5) * WIDTH / count, random.uniform(220, 500)),
            scale=scale * random.uniform(0.85, 1.0),
        )
        for place, name in enumerate(random.choice(sorted(heads), count, replace=False))
    ]

    check(detector.still(image), *eyes)
    check(first(image), *eyes)


GROUPS = list(product((2, 3, 4), (0.25, 0.6), range(3)))


@pytest.mark.parametrize(("count", "scale", "seed"), GROUPS)
def test_several_people(made: Heads, detector, count: int, scale: float, seed: int) -> None:
    all_are_found(detector, made, count, scale, seed)


def test_several_real_people(real: Heads, detector, subtests) -> None:
    for count, scale, seed in GROUPS:
        with subtests.test(count=count, scale=scale, seed=seed):
            all_are_found(detector, real, count, scale, seed)
