"""What proves nothing is not read surely: no faces, faces turned away, cut off or covered."""

import cv2
import numpy as np
import pytest

from source.core.emotions import FACE, Emotion
from source.core.result import Quality
from source.face.evidence import doubt, inside, is_face
from source.face.people import Sighting, sum_up
from source.face.presence import Mesh
from tests.making.covers import covers
from tests.making.people import portrait

WHOLE = ("face_clear.jpg", "face_angry.jpg", "face_sad.jpg", "face_smile.jpg", "exif8_face.jpg")
SIZE = 480


def sure(result) -> list[str]:
    """All that a Result is sure of about faces."""
    found = [result.emotion, result.face.emotion]
    for person in result.face.people:
        found += [person.emotion, *(s.emotion for s in person.segments)]
    return [e.label for e in found if e is not None and e.certain]


def doubts(result) -> list[str | None]:
    return [s.quality.doubt for p in result.face.people for s in p.segments]


def read_surely(result) -> None:
    assert doubts(result) == [None]
    assert result.emotion.certain
    assert "faces_in_doubt" not in {note.code for note in result.notes}


@pytest.mark.parametrize("who", ["anna happy", "ben angry", "cara neutral", "dan sad"])
def test_a_whole_face_that_looks_here_is_read_surely(answer, who: str) -> None:
    read_surely(answer(portrait(who)))


def test_a_whole_real_face_that_looks_here_is_read_surely(photo, answer, subtests) -> None:
    for name in WHOLE:
        with subtests.test(name):
            read_surely(answer(photo(name)))
    with subtests.test("five people, one of them with dark glasses"):
        assert doubts(answer(photo("five_faces.jpg"))).count(None) >= 3


# --- things that are no faces ------------------------------------------------------------------


def clock(image: np.ndarray) -> None:
    cv2.circle(image, (240, 240), 170, (235, 230, 220), -1)
    cv2.circle(image, (240, 240), 170, (40, 40, 40), 8)
    for hour in range(12):
        x, y = np.cos(hour * np.pi / 6), np.sin(hour * np.pi / 6)
        cv2.line(image, (int(240 + 140 * x), int(240 + 140 * y)),
                 (int(240 + 160 * x), int(240 + 160 * y)), (20, 20, 20), 6)  # fmt: skip
    cv2.line(image, (240, 240), (180, 190), (20, 20, 20), 8)
    cv2.line(image, (240, 240), (330, 190), (20, 20, 20), 5)


def socket(image: np.ndarray) -> None:
    cv2.rectangle(image, (90, 90), (390, 390), (240, 238, 230), -1)
    cv2.circle(image, (240, 240), 110, (205, 203, 198), -1)
    for x in (195, 285):
        cv2.circle(image, (x, 225), 13, (30, 30, 30), -1)
    cv2.ellipse(image, (240, 300), (34, 12), 0, 0, 180, (50, 50, 50), 6)


def car(image: np.ndarray) -> None:
    cv2.rectangle(image, (60, 120), (420, 360), (150, 30, 30), -1)
    cv2.rectangle(image, (110, 60), (370, 150), (60, 80, 100), -1)
    for x in (120, 360):
        cv2.circle(image, (x, 230), 38, (250, 250, 220), -1)
        cv2.circle(image, (x, 230), 16, (90, 90, 90), -1)
    for y in range(280, 340, 12):
        cv2.line(image, (150, y), (330, y), (20, 20, 20), 5)


def wheel(image: np.ndarray) -> None:
    cv2.circle(image, (240, 240), 180, (25, 25, 25), -1)
    cv2.circle(image, (240, 240), 125, (170, 172, 175), -1)
    for spoke in range(5):
        angle = spoke * 2 * np.pi / 5
        end = (int(240 + 100 * np.cos(angle)), int(240 + 100 * np.sin(angle)))
        cv2.line(image, (240, 240), end, (60, 60, 62), 22)
    cv2.circle(image, (240, 240), 26, (120, 120, 122), -1)


