"""Small, dark and blurred faces do not vote, and say why."""

import cv2
import numpy as np
import pytest

from source.face import expression
from source.face.quality import blur, judge

GATE = {"min_face": 24, "max_blur": 0.9, "min_light": 0.08}


@pytest.fixture
def sharp(picture, detector) -> np.ndarray:
    image = picture("face_clear.jpg")
    (face,) = detector.still(image)
    return expression.crop(image, face.landmarks)


def test_a_good_face_votes(sharp: np.ndarray) -> None:
    judged = judge(sharp, size=209.4, **GATE)

    assert judged.refused is None
    assert judged.size == 209
    assert judged.blur < 0.5
    assert 0.3 < judged.light < 0.7


@pytest.mark.parametrize(
    ("change", "size", "reason"),
    [
        pytest.param(lambda c: c, 20, "small", id="small"),
        pytest.param(lambda c: cv2.GaussianBlur(c, (0, 0), 4), 200, "blurred", id="blurred"),
        pytest.param(lambda c: (c * 0.1).astype(np.uint8), 200, "dark", id="dark"),
        pytest.param(
            lambda c: cv2.GaussianBlur((c * 0.1).astype(np.uint8), (0, 0), 4),
            200,
            "dark",
            id="dark-is-said-before-blurred",
        ),
    ],
)
def test_a_poor_face_says_why(sharp: np.ndarray, change, size: float, reason: str) -> None:
    assert judge(change(sharp), size=size, **GATE).refused == reason


def test_blur_rises_with_blurring_and_not_with_contrast(sharp: np.ndarray) -> None:
    rising = [blur(cv2.GaussianBlur(sharp, (0, 0), s)) for s in (0.5, 1, 2, 4)]

    assert rising == sorted(rising)
    pale = (90 + sharp * 0.3).astype(np.uint8)
    assert blur(pale) == pytest.approx(blur(sharp), abs=0.12)
