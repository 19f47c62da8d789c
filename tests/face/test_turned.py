"""Faces that lie on their side or stand on their head, with no flag that says so."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from source import media
from source.face.detect import scene_turn
from tests.making.films import film as encoded
from tests.making.people import acted, portrait

ANGLES = (45, 60, 90, 120, 180, 225, 270, 315)


def apart(one: float, other: float) -> float:
    """Degrees between two directions."""
    return abs((one - other + 180.0) % 360.0 - 180.0)


def only(result):
    """The one sighting of a picture with one face."""
    (person,) = result.face.people
    (seen,) = person.segments
    return seen


def reads_as_upright(detector, answer, turned, image: np.ndarray, degrees: int) -> None:
    (face,) = detector.still(image)
    upright = answer(image).emotion
    image, place = turned(image, degrees)

    result = answer(image)

    seen = only(result)
    assert result.emotion.label == upright.label
    assert apart(seen.quality.roll, degrees + face.roll) < 15
    box = np.array([*seen.box[:2], seen.box[0] + seen.box[2], seen.box[1] + seen.box[3]])
    box *= [*image.shape[1::-1]] * 2
    marks = face.landmarks[:4] @ place[:, :2].T + place[:, 2]  # eyes, nose, mouth
    assert (marks > box[:2]).all()
    assert (marks < box[2:]).all()


@pytest.mark.parametrize("degrees", ANGLES)
def test_a_turned_face_reads_as_upright(detector, answer, turned, degrees: int) -> None:
    reads_as_upright(detector, answer, turned, portrait("anna happy"), degrees)


def test_a_turned_real_face_reads_as_upright(
    shared, photo, detector, answer, turned, subtests
) -> None:
    few = (60, 90, 180, 300)
    for name, angles in (
        ("face_sad.jpg", ANGLES),
        ("face_angry.jpg", few),
        ("exif8_face.jpg", few),
    ):
        for degrees in angles:
            with subtests.test(name, degrees=degrees):
                reads_as_upright(detector, answer, turned, photo(name), degrees)
    with subtests.test("a sideways picture that was reported"):
        result = answer(shared / "reports" / "sideways_no_flag.jpg")
        roll = only(result).quality.roll
        assert result.emotion.label == "sad"
        assert apart(roll, 90 if roll > 0 else -90) < 15


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_one_of_a_group_is_turned(detector, degrees: int) -> None:
    people = (("anna happy", 0), ("ben angry", degrees), ("dan happy", 0))
    image = np.full((500, 1100, 3), 120, np.uint8)
    for number, (who, turn) in enumerate(people):
        head = np.rot90(portrait(who, 300), -turn // 90)
        image[100:400, 50 + 350 * number : 350 + 350 * number] = head

    found = detector.still(image)

    assert len(found) == 3
    pairs = zip(found, people, strict=True)
    assert all(apart(face.roll, turn) < 20 for face, (_, turn) in pairs)


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("share", [0.06, 0.12])
def test_a_small_face_is_found_turned(detector, degrees: int, share: float) -> None:
    image = np.full((1080, 1920, 3), 120, np.uint8)
    side = int(1920 * share)
    small = cv2.resize(portrait("anna happy"), (side, side), interpolation=cv2.INTER_AREA)
    image[600 : 600 + side, 1300 : 1300 + side] = np.rot90(small, -degrees // 90)

    (face,) = detector.still(image)

    assert apart(face.roll, degrees) < 20


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_film_that_lies_is_read_as_one_that_stands(film, answer, degrees: int) -> None:
    image = portrait("anna happy")
    lying = [np.ascontiguousarray(np.rot90(i, -degrees // 90)) for i in (image, moved(image))]

    result = answer(film(lying, seconds=2).path)

    (person,) = result.face.people
    assert result.face.frames.with_face == result.face.frames.read
    assert all(apart(s.quality.roll, degrees) < 15 for s in person.segments)
    assert person.emotion.label == "happy"
    assert person.emotion.certain


def moved(image: np.ndarray) -> np.ndarray:
    return np.roll(image, 12, axis=1)


def reads_as_it_stands(answer, folder: Path, images: Sequence[np.ndarray], degrees: int) -> None:
    """Close to a quarter turn the network sees the same pixels as of the face that stands."""
    folder.mkdir(exist_ok=True)
    lying = [np.rot90(i, -degrees // 90) for i in images]

    upright, turned = (
        answer(encoded(folder / f"{name}.mp4", np.repeat(pictures, 2, axis=0))).emotion
        for name, pictures in (("upright", images), (f"turned-{degrees}", lying))
    )

    assert turned.label == upright.label
    assert sum(abs(turned.scores[e] - upright.scores[e]) for e in upright.scores) < 0.2


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_changing_face_that_lies_reads_as_it_stands(tmp_path: Path, answer, degrees) -> None:
    reads_as_it_stands(answer, tmp_path, acted("dan", 12), degrees)


def test_a_changing_real_face_that_lies_reads_as_it_stands(shared, tmp_path, answer, subtests):
    for name, degrees in (("fear", 90), ("fear", 180), ("fear", 270), ("disgusted", 90)):
        with subtests.test(name, degrees=degrees):
            clip = media.probe(shared / "clip" / "mead" / f"{name}.mp4")
            images = [p.image for p in media.pictures(clip, fps=8.0, max_side=640)][:24:2]
            reads_as_it_stands(answer, tmp_path / name, images, degrees)


def test_two_real_people_of_a_film_that_lies(shared, film, answer, subtests) -> None:
    talk = media.probe(shared / "media" / "video" / "two_people_talk.mp4")
    images = [p.image for p in media.pictures(talk, fps=2.0, max_side=640, seconds=2.0)]
    for degrees in (90, 180, 270):
        with subtests.test(degrees=degrees):
            lying = [np.ascontiguousarray(np.rot90(i, -degrees // 90)) for i in images]

            one, other = answer(film(lying, seconds=1).path).face.people

            assert len(one.segments) == len(other.segments)
            assert {one.emotion.label, other.emotion.label} == {"neutral"}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_two_people_of_a_film_that_lies(film, answer, degrees: int) -> None:
    both = np.hstack([portrait("anna neutral", 300), portrait("ben neutral", 300)])
    lying = [np.ascontiguousarray(np.rot90(i, -degrees // 90)) for i in (both, moved(both))]

    one, other = answer(film(lying, seconds=1).path).face.people

    assert len(one.segments) == len(other.segments)
    assert {one.emotion.label, other.emotion.label} == {"neutral"}


def test_somebody_lies_beside_somebody_who_stands(film, answer) -> None:
    image = np.hstack([portrait("anna happy", 360), np.rot90(portrait("dan sad", 360))])

    result = answer(film([np.ascontiguousarray(image)], seconds=2).path)

    rolls = sorted(round(p.segments[0].quality.roll / 90) for p in result.face.people)
    assert rolls == [-1, 0]
    assert {p.emotion.label for p in result.face.people} == {"happy", "sad"}


@pytest.mark.parametrize(
    ("rolls", "turn"),
    [((), 90), ((2, -8, 91), 0), ((88, 95), 90), ((179, -176), 180), ((-80, -95, 10), -90)],
)
def test_a_scenes_turn_is_that_of_most_faces(at, rolls, turn) -> None:
    def rolled(degrees: float):
        face = at(0, 0, 10)
        angle = np.radians(degrees)
        face.landmarks[1] = face.landmarks[0] + [np.cos(angle), np.sin(angle)]
        return face

    assert scene_turn([rolled(r) for r in rolls], before=90.0) == turn
