"""No face stays to be seen, however it lies, however small, dark or short its visit."""

import cv2
import numpy as np
import pytest

from source import media
from source.drawing import annotate, explain
from source.drawing.hide import Hidden, covered
from source.face.blaze import overlap
from source.face.detect import Detector
from source.media.redraw import every_picture
from tests.drawing.test_annotate import detail
from tests.making.films import film
from tests.making.people import portrait

SIDE = 300


@pytest.fixture(scope="module")
def detector():
    return Detector()


@pytest.fixture(scope="module")
def head(detector):
    """A made head, `SIDE` pixels large, its face in the middle, turned clockwise."""

    def make(who: str = "anna happy", *, turn: float = 0.0) -> np.ndarray:
        return centred(portrait(who), detector, turn)

    return make


@pytest.fixture(scope="module")
def real_head(shared, detector):
    """The same of a picture of the real media."""

    def make(name: str, *, turn: float = 0.0) -> np.ndarray:
        image = media.image(media.probe(shared / "media" / "image" / name))
        return centred(image, detector, turn)

    return make


def centred(image: np.ndarray, detector, turn: float) -> np.ndarray:
    face = max(detector.still(image), key=lambda f: f.side)
    scale = SIDE / (2.0 * face.side)
    place = cv2.getRotationMatrix2D(tuple(face.middle), -turn, scale)
    place[:, 2] += SIDE / 2 - face.middle
    return cv2.warpAffine(image, place, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)


def scene(*heads: tuple[np.ndarray, int, int], size=(540, 960)) -> np.ndarray:
    """Heads on a wall, each with the place of its left upper corner; may reach over the edge."""
    wall = np.full((size[0] + 2 * SIDE, size[1] + 2 * SIDE, 3), 120, np.uint8)
    wall += (np.indices(wall.shape[:2]).sum(axis=0) // 8 % 9).astype(np.uint8)[..., None]
    for image, left, top in heads:
        height, width = image.shape[:2]
        wall[SIDE + top : SIDE + top + height, SIDE + left : SIDE + left + width] = image
    return np.ascontiguousarray(wall[SIDE:-SIDE, SIDE:-SIDE])


def saved(path, image):
    cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    return path


def inner(image: np.ndarray, left: int, top: int, side: int) -> np.ndarray:
    """The middle of a face: eyes to mouth, without the box that is drawn around it."""
    a, b = round(0.3 * side), round(0.7 * side)
    return image[max(top + a, 0) : top + b, max(left + a, 0) : left + b]


def unrecognisable(before: np.ndarray, after: np.ndarray, left: int, top: int, side: int) -> bool:
    old, new = inner(before, left, top, side), inner(after, left, top, side)
    return detail(new) < 0.12 * detail(old)


def hidden_film(path, result) -> list[np.ndarray]:
    """The pictures of a film, their faces hidden, without anything drawn over them."""
    recording = media.probe(path)
    hidden = Hidden(result)
    hidden.look(every_picture(recording))
    return [hidden(image.copy(), time) for time, image in every_picture(recording)]


@pytest.mark.parametrize("turn", [45, 90, 180, 225, 270])
def test_a_face_is_hidden_at_every_angle(head, read, tmp_path, turn) -> None:
    image = scene((head(turn=turn), 330, 120))
    path = saved(tmp_path / "a.png", image)

    after = covered(image, read(path), 0.0)

    assert unrecognisable(image, after, 330, 120, SIDE)


def test_an_upside_down_face_is_hidden_in_what_is_written(head, read, tmp_path, detector) -> None:
    path = saved(tmp_path / "a.png", scene((head(turn=180), 330, 120)))

    drawn = annotate(
        media.probe(path), read(path, blur_faces=True), tmp_path / "out", blur_faces=True
    )

    assert detector.still(media.image(media.probe(path)))
    assert detector.still(media.image(media.probe(drawn))) == []


def is_hidden(head, read, path, side, place, light=1.0) -> None:
    small = cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA)
    image = (scene((small, *place)) * light).astype(np.uint8)

    after = covered(image, read(saved(path, image)), 0.0)

    assert unrecognisable(image, after, *place, side)


@pytest.mark.parametrize(
    ("side", "place", "light"),
    [
        (60, (700, 400), 1.0),
        (44, (80, 60), 1.0),
        (220, (300, 150), 0.15),
        (240, (-80, 150), 1.0),
        (240, (800, 150), 1.0),
        (240, (300, 380), 1.0),
    ],
    ids=["small", "tiny", "dark", "left edge", "right edge", "lower edge"],
)
def test_hard_faces_are_hidden(head, read, tmp_path, side, place, light) -> None:
    is_hidden(head(), read, tmp_path / "a.png", side, place, light)


