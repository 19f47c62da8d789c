"""A picture and its halves."""

import numpy as np
import pytest

from source.face.align import align
from source.face.pyramid import Pyramid
from tests.making.people import portrait


def test_each_level_is_the_mean_of_four() -> None:
    image = np.random.default_rng(0).integers(0, 255, (41, 64, 3), np.uint8)
    half = Pyramid(image).level(1)

    means = image[:40].reshape(20, 2, 32, 2, 3).mean(axis=(1, 3))
    assert half.shape == (20, 32, 3)
    assert np.abs(half - means).max() <= 0.75


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (3, 5), (300, 3)])
def test_the_smallest_pictures_are_no_trouble(shape: tuple[int, int]) -> None:
    pyramid = Pyramid(np.zeros((*shape, 3), np.uint8))

    assert min(pyramid.level(20).shape[:2]) >= 1
    number, level = pyramid.fitting(1e-6)
    assert level is pyramid.level(number)


def test_a_pyramid_is_cut_like_its_picture(detector) -> None:
    image = portrait("anna happy", 256)
    (face,) = detector.still(image)
    crops = [align(p, face.landmarks, size=48) for p in (image, Pyramid(image))]

    assert np.array_equal(*crops)


def test_a_face_lies_at_the_same_place_however_large_it_is_drawn(detector) -> None:
    import cv2

    image = portrait("anna happy", 256)
    (face,) = detector.still(image)
    kept = align(image, face.landmarks, size=48, grey=True).astype(float)
    for times in (2, 3, 4):
        large = cv2.resize(image, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
        marks = (face.landmarks + 0.5) * times - 0.5
        again = align(large, marks, size=48, grey=True).astype(float)
        assert np.abs(again - kept).mean() < 2.0
