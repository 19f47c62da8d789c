"""Small, dark and blurred faces do not vote, and say why."""

import cv2
import numpy as np
import pytest

from source import media
from source.face import expression, watch
from source.face.quality import blur, judge
from tests.making.people import portrait

GATE = {"min_face": 24, "max_blur": 0.9, "min_light": 0.08}


@pytest.fixture
def sharp(detector) -> np.ndarray:
    image = portrait("anna happy")
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


def blurred(image: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(image, (0, 0), 12)


def dark(image: np.ndarray) -> np.ndarray:
    return (image * 0.1).astype(np.uint8)


def tiny(image: np.ndarray) -> np.ndarray:
    canvas = np.full((120, 160, 3), 120, np.uint8)
    canvas[30:70, 50:90] = cv2.resize(image, (40, 40), interpolation=cv2.INTER_AREA)
    return canvas


NARROW = {"max_blur": 0.6}
"""A drawn bust is found only while its hair has edges, so the gate for blur is set lower."""


def votes_only_where_let(reader, path, image, reason: str | None, narrow, wide) -> None:
    """A face is refused for `reason` by the gate `narrow`, and votes where it is set `wide`."""
    cv2.imwrite(str(path), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    recording = media.probe(path)

    face = watch(recording, model=reader, **narrow).face
    assert [s.quality.refused for p in face.people for s in p.segments] == [reason]
    assert face.frames.refused == {n: int(n == reason) for n in ("small", "blurred", "dark")}
    assert face.frames.used == int(reason is None)
    assert (face.emotion is None) == (reason is not None)

    wider = watch(recording, model=reader, **wide).face
    assert wider.frames.used == 1
    assert wider.emotion is not None


@pytest.mark.parametrize(
    ("change", "reason", "wide"),
    [
        pytest.param(lambda i: i, None, {}, id="good"),
        pytest.param(blurred, "blurred", {"max_blur": 1.0}, id="blurred"),
        pytest.param(dark, "dark", {"min_light": 0.0}, id="dark"),
        pytest.param(tiny, "small", {"min_face": 4}, id="tiny"),
    ],
)
def test_a_face_votes_only_where_the_gate_lets_it(reader, tmp_path, change, reason, wide) -> None:
    image = change(portrait("ben happy"))
    votes_only_where_let(reader, tmp_path / "face.png", image, reason, NARROW, wide)


def test_a_real_face_votes_only_where_the_usual_gate_lets_it(photo, reader, tmp_path, subtests):
    image = photo("face_smile.jpg")
    for name, changed, reason, wide in (
        ("good", image, None, {}),
        ("blurred", cv2.GaussianBlur(image, (0, 0), 20), "blurred", {"max_blur": 1.0}),
        ("dark", dark(image), "dark", {"min_light": 0.0}),
        ("tiny", tiny(image), "small", {"min_face": 4}),
    ):
        with subtests.test(name):
            votes_only_where_let(reader, tmp_path / f"{name}.png", changed, reason, {}, wide)


@pytest.mark.parametrize(
    ("gate", "reason"),
    [({"min_face": 500}, "small"), ({"max_blur": 0.05}, "blurred"), ({"min_light": 0.9}, "dark")],
)
def test_a_narrower_gate_refuses_a_good_face(samples, reader, gate, reason: str) -> None:
    recording = media.probe(samples / "sample.jpg")
    face = watch(recording, model=reader, **gate).face

    assert face.frames.refused[reason] == 1
    assert face.emotion is None


def test_in_a_video_only_the_good_pictures_vote(reader, film) -> None:
    good = portrait("ben happy")
    recording = film([good, blurred(good), good], seconds=1)
    face = watch(recording, model=reader, **NARROW).face

    (person,) = face.people
    told = {s.time: s.quality.refused for s in person.segments}
    assert [told.get(time) for time in (0.5, 1.5, 2.5)] == [None, "blurred", None]
    assert face.frames.used == sum(1 for reason in told.values() if reason is None)
    votes = [s.emotion.scores for s in person.segments if s.emotion is not None]
    mean = np.mean([list(scores.values()) for scores in votes], axis=0)
    assert list(person.emotion.scores.values()) == pytest.approx(mean.tolist(), abs=1e-3)
