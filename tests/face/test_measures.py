"""What is drawn, noise or blurred moves the measures of a picture."""

import numpy as np
import pytest

from source.face.measures import NAMES, measures
from source.training.anomaly import cartoons

RANDOM = np.random.default_rng(5)
ROWS, COLUMNS = np.mgrid[:48, :48] / 47.0
FACE = 120 + 60 * np.sin(5 * ROWS) * np.cos(4 * COLUMNS) + 4 * RANDOM.normal(size=(48, 48))


def of(crop):
    return dict(zip(NAMES, measures(np.clip(crop, 0, 255).astype(np.uint8)), strict=True))


def test_drawings_noise_and_blur_are_measured():
    plain = of(FACE)
    drawn = of(cartoons.drawn(FACE, RANDOM))
    assert drawn["flat"] > plain["flat"] and drawn["uneven edges"] > plain["uneven edges"] + 1
    assert of(RANDOM.integers(0, 256, (48, 48)))["0.35"] > plain["0.35"] + 2
    assert of(120 + 60 * np.sin(5 * ROWS) * np.cos(4 * COLUMNS))["0.35"] < plain["0.35"]


@pytest.mark.parametrize("light", [0, 128, 255])
def test_measures_are_numbers_whatever_is_seen(light):
    found = measures(np.full((48, 48), light, np.uint8))
    assert found.shape == (len(NAMES),) and np.isfinite(found).all()


def test_a_cartoon_is_a_crop_and_depends_on_the_seed_alone():
    for make in (cartoons.drawn, cartoons.of_photograph):
        one, same, other = (make(FACE, np.random.default_rng(seed)) for seed in (1, 1, 2))
        assert one.shape == (48, 48) and (one == same).all() and (one != other).any()
