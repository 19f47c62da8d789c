"""The numbers a network reads: equal to librosa's, blind to level, fast."""

import itertools

import numpy as np
import pytest

from source.voice import features
from source.voice.windows import FRAMES, windows


def voice_like(seconds: float = 2.0) -> np.ndarray:
    """A buzz that falls in pitch, silence in the middle, a little noise."""
    t = np.arange(int(seconds * features.RATE)) / features.RATE
    buzz = np.sign(np.sin(2 * np.pi * (150 * t - 20 * t**2))) * 0.1
    buzz[len(t) // 3 : len(t) // 2] = 0.0
    return (buzz + np.random.default_rng(0).normal(0, 1e-3, len(t))).astype(np.float32)


@pytest.mark.filterwarnings("ignore")
def test_log_mel_and_mfcc_equal_librosa():
    librosa = pytest.importorskip("librosa")
    sound = voice_like()
    power = librosa.feature.melspectrogram(
        y=sound,
        sr=features.RATE,
        n_fft=features.FFT,
        hop_length=features.HOP,
        n_mels=features.BANDS,
        pad_mode="constant",
    )
    bands = librosa.power_to_db(power, ref=1.0, amin=features.FLOOR, top_db=None)
    cepstra = librosa.feature.mfcc(S=bands, n_mfcc=features.COEFFICIENTS)
    ours = features.log_mel(sound)
    assert np.abs(ours - bands.T).max() < 1e-3
    assert np.abs(features.mfcc(ours) - cepstra.T).max() < 1e-3


def test_a_frame_every_ten_milliseconds():
    assert features.log_mel(np.zeros(16000, np.float32)).shape == (101, features.BANDS)


def test_normalised_cepstra_do_not_hear_the_level():
    sound = voice_like()
    loud, soft = (features.mfcc(features.log_mel(sound * g)) for g in (1.0, 0.5))
    assert np.abs(features.normalise(loud) - features.normalise(soft)).max() < 1e-2


def test_a_constant_becomes_zeros_not_noise():
    assert not features.normalise(np.full((50, 40), -3.0, np.float32)).any()


def test_a_short_utterance_is_one_window_filled_with_zeros():
    batch, spans = windows(np.ones((100, features.COEFFICIENTS), np.float32))
    assert batch.shape == (1, FRAMES, features.COEFFICIENTS)
    assert not batch[0, 100:].any()
    assert spans == [(0.0, 1.0)]


@pytest.mark.parametrize("frames", [FRAMES, FRAMES + 1, 500, 1500])
def test_windows_cover_a_long_utterance_to_its_end(frames):
    batch, spans = windows(np.ones((frames, features.COEFFICIENTS), np.float32))
    assert len(batch) == len(spans)
    assert spans[0][0] == 0.0
    assert spans[-1][1] == pytest.approx(frames / 100)
    assert all(b[0] <= a[1] for a, b in itertools.pairwise(spans))
    assert batch.any(axis=2).all()
