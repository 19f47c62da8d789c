"""How a face moves is read no more surely than the face itself."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from source import media
from source.face.blaze import Found
from tests.making.covers import covers
from tests.making.films import film
from tests.making.people import acted

HAPPY = "clip/mead/happy.mp4"
SAD = "clip/mead/M030_sad_3_001.mp4"
TALK = "media/video/talk_mpeg4_aac.mp4"
WIDE = 320


@pytest.fixture(scope="module")
def real(shared: Path):
    """Eight pictures of a real film, 320 pixels wide."""

    def load(name: str) -> list[np.ndarray]:
        found = media.pictures(media.probe(shared / name), fps=4.0, max_side=WIDE)
        return [p.image for _, p in zip(range(8), found, strict=False)]

    return load


@pytest.fixture
def read(tmp_path: Path, answer):
    """Analyse a film of pictures."""

    def read(images: Sequence[np.ndarray]):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.mp4"
        return answer(film(path, np.repeat(images, 2, axis=0)))

    return read


def squeezed(image: np.ndarray) -> np.ndarray:
    return cv2.resize(image, (image.shape[1] // 2, image.shape[0]))


def negative(image: np.ndarray) -> np.ndarray:
    return 255 - image


def trusted(person) -> float:
    """Share of the pictures of a person that were read in which nothing speaks against it."""
    read = [s for s in person.segments if s.emotion is not None]
    return sum(s.quality.doubt is None for s in read) / len(read)


Change = Callable[[np.ndarray, Found], np.ndarray]


def changed(detector, images: Sequence[np.ndarray], change: Change) -> list[np.ndarray]:
    """Pictures with the largest face of each changed."""
    faces = [max(detector.still(image), key=lambda f: f.side) for image in images]
    return [change(i, f) for i, f in zip(images, faces, strict=True)]


def moves_unsurely(result) -> None:
    for person in result.face.people:
        assert trusted(person) < 0.5
        assert not person.motion.emotion.certain


def cover(kind: str) -> Change:
    return lambda image, face: covers(image, face, kind)


@pytest.mark.parametrize("kind", ["dark glasses", "black mask", "mask"])
def test_a_covered_face_does_not_move_surely(read, detector, kind: str) -> None:
    moves_unsurely(read(changed(detector, acted("anna"), cover(kind))))


def oval(image: np.ndarray, face) -> np.ndarray:
    """A hand's tone over the mouth, in the shape of an egg."""
    image = image.copy()
    (left, top), side = face.box[:2], face.side
    middle = (int(left + 0.5 * side), int(top + 0.78 * side))
    axes = (int(0.45 * side), int(0.22 * side))
    cv2.ellipse(image, middle, axes, 10, 0, 360, (200, 160, 135), -1)
    return image


def nothing_is_sure(result) -> None:
    assert not result.emotion.certain
    for person in result.face.people:
        assert not person.emotion.certain
        assert person.motion is None or not person.motion.emotion.certain


@pytest.mark.parametrize("change", [oval, cover("hand")], ids=["oval", "hand"])
def test_a_hand_that_is_seen_now_and_then_is_there_all_along(read, detector, change) -> None:
    nothing_is_sure(read(changed(detector, acted("anna"), change)))


def test_a_covered_real_face_does_not_move_surely(real, read, detector, subtests) -> None:
    for name, kind in (
        (HAPPY, "dark glasses"),
        (HAPPY, "black mask"),
        (TALK, "dark glasses"),
        (TALK, "mask"),
    ):
        with subtests.test(name, kind=kind):
            moves_unsurely(read(changed(detector, real(name), cover(kind))))
    for name, what, change in (
        (HAPPY, "oval", oval),
        (HAPPY, "hand", cover("hand")),
        (TALK, "oval", oval),
        (TALK, "hand", cover("hand")),
        (SAD, "oval", oval),
    ):
        with subtests.test(name, what=what):
            nothing_is_sure(read(changed(detector, real(name), change)))


def test_a_real_face_moves_as_surely_as_it_can_be_trusted(real, read, subtests) -> None:
    with subtests.test(HAPPY):
        moves_surely(read(real(HAPPY)))
    for name in (HAPPY, TALK):
        for change in (squeezed, negative):
            with subtests.test(name, change=change.__name__):
                for person in read([change(i) for i in real(name)]).face.people:
                    if person.motion is not None and trusted(person) < 0.5:
                        assert not person.motion.emotion.certain


def moves_surely(result) -> None:
    (person,) = result.face.people
    assert trusted(person) == 1.0
    assert person.motion.emotion.certain


def test_a_face_that_can_be_trusted_moves_surely(read) -> None:
    moves_surely(read(acted("anna")))
