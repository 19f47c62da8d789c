"""The hand-made features: equal to librosa's on real sound, cut where the networks cut."""

from pathlib import Path

import numpy as np
import pytest

from source.media import probe, sound
from source.voice import inputs
from source.voice.classic import NAMES, classic_61, features
from source.voice.features import RATE

HERTZ = {"centroid", "bandwidth", "roll_off", "centroid_sd"}


def samples(path: Path, seconds: float = 3.0) -> np.ndarray:
    heard = np.concatenate([b.samples for b in sound(probe(path), rate=RATE, seconds=seconds)])
    return heard[: int(seconds * RATE)].astype(np.float32)


def by_librosa(y: np.ndarray) -> np.ndarray:
    librosa = pytest.importorskip("librosa")
    of, sr = librosa.feature, RATE
    rms, centroid = of.rms(y=y), of.spectral_centroid(y=y, sr=sr)
    return np.array([
        *of.mfcc(y=y, sr=sr, n_mfcc=40).mean(axis=1),
        *of.chroma_stft(y=y, sr=sr, tuning=0.0).mean(axis=1),
        centroid.mean(),
        of.spectral_bandwidth(y=y, sr=sr).mean(),
        of.spectral_rolloff(y=y, sr=sr).mean(),
        of.spectral_flatness(y=y).mean(),
        of.zero_crossing_rate(y).mean(),
        rms.mean(),
        of.tempo(y=y, sr=sr)[0],
        centroid.std(),
        rms.std(),
    ])  # fmt: skip


def check(y: np.ndarray) -> None:
    ours, theirs = features(y), by_librosa(y)
    for name, one, other in zip(NAMES, ours, theirs, strict=True):
        near = {"rel": 1e-3} if name in HERTZ else {"abs": 1e-3}
        assert float(one) == pytest.approx(float(other), **near), name


def test_there_are_61_with_names_of_their_own():
    assert len(NAMES) == len(set(NAMES)) == 61
    assert features(np.zeros(RATE, np.float32)).shape == (61,)


@pytest.mark.filterwarnings("ignore")
def test_they_equal_librosas_on_real_sound(shared, subtests):
    for name in ("speech_jfk.flac", "speech_french.aiff", "music_bunny.ogg"):
        with subtests.test(name):
            check(samples(shared / "media" / "audio" / name))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.82])
def test_they_equal_librosas_on_a_sample_of_any_length(samples_of_voice, seconds):
    check(samples_of_voice[: int(seconds * RATE)])


@pytest.fixture(scope="module")
def samples_of_voice():
    return samples(Path(__file__).resolve().parents[2] / "input_files" / "sample.wav")


@pytest.mark.parametrize("length", [0, 1, 100, 3000])
def test_the_shortest_stretch_and_silence_have_finite_features(length):
    assert np.isfinite(features(np.zeros(length, np.float32))).all()
    assert np.isfinite(features(np.full(length, 0.5, np.float32))).all()


@pytest.mark.parametrize("seconds", [0.5, 2.8, 3.0, 9.7])
def test_windows_are_those_of_the_networks(seconds):
    noise = np.random.default_rng(0).normal(0, 0.1, int(seconds * RATE)).astype(np.float32)
    batch, spans = classic_61(noise)
    assert spans == inputs.INPUTS["mfcc-40"](noise)[1]
    assert batch.shape == (len(spans), 61)
    assert batch.dtype == np.float32
    assert inputs.of({"features": "classic-61"}) is classic_61
