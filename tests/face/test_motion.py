"""Clips for the clip network, and what is read off them."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from source import media
from source.core.emotions import FACE
from source.face import expression, motion, watch
from source.face.follow import Follower


def crops(count: int) -> np.ndarray:
    """Crops that can be told apart by their grey."""
    levels = np.arange(count, dtype=np.uint8)[:, None, None, None]
    return np.broadcast_to(levels, (count, motion.SIDE, motion.SIDE, 3))


class Told:
    """A model that answers what it is told, and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[np.ndarray] = []
        shape = [motion.STEPS, motion.SIDE, motion.SIDE, 3]
        self.card = SimpleNamespace(name="told", labels=FACE, threshold=0.5, input={"shape": shape})

    def predict(self, batch: np.ndarray) -> np.ndarray:
        """One row per clip."""
        self.asked.append(batch)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        return np.array([[float(e == answer) for e in FACE]], np.float32)


def test_clip_has_thirty_steps_between_zero_and_one() -> None:
    clip = motion.clip_input(crops(9), np.arange(9) / 4)
    assert clip.shape == (30, 64, 64, 3)
    assert clip.dtype == np.float32
    assert clip.min() >= 0.0
    assert clip.max() <= 1.0


def test_each_step_is_the_crop_nearest_in_time() -> None:
    clip = motion.clip_input(crops(3), [0.0, 0.1, 2.9])
    levels = np.round(clip[:, 0, 0, 0] * 255).astype(int).tolist()
    # Step 15 (1.5 s) lies halfway between the crops of 0.1 s and 2.9 s.
    assert levels == [0] + [1] * 15 + [2] * 14


def test_a_real_film_keeps_its_order_and_ends() -> None:
    levels = motion.clip_input(crops(100), np.arange(100) / 25)[:, 0, 0, 0] * 255
    assert levels[0] == 0
    assert levels[-1] == pytest.approx(99)
    assert (np.diff(levels) > 0).all()


@pytest.mark.parametrize(("count", "times"), [(0, []), (3, [0.0, 1.0])], ids=["none", "unequal"])
def test_a_clip_needs_crops_with_times(count: int, times: list[float]) -> None:
    with pytest.raises(ValueError, match="A clip needs crops"):
        motion.clip_input(crops(count), times)


@given(st.lists(st.floats(0, 600), min_size=1, max_size=80).map(sorted))
def test_windows_hold_every_time_once(times: list[float]) -> None:
    cut = motion.windows(times)
    assert [t for part in cut for t in times[part]] == times
    assert all(part.stop > part.start for part in cut)


def test_few_crops_say_nothing() -> None:
    assert motion.read(crops(3), [0.0, 0.2, 0.4], Told("happy")) is None


def test_an_answer_carries_the_model_and_its_threshold() -> None:
    found = motion.read(crops(8), np.arange(8) / 4, Told("sad"))
    assert found is not None
    assert found.model == "told"
    assert found.emotion.label == "sad"
    assert found.emotion.certain


@pytest.mark.parametrize(("good", "certain"), [(8, True), (4, True), (3, False), (0, False)])
def test_an_answer_is_as_sure_as_the_pictures_it_rests_on(good: int, certain: bool) -> None:
    trusted = [n < good for n in range(8)]
    found = motion.read(crops(8), np.arange(8) / 4, Told("sad"), trusted=trusted)

    assert found is not None
    assert (found.emotion.label, found.emotion.certain) == ("sad", certain)


def test_a_long_film_is_read_in_windows_of_its_own_length() -> None:
    model = Told("happy", "sad", "sad")
    found = motion.read(crops(48), np.arange(48) / 4, model)
    assert found is not None
    assert len(model.asked) == 3
    assert found.emotion.label == "sad"
    assert found.emotion.score == pytest.approx(2 / 3, abs=0.01)


