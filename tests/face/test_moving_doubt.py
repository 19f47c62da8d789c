"""How a face moves is read no more surely than the face itself."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from source import media
from tests.face.cast import filmed
from tests.face.covers import covers

HAPPY = "clip/mead/happy.mp4"
SAD = "clip/mead/M030_sad_3_001.mp4"
TALK = "media/video/talk_mpeg4_aac.mp4"
WIDE = 320


@pytest.fixture(scope="module")
def frames(shared):
    """Eight pictures of a real film, 320 pixels wide."""

    def load(name: str) -> list[np.ndarray]:
        found = media.pictures(media.probe(shared / name), fps=4.0, max_side=WIDE)
        return [p.image for _, p in zip(range(8), found, strict=False)]

    return load


def squeezed(image: np.ndarray) -> np.ndarray:
    return cv2.resize(image, (image.shape[1] // 2, image.shape[0]))


def negative(image: np.ndarray) -> np.ndarray:
    return 255 - image


def trusted(person) -> float:
    """Share of the pictures of a person that were read in which nothing speaks against it."""
    read = [s for s in person.segments if s.emotion is not None]
    return sum(s.quality.doubt is None for s in read) / len(read)


@pytest.mark.parametrize(
    ("name", "kind"),
    [(HAPPY, "dark glasses"), (HAPPY, "black mask"), (TALK, "dark glasses"), (TALK, "mask")],
)
def test_a_covered_face_does_not_move_surely(
    frames, tmp_path: Path, detector, answer, name, kind
) -> None:
    images = frames(name)
    faces = [max(detector.still(image), key=lambda f: f.side) for image in images]
    covered = [covers(i, f, kind) for i, f in zip(images, faces, strict=True)]

    result = answer(filmed(tmp_path / "film.mp4", covered).path)

    for person in result.face.people:
        assert trusted(person) < 0.5
        assert not person.motion.emotion.certain


def oval(image: np.ndarray, face) -> np.ndarray:
    """A hand's tone over the mouth, in the shape of an egg."""
    image = image.copy()
    (left, top), side = face.box[:2], face.side
    middle = (int(left + 0.5 * side), int(top + 0.78 * side))
    axes = (int(0.45 * side), int(0.22 * side))
    cv2.ellipse(image, middle, axes, 10, 0, 360, (200, 160, 135), -1)
    return image


def hand(image: np.ndarray, face) -> np.ndarray:
    return covers(image, face, "hand")


@pytest.mark.parametrize(
    ("name", "cover"), [(HAPPY, oval), (HAPPY, hand), (TALK, oval), (TALK, hand), (SAD, oval)]
)
def test_a_hand_that_is_seen_now_and_then_is_there_all_along(
    frames, tmp_path: Path, detector, answer, name, cover
) -> None:
    images = frames(name)
    faces = [max(detector.still(image), key=lambda f: f.side) for image in images]
    covered = [cover(i, f) for i, f in zip(images, faces, strict=True)]

    result = answer(filmed(tmp_path / "film.mp4", covered).path)

    assert not result.emotion.certain
    for person in result.face.people:
        assert not person.emotion.certain
        assert person.motion is None or not person.motion.emotion.certain


@pytest.mark.parametrize("change", [squeezed, negative])
@pytest.mark.parametrize("name", [HAPPY, TALK])
def test_a_face_hard_to_tell_does_not_move_surely(
    frames, tmp_path: Path, answer, name, change: Callable[[np.ndarray], np.ndarray]
) -> None:
    result = answer(filmed(tmp_path / "film.mp4", [change(i) for i in frames(name)]).path)

    for person in result.face.people:
        if person.motion is not None and trusted(person) < 0.5:
            assert not person.motion.emotion.certain


def test_a_face_that_can_be_trusted_moves_surely(frames, tmp_path: Path, answer) -> None:
    (person,) = answer(filmed(tmp_path / "film.mp4", frames(HAPPY)).path).face.people

    assert trusted(person) == 1.0
    assert person.motion.emotion.certain
