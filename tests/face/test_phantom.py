"""Beside a face that is sure, a blurred wall is none; a doubtful neighbour still is one."""

import cv2
import numpy as np
import pytest

from tests.face.test_doubt import doubts, sure

FLIPS = {
    "flipped": lambda i: i[::-1],
    "upside down": lambda i: i[::-1, ::-1],
    "flipped, grey": lambda i: np.repeat(i[::-1].mean(axis=2, keepdims=True), 3, axis=2),
    "flipped, soft": lambda i: cv2.GaussianBlur(i[::-1], (0, 0), 1.5),
    "flipped, brighter": lambda i: np.clip(i[::-1] * 1.3, 0, 255),
}


@pytest.mark.parametrize("side", [200, 300, 500])
@pytest.mark.parametrize("change", FLIPS.values(), ids=FLIPS)
def test_one_woman_stays_one(picture, answer, change, side: int) -> None:
    image = picture("face_happy.jpg")
    size = (side, round(side * image.shape[0] / image.shape[1]))
    image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)

    result = answer(np.ascontiguousarray(change(image).astype(np.uint8)))

    assert doubts(result) == [None]
    assert set(sure(result)) == {"happy"}


def test_a_dark_window_is_no_neighbour(picture, detector) -> None:
    image = np.ascontiguousarray(picture("face_dark.jpg")[::-1, ::-1])

    assert len(detector.still(image)) == 1


@pytest.mark.parametrize(
    ("name", "count"), [("dark_party.jpg", 2), ("four_faces.jpg", 4), ("two_people.jpg", 2)]
)
@pytest.mark.parametrize("turn", [0, 1])
def test_doubtful_neighbours_stay(picture, detector, name: str, count: int, turn: int) -> None:
    assert len(detector.still(np.ascontiguousarray(np.rot90(picture(name), turn)))) == count


@pytest.mark.parametrize("side", [0.6, 0.75])
def test_half_a_face_beside_a_sure_one_stays(picture, detector, side: float) -> None:
    """Somebody half out of the picture is a doubtful face, not a phantom."""
    image = np.full((400, 700, 3), 150, np.uint8)
    image[50:350, 20:320] = cv2.resize(picture("face_smile.jpg"), (300, 300))
    other = cv2.resize(picture("face_angry.jpg")[:250, :250], (300, 300))
    wide = int(side * 300)
    image[50:350, 700 - wide :] = other[:, :wide]

    assert len(detector.still(image)) == 2
