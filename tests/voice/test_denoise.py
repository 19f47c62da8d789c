"""Noise goes, speech stays, nothing moves in time."""

import itertools

import numpy as np
import pytest

from source.media import probe
from source.runtime import load
from source.voice import listen, utterances
from source.voice.denoise import denoise
from tests.making.sounds import wav

RATE = 16000


def level(samples):
    return 10.0 * np.log10(np.mean(np.asarray(samples, np.float64) ** 2) + 1e-12)


def ratio(clean, heard):
    """Signal to everything else, in decibels."""
    return level(clean) - level(heard - clean)


@pytest.mark.parametrize("snr", [5, 10])
def test_white_noise_is_taken_out_of_speech(speech, snr):
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, len(speech) + RATE).astype(np.float32)
    noise *= np.float32(10 ** ((level(speech) - snr) / 20))
    noisy = speech + noise[RATE:]
    cleaned = denoise(noisy, noise[:RATE])
    assert cleaned.shape == speech.shape
    assert cleaned.dtype == np.float32
    assert ratio(speech, cleaned) > ratio(speech, noisy) + 4.0
    assert ratio(speech, denoise(noisy)) > ratio(speech, noisy) + 3.0, "without a pause before it"


def test_clean_speech_stays_as_it_is(speech):
    assert ratio(speech, denoise(speech, np.zeros(RATE, np.float32))) > 8.0
    assert abs(level(denoise(speech)) - level(speech)) < 1.0


def test_nothing_moves_in_time(speech):
    cleaned = denoise(speech)
    middle = speech[4 * RATE : 6 * RATE]
    shifts = range(-64, 65)
    alike = [np.dot(middle, cleaned[4 * RATE + s : 6 * RATE + s]) for s in shifts]
    assert shifts[int(np.argmax(alike))] == 0


@pytest.mark.parametrize("length", [0, 1, 511, 512, 513, 16000, 16077])
def test_any_length_comes_back(length):
    samples = np.random.default_rng(1).normal(0, 0.1, length).astype(np.float32)
    assert denoise(samples).shape == (length,)
    assert np.isfinite(denoise(samples)).all()
    assert not denoise(np.zeros(length, np.float32)).any()


def test_the_pause_before_an_utterance_is_kept_for_it(speech):
    found = list(utterances([np.concatenate([np.zeros(RATE, np.float32), speech])]))
    assert len(found[0].before) == pytest.approx(RATE, abs=RATE / 10)
    for earlier, later in itertools.pairwise(found):
        assert len(later.before) <= round((later.start - earlier.end) * RATE) + 1


def test_listening_takes_noise_out_where_it_is_asked_to(speech, tmp_path):
    noisy = speech + np.random.default_rng(0).normal(0, 0.01, len(speech)).astype(np.float32)
    recording = probe(wav(tmp_path / "noisy.wav", noisy))
    model = load("voice")
    plain, clean = (listen(recording, model=model, denoise=d).voice for d in (False, True))
    assert [(s.start, s.end) for s in plain.segments] == [(s.start, s.end) for s in clean.segments]
    assert plain.emotion != clean.emotion
    assert listen(recording, model=model).voice == plain
