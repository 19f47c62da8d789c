"""A photo's face in several views, and what is found in them where it lies."""

from types import SimpleNamespace

import numpy as np
import pytest

from source.face import expression
from source.face.views import VIEWS, View


def spot(row: int, column: int) -> np.ndarray:
    """A dark crop with one bright patch, ``[1, 48, 48]``."""
    crop = np.full((1, 48, 48), 20, np.uint8)
    crop[0, row - 2 : row + 3, column - 2 : column + 3] = 220
    return crop


def place(crops: np.ndarray) -> tuple[float, float]:
    """Row and column of what is bright."""
    bright = np.argwhere(crops[0] > 0.5 * (float(crops[0].min()) + float(crops[0].max())))
    row, column = bright.mean(axis=0)
    return float(row), float(column)


def test_a_view_moves_turns_and_mirrors() -> None:
    assert place(View(down=2 / 48).of(spot(20, 10))) == (22.0, 10.0)
    assert place(View(mirrored=True).of(spot(20, 10))) == (20.0, 37.0)
    row, column = place(View(turn=6.0).of(spot(23, 40)))
    assert row == pytest.approx(23.5 - 0.5 - 16.5 * np.sin(np.deg2rad(6)), abs=0.7)
    assert column == pytest.approx(40.0, abs=0.7)


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_found_in_a_view_is_put_back_where_it_lies(view: View) -> None:
    assert place(view.undone(view.of(spot(15, 31)))) == pytest.approx((15.0, 31.0), abs=0.7)


def test_no_two_views_are_the_same_and_the_first_is_the_crop() -> None:
    crop = np.random.default_rng(0).integers(0, 255, (1, 48, 48)).astype(np.uint8)
    seen = [view.of(crop) for view in VIEWS]
    assert np.array_equal(seen[0], crop)
    assert len({view.tobytes() for view in seen}) == len(VIEWS) == 10


def test_a_photo_counts_the_mean_logits_of_all_views() -> None:
    logits = np.random.default_rng(1).normal(size=(len(VIEWS), 3, 4))

    class Model:
        card = SimpleNamespace(input={"views": 10})
        asked = 0

        def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            now = np.exp(logits[self.asked])
            self.asked += 1
            return now / now.sum(axis=1, keepdims=True), np.full((len(batch), 2), self.asked)

    crops = np.zeros((3, 48, 48), np.uint8)
    posteriors, embeddings = expression.read(crops, Model())
    wanted = np.exp(logits.mean(axis=0))
    assert np.allclose(posteriors, wanted / wanted.sum(axis=1, keepdims=True))
    assert np.allclose(embeddings, 5.5)

    once = Model()
    expression.read(crops, once, several=False)
    assert once.asked == 1


def test_no_face_gives_no_answer() -> None:
    assert View(turn=6.0).of(np.zeros((0, 48, 48), np.uint8)).shape == (0, 48, 48)
