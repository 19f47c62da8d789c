"""Clips for the clip network, and what is read off them."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from source.core.emotions import FACE
from source.face import motion


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