def kitchen(image: np.ndarray) -> None:
    image[:220] = (225, 220, 205)
    for x in range(20, 460, 150):
        cv2.rectangle(image, (x, 20), (x + 130, 190), (160, 120, 80), -1)
        cv2.circle(image, (x + 110, 105), 7, (40, 40, 40), -1)
    cv2.rectangle(image, (60, 220), (420, 460), (200, 200, 205), -1)
    for x in (150, 330):
        cv2.circle(image, (x, 290), 42, (35, 35, 35), -1)
    cv2.rectangle(image, (120, 370), (360, 440), (60, 60, 66), -1)


def blobs(image: np.ndarray) -> None:
    rng = np.random.default_rng(4)
    for _ in range(30):
        colour = [int(c) for c in rng.integers(60, 230, 3)]
        cv2.circle(image, [int(c) for c in rng.integers(0, SIZE, 2)], 60, colour, -1)
    image[:] = cv2.GaussianBlur(image, (0, 0), 18)


def smiley(image: np.ndarray) -> None:
    cv2.circle(image, (240, 240), 170, (250, 210, 40), -1)
    for x in (180, 300):
        cv2.circle(image, (x, 190), 20, (30, 30, 30), -1)
    cv2.ellipse(image, (240, 270), (90, 70), 0, 0, 180, (30, 30, 30), 10)


THINGS = (clock, socket, car, wheel, kitchen, blobs, smiley)


@pytest.mark.parametrize("turn", [0, 2], ids=["upright", "upside down"])
@pytest.mark.parametrize("draw", THINGS, ids=[f.__name__ for f in THINGS])
def test_a_drawn_thing_is_never_a_sure_face(answer, draw, turn) -> None:
    image = np.full((SIZE, SIZE, 3), 190, np.uint8)
    draw(image)
    image = cv2.GaussianBlur(image, (0, 0), 1.2)

    assert sure(answer(np.ascontiguousarray(np.rot90(image, turn)))) == []


def test_a_photo_of_nobody_has_no_face_in_any_turn(photo, detector, subtests) -> None:
    for name in ("cat.png", "coffee.png", "landscape.jpg"):
        for turn in range(4):
            with subtests.test(name, turn=turn):
                assert detector.still(np.ascontiguousarray(np.rot90(photo(name), turn))) == []


@pytest.mark.parametrize(
    ("score", "presence", "counts"),
    [(0.9, 1.0, True), (0.55, 1.0, True), (0.55, 0.2, False), (0.75, 0.0, True), (0.4, 1.0, False)],
)
def test_what_counts_as_a_face(score, presence, counts) -> None:
    assert is_face(score, presence) == counts


# --- turned away -------------------------------------------------------------------------------


def test_a_real_face_that_looks_away_is_not_sure(photo, answer, subtests) -> None:
    """Only photos show a head from the side: a drawn bust looks at whoever looks at it."""
    for name in ("cameraman_grey.png", "face_side45.jpg"):
        for mirrored in (False, True):
            with subtests.test(name, mirrored=mirrored):
                image = photo(name)
                result = answer(np.ascontiguousarray(image[:, ::-1]) if mirrored else image)

                assert doubts(result) == ["turned"]
                assert sure(result) == []
                (seen,) = result.face.people[0].segments
                assert (seen.quality.yaw > 0) == (mirrored != (name == "cameraman_grey.png"))
                told = {note.code: note.text for note in result.notes}
                assert told["faces_in_doubt"] == "1 face was read but not sure: turned away."
    for quarter in (1, 2, 3):
        with subtests.test("lying", quarter=quarter):
            image = np.ascontiguousarray(np.rot90(photo("cameraman_grey.png"), quarter))

            assert sure(answer(image)) == []


# --- cut off -----------------------------------------------------------------------------------


EDGES = ("left", "right", "top", "bottom")


def cut_off(detector, image: np.ndarray, edge: str, share: float) -> np.ndarray:
    """A picture whose edge takes a share of the face away."""
    (face,) = detector.still(image)
    left, top, right, bottom = face.box.astype(int)
    wide, high = int(share * (right - left)), int(share * (bottom - top))
    part = {
        "left": np.s_[:, left + wide :],
        "right": np.s_[:, : right - wide],
        "top": np.s_[top + high :],
        "bottom": np.s_[: bottom - high],
    }[edge]
    return np.ascontiguousarray(image[part])