def test_the_order_in_which_crops_come_does_not_matter() -> None:
    sorted_model, mixed_model = Told("sad"), Told("sad")
    order = np.random.default_rng(0).permutation(12)
    times = np.arange(12) / 4
    motion.read(crops(12), times, sorted_model)
    motion.read(crops(12)[order], times[order], mixed_model)
    assert (sorted_model.asked[0] == mixed_model.asked[0]).all()


def told(faces: np.ndarray, reader) -> np.ndarray:  # type: ignore[no-untyped-def]
    """What a face network says of grey faces, as rows."""
    posteriors, embeddings = expression.read(faces, reader)
    order = [reader.card.labels.index(e) for e in FACE]
    return motion.rows(embeddings, posteriors[:, order])


class OfRows(Told):
    """One that reads what the face network said, of 30 pictures."""

    def __init__(self, width: int, sha256: str) -> None:
        super().__init__("sad")
        self.card.input = {
            "shape": [motion.STEPS, width],
            "reads": motion.ROWS,
            "face": {"name": "stand-in", "sha256": [sha256]},
        }


def test_rows_hold_embedding_and_logarithms_that_have_a_floor() -> None:
    found = motion.rows(np.ones((2, 5)), np.tile([0.5, 0.5, *[0.0] * 6], (2, 1)))
    assert found.shape == (2, 13)
    assert found.dtype == np.float32
    assert found[0, 5:].tolist() == pytest.approx([np.log(0.5)] * 2 + [np.log(motion.FLOOR)] * 6)


def test_a_network_of_rows_reads_the_row_nearest_in_time() -> None:
    model = OfRows(width=9, sha256="a")
    seen = np.arange(6, dtype=np.float32)[:, None].repeat(9, axis=1)
    found = motion.read(seen, np.arange(6) / 4, model)
    assert found is not None
    assert model.asked[0].shape == (1, 30, 9)
    assert sorted(set(model.asked[0][0, :, 0].tolist())) == [0, 1, 2, 3, 4, 5]


def test_only_a_network_of_rows_belongs_to_a_face_model() -> None:
    face = SimpleNamespace(sha256="a")
    assert motion.fits(Told("sad"), face)
    assert motion.fits(OfRows(9, "a"), face)
    assert not motion.fits(OfRows(9, "b"), face)


@pytest.mark.slow
def test_motion_from_a_recording_is_that_of_the_network_on_the_same_faces(samples, reader) -> None:  # type: ignore[no-untyped-def]
    """The rows that watching gathers are those that reading the same crops gives."""
    recording = media.probe(samples / "sample.mp4")
    model = OfRows(width=2 * len(FACE), sha256="a")
    seen = watch(recording, model=reader, clip_model=model, fps=4.0, seconds=3.0)
    (person,) = seen.face.people

    follower, crops, times = Follower(), [], []
    for picture in media.pictures(recording, fps=4.0, seconds=3.0, max_side=1280):
        for face in follower.next(picture.time, picture.image):
            crops.append(expression.crop(picture.image, face.landmarks))
            times.append(picture.time)
    rows = told(np.stack(crops), reader)
    clip = rows[motion.nearest(times)]

    assert person.motion is not None
    assert person.motion.emotion.label == "sad"
    assert len(model.asked) == 1
    # The posteriors of a Result are rounded to six places.
    assert np.abs(model.asked[0][0] - clip).max() < 1e-3


@pytest.mark.slow
def test_a_network_of_boxes_sees_them_as_they_stand(samples, reader) -> None:  # type: ignore[no-untyped-def]
    recording = media.probe(samples / "sample.mp4")
    level, boxes = Told("sad"), Told("sad")
    boxes.card.input = {**boxes.card.input, "reads": motion.BOXES}
    for model in (level, boxes):
        watch(recording, model=reader, clip_model=model, fps=4.0, seconds=3.0)

    assert level.asked[0].shape == boxes.asked[0].shape
    assert np.abs(level.asked[0] - boxes.asked[0]).mean() > 0.02
