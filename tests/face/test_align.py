"""Faces come out upright, level and in their place."""

import numpy as np
import pytest

from source.face.align import EYE_LEFT, EYE_LINE, align, matrix, square
from tests.making.people import portrait


def mapped(place: np.ndarray, points: np.ndarray) -> np.ndarray:
    return points @ place[:, :2].T + place[:, 2]


@pytest.mark.parametrize("degrees", [-60, -20, 0, 20, 90, 170])
@pytest.mark.parametrize("size", [48, 64])
def test_eyes_come_to_their_places(degrees: float, size: int) -> None:
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    marks = np.array([[-20.0, 0.0], [20.0, 0.0], [0.0, 20.0], [0.0, 42.0]]) @ turn.T + (300, 200)

    eyes = mapped(matrix(marks, size=size), marks)[:2]

    expected = [[EYE_LEFT * size - 0.5, EYE_LINE * size - 0.5]]
    expected += [[(1 - EYE_LEFT) * size - 0.5, EYE_LINE * size - 0.5]]
    assert np.allclose(eyes, expected)


def test_a_turned_face_keeps_its_scale() -> None:
    ahead = np.array([[-20.0, 0], [20, 0], [0, 20], [0, 42]])
    turned = np.array([[-7.0, 0], [7, 0], [4, 20], [2, 42]])

    scales = [np.hypot(*matrix(marks, size=48)[0, :2]) for marks in (ahead, turned)]

    assert scales[1] < 1.3 * scales[0]  # by its eyes alone it would be nearly three times as large


def test_eyes_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="same place"):
        matrix(np.zeros((6, 2)), size=48)


@pytest.mark.parametrize("grey", [True, False])
def test_a_crop_has_the_shape_asked_for(grey: bool) -> None:
    image = np.full((100, 120, 3), 77, np.uint8)
    crop = align(image, np.array([[10.0, 10.0], [30.0, 12.0]]), size=48, grey=grey)

    assert crop.shape == ((48, 48) if grey else (48, 48, 3))
    assert (crop == 77).all()  # the edge is repeated, no black corner


def test_large_faces_are_averaged_down() -> None:
    image = np.zeros((1600, 1600, 3), np.uint8)
    image[::2] = 255  # stripes finer than a pixel of the crop

    crop = align(image, np.array([[650.0, 700.0], [950.0, 700.0]]), size=48, grey=True)

    assert crop.std() < 20


def test_one_face_at_any_turn_gives_one_crop(detector) -> None:
    import cv2

    image = portrait("dan sad")
    height, width = image.shape[:2]
    crops = []
    for degrees in (0, -15, 15, 25):
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        turned = cv2.warpAffine(image, turn, (width, height))
        (face,) = detector.still(turned)
        crops.append(align(turned, face.landmarks, size=48, grey=True).astype(float).ravel())

    likeness = np.corrcoef(crops)[0]

    assert likeness.min() > 0.9


def test_a_square_is_the_box_as_it_stands() -> None:
    image = np.zeros((200, 300, 3), np.uint8)
    image[40:120, 100:180] = 200
    crop = square(image, np.array([100.0, 40.0, 180.0, 120.0]), size=64)

    assert crop.shape == (64, 64, 3)
    assert crop[2:-2, 2:-2].min() > 190


def test_a_square_over_the_edge_repeats_it() -> None:
    image = np.full((100, 100, 3), 90, np.uint8)

    assert (square(image, np.array([-40.0, -40.0, 60.0, 60.0]), size=64) == 90).all()
