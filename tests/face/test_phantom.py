"""Beside a face that is sure, a blurred wall is none; a doubtful neighbour still is one."""

import cv2
import numpy as np
import pytest

from tests.face.test_doubt import doubts, sure
from tests.making.people import portrait

FLIPS = {
    "flipped": lambda i: i[::-1],
    "upside down": lambda i: i[::-1, ::-1],
    "flipped, grey": lambda i: np.repeat(i[::-1].mean(axis=2, keepdims=True), 3, axis=2),
    "flipped, soft": lambda i: cv2.GaussianBlur(i[::-1], (0, 0), 1.5),
    "flipped, brighter": lambda i: np.clip(i[::-1] * 1.3, 0, 255),
}


def stays_one(answer, image: np.ndarray, side: int, change: str) -> None:
    size = (side, round(side * image.shape[0] / image.shape[1]))
    image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)

    result = answer(np.ascontiguousarray(FLIPS[change](image).astype(np.uint8)))

    assert doubts(result) == [None]
    assert set(sure(result)) == {"happy"}


@pytest.mark.parametrize("change", FLIPS)
def test_one_woman_stays_one(answer, change: str) -> None:
    stays_one(answer, portrait("anna happy"), 300, change)


def test_one_real_woman_stays_one(photo, answer, subtests) -> None:
    for change in FLIPS:
        for side in (200, 300, 500):
            with subtests.test(change, side=side):
                stays_one(answer, photo("face_happy.jpg"), side, change)


def test_of_real_neighbours_all_stay_and_a_dark_window_is_none(photo, detector, subtests) -> None:
    with subtests.test("a dark window"):
        image = np.ascontiguousarray(photo("face_dark.jpg")[::-1, ::-1])
        assert len(detector.still(image)) == 1
    for name, count in (("dark_party.jpg", 2), ("four_faces.jpg", 4), ("two_people.jpg", 2)):
        for turn in (0, 1):
            with subtests.test(name, turn=turn):
                turned = np.ascontiguousarray(np.rot90(photo(name), turn))
                assert len(detector.still(turned)) == count


@pytest.mark.parametrize("side", [0.6, 0.75])
def test_half_a_face_beside_a_sure_one_stays(detector, side: float) -> None:
    """Somebody half out of the picture is a doubtful face, not a phantom."""
    image = np.full((400, 700, 3), 150, np.uint8)
    image[50:350, 20:320] = portrait("anna happy", 300)
    other = portrait("dan angry", 300)
    wide = int(side * 300)
    image[50:350, 700 - wide :] = other[:, :wide]

    assert len(detector.still(image)) == 2
