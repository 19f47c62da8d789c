"""How much louder speech is than the pauses around it."""

import numpy as np
import pytest

from source.voice.features import RATE
from source.voice.noise import Noise
from source.voice.speech import Utterance


def utterance(speech, noise, *, pause=1.0):
    rng = np.random.default_rng(7)
    before = rng.normal(0.0, noise, round(pause * RATE)).astype(np.float32)
    heard = rng.normal(0.0, 1.0, 2 * RATE) * np.hypot(speech, noise)
    return Utterance(1.0, heard.astype(np.float32), before)


def ratio(*utterances):
    noise = Noise()
    for one in utterances:
        noise.add(one)
    return noise.ratio()


@pytest.mark.parametrize("decibels", [0.0, 6.0, 20.0, 40.0])
def test_it_is_the_ratio_of_their_powers_without_the_noise_in_the_speech(decibels):
    noise = 0.002
    found = ratio(utterance(noise * 10 ** (decibels / 20), noise))
    assert found == pytest.approx(decibels, abs=0.4)


def test_speech_that_is_no_louder_than_the_pauses_has_none():
    assert ratio(utterance(0.0, 0.01)) == 0.0


def test_a_silent_pause_counts_as_the_rounding_of_16_bits():
    assert 60.0 < ratio(utterance(0.1, 0.0)) < 100.0


def test_without_pauses_nothing_is_said():
    assert ratio() is None
    assert ratio(utterance(0.1, 0.01, pause=0.4)) is None
    assert ratio(utterance(0.1, 0.01, pause=0.4), utterance(0.1, 0.01, pause=0.4)) is not None
