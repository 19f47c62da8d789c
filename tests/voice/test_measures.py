"""Damage that can be heard moves the measures of a sound."""

import numpy as np
import pytest

from source.voice.features import RATE
from source.voice.measures import NAMES, measures

RANDOM = np.random.default_rng(5)
TIME = np.arange(2 * RATE) / RATE
SPEECH = np.sum([np.sin(2 * np.pi * 120 * n * TIME) / n for n in range(1, 20)], axis=0)
SPEECH = (0.1 * SPEECH * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * TIME))).astype(np.float32)


def of(samples):
    return dict(zip(NAMES, measures(np.asarray(samples, np.float32)), strict=True))


def test_clipping_gaps_noise_and_pitch_are_measured():
    plain = of(SPEECH)
    peak = np.quantile(np.abs(SPEECH), 0.6)
    clipped = of(np.clip(SPEECH, -peak, peak))
    assert clipped["plateau"] > plain["plateau"] + 1 and clipped["crest"] < plain["crest"] - 3
    assert of(SPEECH * (np.sin(2 * np.pi * 8 * TIME) > 0))["silent"] > 0.3 > plain["silent"]
    noisy = of(SPEECH + 0.2 * RANDOM.standard_normal(len(SPEECH)))
    assert noisy["flatness"] > plain["flatness"] + 1 and noisy["voicing"] < plain["voicing"]
    assert np.exp(plain["pitch"]) == pytest.approx(120, abs=3)


@pytest.mark.parametrize("gain", [0.05, 4.0])
def test_how_loud_it_is_does_not_matter(gain):
    assert measures(gain * SPEECH) == pytest.approx(measures(SPEECH), abs=0.05)


@pytest.mark.parametrize(
    "samples", [np.zeros(3 * RATE), np.zeros(10), np.ones(RATE), RANDOM.normal(size=50)],
    ids=["silence", "nothing", "constant", "short"],
)  # fmt: skip
def test_measures_are_numbers_whatever_is_heard(samples):
    found = measures(np.asarray(samples, np.float32))
    assert found.shape == (len(NAMES),) and np.isfinite(found).all()