@pytest.mark.parametrize("share", [0.35, 0.5])
@pytest.mark.parametrize("edge", EDGES)
def test_a_face_cut_by_the_edge_is_not_sure(detector, answer, edge: str, share: float) -> None:
    assert sure(answer(cut_off(detector, portrait("anna happy"), edge, share))) == []


def test_a_real_face_cut_by_the_edge_is_not_sure(photo, detector, answer, subtests) -> None:
    for name in ("face_clear.jpg", "exif8_face.jpg"):
        for edge in EDGES:
            for share in (0.35, 0.5):
                with subtests.test(name, edge=edge, share=share):
                    assert sure(answer(cut_off(detector, photo(name), edge, share))) == []
    with subtests.test("half_face.jpg"):
        result = answer(photo("half_face.jpg"))

        assert doubts(result) == ["cut"]
        assert sure(result) == []


def test_a_box_is_inside_by_its_share() -> None:
    assert inside(np.array([0.0, 0.0, 10.0, 10.0]), width=10, height=10) == 1.0
    assert inside(np.array([-5.0, 5.0, 5.0, 15.0]), width=10, height=10) == 0.25


# --- covered -----------------------------------------------------------------------------------


KINDS = ("mask", "black mask", "scarf", "hand", "dark glasses", "bar", "one half")


def hidden(detector, image: np.ndarray, kind: str, turn: int) -> np.ndarray:
    (face,) = detector.still(image)
    return np.ascontiguousarray(np.rot90(covers(image, face, kind), turn))


@pytest.mark.parametrize("turn", [0, 1], ids=["upright", "lying"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_covered_face_is_not_sure(detector, answer, kind: str, turn: int) -> None:
    assert sure(answer(hidden(detector, portrait("anna happy"), kind, turn))) == []


def test_a_covered_real_face_is_not_sure(photo, detector, answer, subtests) -> None:
    for name in ("face_clear.jpg", "face_angry.jpg"):
        for kind in KINDS:
            for turn in (0, 1):
                with subtests.test(name, kind=kind, turn=turn):
                    assert sure(answer(hidden(detector, photo(name), kind, turn))) == []


# --- summing up --------------------------------------------------------------------------------


def sighting(time: float, label: str, why: str | None) -> Sighting:
    scores = {e: 0.02 for e in FACE} | {label: 0.86}
    emotion = Emotion.from_scores(scores, threshold=0.5, trusted=why is None)
    quality = Quality(100, 0.1, 0.5, doubt=why)
    return Sighting(time, 0, (0.1, 0.1, 0.2, 0.2), quality, emotion, np.zeros(4, np.float32))


@pytest.mark.parametrize(
    ("away", "label", "certain"), [(0, "happy", True), (1, "happy", True), (3, "sad", False)]
)
def test_a_person_is_sure_by_what_can_be_trusted(away, label, certain) -> None:
    seen = [sighting(n, "sad" if n < away else "happy", "turned" if n < away else None)
            for n in range(4)]  # fmt: skip

    looked = [s.time for s in seen]
    found = sum_up(
        seen, {0: 0}, {}, looked=looked, step=0.25, shown=[(0.0, float(len(seen)))], threshold=0.5
    )

    assert (found.face.emotion.label, found.face.emotion.certain) == (label, certain)
    assert found.face.people[0].emotion == found.face.emotion
    assert [n.code for n in found.notes] == (["faces_in_doubt"] if away else [])


def test_a_damaged_picture_is_said_first(at) -> None:
    mesh = Mesh(1.0, np.zeros((468, 3)), 0.0)

    assert doubt(at(0, 0, 50), mesh, width=100, height=100, damaged=True) == "damaged"
    assert doubt(at(0, 0, 50), mesh, width=100, height=100) is None
    assert doubt(at(0, 0, 50, 0.7), mesh, width=100, height=100) == "unlike"
    assert doubt(at(0, 0, 50), mesh, width=100, height=100, covered=True) == "covered"
