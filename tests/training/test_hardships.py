"""What the real world does to a clip: the same from the same seed, and speech stays in place."""

import numpy as np
import pytest

from source.training.voice.hardships import HARDSHIPS, Around, Clip, added, rms

RATE = 16000
NAMES = [hardship.name for hardship in HARDSHIPS]


@pytest.fixture(scope="module")
def clip(speech):
    samples = speech[RATE : 7 * RATE]
    return Clip(samples, RATE // 2, len(samples) - RATE)


@pytest.fixture(scope="module")
def around(speech):
    """The made voice backwards, faster and slower stands in for other people."""
    return Around((speech[::-1].copy(), speech[::2].copy(), np.repeat(speech[::3], 2)))


def lag(clean, heard):
    """Samples by which `heard` comes late: where both envelopes fit best."""
    a, b = (np.convolve(np.abs(x), np.ones(80) / 80, "same")[::16] for x in (clean, heard))
    alike = np.correlate(b - b.mean(), a - a.mean(), "full")
    return (int(np.argmax(alike)) - len(a) + 1) * 16


@pytest.mark.parametrize("hardship", HARDSHIPS, ids=NAMES)
def test_a_clip_keeps_its_length_and_its_speech_its_place(hardship, clip, around):
    heard = hardship.change(clip, np.random.default_rng(3), around)
    assert heard.shape == clip.samples.shape
    assert heard.dtype == np.float32
    assert np.isfinite(heard).all() and np.abs(heard).max() <= 1.0 + 1e-6
    assert abs(lag(clip.samples, heard)) <= 0.03 * RATE
    if hardship.name != "clean":
        assert not np.array_equal(heard, clip.samples)


@pytest.mark.parametrize("hardship", HARDSHIPS, ids=NAMES)
def test_a_seed_gives_the_same_bytes(hardship, clip, around):
    once, twice = (hardship.change(clip, np.random.default_rng(5), around) for _ in range(2))
    assert np.array_equal(once, twice)


def test_the_names_are_the_rows_of_a_table():
    assert len(set(NAMES)) == len(NAMES)
    assert NAMES[0] == "clean"


@pytest.mark.parametrize("snr", [20, 10, 5])
def test_noise_is_as_far_below_the_speech_as_it_says(clip, snr):
    noise = np.random.default_rng(0).normal(0, 1, len(clip.samples)).astype(np.float32)
    heard = added(clip, noise, snr)
    share = np.dot(heard, clip.samples) / np.dot(clip.samples, clip.samples)
    left = heard - share * clip.samples
    assert 20 * np.log10(share * clip.level / rms(left)) == pytest.approx(snr, abs=0.3)