def test_hard_real_faces_are_hidden(real_head, read, tmp_path, subtests) -> None:
    for name, turn, side, place, light in (
        ("face_clear.jpg", 0, 60, (700, 400), 1.0),
        ("face_angry.jpg", 0, 44, (80, 60), 1.0),
        ("face_side45.jpg", 0, 220, (300, 150), 1.0),
        ("cameraman_grey.png", 0, 220, (300, 150), 1.0),
        ("face_clear.jpg", 0, 220, (300, 150), 0.08),
        ("face_clear.jpg", 0, 240, (-80, 150), 1.0),
        ("face_clear.jpg", 0, 240, (800, 150), 1.0),
        ("face_clear.jpg", 0, 240, (300, 380), 1.0),
        *(("face_clear.jpg", turn, SIDE, (330, 120), 1.0) for turn in (45, 90, 180, 225, 270)),
    ):
        with subtests.test(name, turn=turn, side=side, place=place, light=light):
            head = real_head(name, turn=turn)
            is_hidden(head, read, tmp_path / "a.png", side, place, light)


def test_everybody_of_a_group_is_hidden(head, read, tmp_path) -> None:
    heads = (("anna happy", 0), ("dan angry", 180), ("dan happy", 90))
    image = scene(*((head(n, turn=t), 10 + 320 * i, 120) for i, (n, t) in enumerate(heads)))
    path = saved(tmp_path / "a.png", image)

    after = covered(image, read(path), 0.0)

    assert all(unrecognisable(image, after, 10 + 320 * i, 120, SIDE) for i in range(3))


@pytest.mark.parametrize("turn", [0, 180])
def test_a_face_that_runs_through_a_film_is_hidden_to_its_ends(head, read, tmp_path, turn) -> None:
    small = cv2.resize(head(turn=turn), (200, 200), interpolation=cv2.INTER_AREA)
    lefts = [20 + 34 * n for n in range(16)]  # two widths a second
    images = [scene((small, left, 150)) for left in lefts]
    path = film(tmp_path / "a.mp4", images, fps=12, options={"crf": "18"})

    shown = hidden_film(path, read(path))

    assert len(shown) == len(images)
    hidden = [
        unrecognisable(old, new, left, 150, 200)
        for old, new, left in zip(images, shown, lefts, strict=True)
    ]
    assert all(hidden), hidden


def test_somebody_who_turns_over_stays_hidden(head, read, tmp_path) -> None:
    turns = np.linspace(0, 180, 16)
    images = [scene((head(turn=float(t)), 330, 120)) for t in turns]
    path = film(tmp_path / "a.mp4", images, fps=12, options={"crf": "18"})

    shown = hidden_film(path, read(path))

    pairs = zip(images, shown, strict=True)
    assert all(unrecognisable(old, new, 330, 120, SIDE) for old, new in pairs)


def test_a_face_too_poor_to_read_is_hidden(head, read, tmp_path) -> None:
    soft = cv2.GaussianBlur(head(), (0, 0), 3.0)
    image = scene((soft, 330, 120))
    path = saved(tmp_path / "a.png", image)
    result = read(path, max_blur=0.01)
    assert result.emotion is None

    after = covered(image, result, 0.0)

    assert detail(inner(after, 330, 120, SIDE)) < 0.5 * detail(inner(image, 330, 120, SIDE))


def test_a_lying_face_is_hidden_on_the_sheet_too(head, read, tmp_path, models, detector) -> None:
    image = scene((head(turn=90), 330, 120))
    path = saved(tmp_path / "a.png", image)
    result = read(path, blur_faces=True)

    (sheet,) = explain(media.probe(path), result, tmp_path / "b", blur_faces=True, models=models)

    assert detector.still(media.image(media.probe(sheet))) == []


def test_it_says_that_it_cannot_promise(read, photo) -> None:
    told = {note.code: note.text for note in read(photo, blur_faces=True).notes}

    assert "may have been missed" in told["no_promise"]
    assert "no_promise" not in {note.code for note in read(photo).notes}


def test_what_only_a_search_found_is_hidden_between_searches(real_head) -> None:
    """A profile is seen by the search alone; it is followed to the next one."""
    from source.face.cover import AGAIN, Cover

    cover = Cover()
    small = cv2.resize(real_head("cameraman_grey.png", turn=180), (220, 220))
    for number in range(int(12 * AGAIN) + 3):
        left = 100 + 12 * number
        boxes = cover(number / 12, scene((small, left, 150)))
        whole = np.array([left + 55, 205, left + 165, 315], float)
        assert any(overlap(box, whole) > 0.15 for box in boxes), number


def test_a_place_is_held_for_nearly_a_second(read, photo) -> None:
    hidden = Hidden(read(photo).__class__(**{**vars(read(photo)), "face": None}))
    image = np.zeros((100, 100, 3), np.uint8)
    hidden.add(2.0, [np.array([20, 20, 40, 40])], image)

    assert all(hidden.at(t) for t in (1.15, 2.0, 2.85))
    assert not hidden.at(0.9)
    assert not hidden.at(3.1)
