"""The correlogram shows the pitch of a voice, whatever else sounds, and keeps step."""

import numpy as np
import pytest

from source.voice.features import RATE, log_mel
from source.voice.pitch import LAGS, correlogram, pitches

TIME = np.arange(RATE) / RATE


def buzz(pitch):
    parts = [np.sin(2 * np.pi * pitch * k * TIME) / k for k in range(1, 40) if pitch * k < 4000]
    return (0.1 * sum(parts)).astype(np.float32)


@pytest.mark.parametrize("pitch", [80.0, 120.0, 210.0, 350.0, 600.0])
def test_the_highest_pitch_that_repeats_is_the_pitch(pitch):
    mean = correlogram(buzz(pitch))[20:80].mean(axis=0)
    peaks = [i for i in range(1, LAGS - 1) if mean[i] >= max(mean[i - 1], mean[i + 1])]
    highest = max(i for i in peaks if mean[i] > 0.85)
    assert pitches()[highest] == pytest.approx(pitch, rel=0.03)  # a step is 4.8 %


def test_it_agrees_with_the_autocorrelation_of_the_sound_itself():
    import librosa

    sound = buzz(160.0)
    found = correlogram(sound)[50]
    middle = sound[50 * 160 - 512 : 50 * 160 + 512]
    known = librosa.autocorrelate(middle.astype(np.float64))
    lags = RATE / pitches()
    taper = 1 - lags / 1024  # of the plain window
    expected = np.interp(lags, np.arange(1024), known / known[0]) / taper
    assert np.abs(found - expected).max() < 0.1  # another window, and no sound above 2 kHz


def test_noise_has_no_pitch_and_silence_no_numbers_that_are_none():
    noise = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    assert np.abs(correlogram(noise)).mean() < 0.15
    assert not correlogram(np.zeros(RATE, np.float32)).any()


def test_loudness_changes_nothing():
    quiet = correlogram(0.05 * buzz(140.0))
    assert np.allclose(quiet, correlogram(buzz(140.0)), atol=1e-4)


@pytest.mark.parametrize("samples", [0, 1, 159, 160, 1000, 16000, 16001])
def test_it_keeps_step_with_the_mel_spectrum(samples):
    sound = buzz(200.0)[:samples] if samples <= RATE else np.zeros(samples, np.float32)
    assert correlogram(sound).shape == (len(log_mel(sound)), LAGS)
