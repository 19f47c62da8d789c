"""Faces are found where they are, and nowhere else."""

import numpy as np
import pytest

from source.core.errors import ModelMissing
from source.face import blaze
from source.face.blaze import LAYOUTS, anchors, merge, overlap
from source.face.detect import distinct, tiles
from tests.making.people import portrait


@pytest.mark.parametrize(("name", "count"), [("short", 896), ("full", 2304), ("back", 896)])
def test_every_output_has_its_anchor(name: str, count: int) -> None:
    places = anchors(LAYOUTS[name])

    assert places.shape == (count, 2)
    assert 0.0 < places.min() < places.max() < 1.0


def test_a_missing_package_is_one_sentence(monkeypatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match="BlazeFace"):
        blaze.files()


def test_finds_of_one_face_are_joined(at) -> None:
    joined = merge([at(0, 0, 10, 0.9), at(1, 0, 10, 0.3), at(40, 0, 10, 0.5)])

    assert [f.score for f in joined] == [0.9, 0.5]
    assert joined[0].box[0] == pytest.approx(0.25)


def test_a_face_in_a_face_counts_once(at) -> None:
    kept = distinct([at(0, 0, 100), at(10, 10, 30), at(200, 0, 40)])

    assert [f.box[0] for f in kept] == [0, 200]


@pytest.mark.parametrize("size", [(1000, 800), (500, 3000), (64, 64), (8000, 6000)])
def test_tiles_cover_the_picture(size: tuple[int, int]) -> None:
    width, height = size
    seen = np.zeros((height // 4, width // 4), bool)
    for left, top, right, bottom in tiles(width, height):
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        seen[top // 4 : -(-bottom // 4), left // 4 : -(-right // 4)] = True
    assert seen.all()


@pytest.mark.parametrize("share", [0.05, 0.1, 0.3])
def test_a_face_is_found_however_small(detector, share: float) -> None:
    import cv2

    image = portrait("anna happy")
    canvas = np.full((1080, 1920, 3), 120, np.uint8)
    side = int(1920 * share)
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    canvas[500 : 500 + side, 1200 : 1200 + side] = small

    (face,) = detector.still(canvas)

    whole = np.array([1200, 500, 1200 + side, 500 + side], float)
    assert overlap(face.box, whole) > 0.08
    assert (face.landmarks > whole[:2]).all()
    assert (face.landmarks < whole[2:]).all()


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_no_face(detector, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 255, (300, 400, 3), dtype=np.uint8)

    assert detector.still(noise) == []


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 2, 3), (1, 300, 3), (300, 3, 3)])
def test_the_smallest_pictures_are_no_trouble(detector, shape: tuple[int, int, int]) -> None:
    assert detector.still(np.zeros(shape, np.uint8)) == []
    assert detector.scan(np.zeros(shape, np.uint8)) == []


def test_a_face_is_followed_and_given_up(detector) -> None:
    image = portrait("anna happy")
    (face,) = detector.still(image)
    moved = np.roll(image, (8, 12), axis=(0, 1))

    followed = detector.follow(moved, face)

    assert followed is not None
    moves = (followed.landmarks - face.landmarks).mean(axis=0)
    assert np.allclose(moves, [12, 8], atol=5)
    assert detector.follow(np.full_like(image, 90), face) is None
