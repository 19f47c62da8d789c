"""The speech encoder: the same numbers as written out plainly, and as CTranslate2 computes them."""

import numpy as np
import pytest
from scipy.special import erf

from source.core.errors import ModelMissing
from source.runtime import foreign
from source.runtime.ctranslate import arrays
from source.runtime.foreign import FOREIGN
from source.voice import encoder
from source.voice.encoder import BANDS, HEADS, LONGEST, SILENCE, STRIDE, WIDTH, Encoder, mel
from source.voice.features import HOP, RATE
from tests.making.encoders import weights

here = pytest.mark.skipif(not foreign.installed("encoder"), reason="The weights are not installed.")


def plainly(given: dict[str, np.ndarray], bands: np.ndarray, layers: int) -> list[np.ndarray]:
    """The encoder as its paper writes it, step by step, in double precision."""
    w = {name.removeprefix("encoder/"): array.astype(float) for name, array in given.items()}

    def gelu(x):
        return 0.5 * x * (1.0 + erf(x / np.sqrt(2.0)))

    def convolve(x, name, step):
        around = np.pad(x, ((1, 1), (0, 0)))
        frames = [around[t : t + 3] for t in range(0, len(x), step)]
        kernel = w[f"{name}/weight"]
        return np.stack([np.einsum("ti,oit->o", f, kernel) for f in frames]) + w[f"{name}/bias"]

    def norm(x, name):
        x = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)
        return x * w[f"{name}/layer_norm/gamma"] + w[f"{name}/layer_norm/beta"]

    def dense(x, name):
        return x @ w[f"{name}/weight"].T + w[f"{name}/bias"]

    x = gelu(convolve(gelu(convolve(bands, "conv1", 1)), "conv2", 2))
    x = x + w["position_encodings/encodings"][: len(x)]
    out = []
    for i in range(layers):
        part = f"layer_{i}/self_attention"
        query, key, value = np.split(dense(norm(x, part), f"{part}/linear_0"), 3, axis=1)
        heads = []
        for q, k, v in zip(*(np.split(m, HEADS, axis=1) for m in (query, key, value)), strict=True):
            power = np.exp(q @ k.T / np.sqrt(WIDTH / HEADS))
            heads.append(power / power.sum(axis=1, keepdims=True) @ v)
        x = x + dense(np.concatenate(heads, axis=1), f"{part}/linear_1")
        part = f"layer_{i}/ffn"
        x = x + dense(gelu(dense(norm(x, part), f"{part}/linear_0")), f"{part}/linear_1")
        out.append(x)
    return out


@pytest.mark.parametrize("frames", [1, 2, 77, 130])
def test_layers_are_those_written_out_plainly(frames: int) -> None:
    given = weights(2)
    bands = np.random.default_rng(1).normal(0, 0.5, (frames, BANDS)).astype(np.float32)

    read = list(Encoder(given, layers=2).layers(bands))

    expected = plainly(given, bands, 2)
    assert [layer.shape for layer in read] == [layer.shape for layer in expected]
    for layer, plain in zip(read, expected, strict=True):
        np.testing.assert_allclose(layer, plain, atol=2e-4)


def test_the_mel_spectrum_is_librosas() -> None:
    import librosa

    rng = np.random.default_rng(2)
    samples = (0.1 * rng.standard_normal(RATE) * np.linspace(0, 1, RATE) ** 2).astype(np.float32)
    power = librosa.feature.melspectrogram(
        y=np.pad(samples, (0, SILENCE)), sr=RATE, n_fft=400, hop_length=HOP, n_mels=BANDS,
        pad_mode="constant",
    )  # fmt: skip
    logs = np.log10(np.maximum(power, 1e-20))[:, :-1].T
    expected = (np.maximum(logs, logs.max() - 8.0) - logs.max() + 1.5 + 4.0) / 4.0

    np.testing.assert_allclose(mel(samples), expected, atol=1e-4)


@pytest.mark.parametrize("gain", [0.01, 0.3, 3.0])
def test_the_level_of_a_recording_does_not_matter(gain: float) -> None:
    samples = 0.2 * np.random.default_rng(3).standard_normal(RATE).astype(np.float32)

    np.testing.assert_allclose(mel(np.float32(gain) * samples), mel(samples), atol=1e-4)


@pytest.mark.parametrize("count", [0, 1, STRIDE, RATE + 7])
def test_frames_follow_the_samples(count: int) -> None:
    samples = 0.1 * np.random.default_rng(4).standard_normal(count).astype(np.float32)

    read = Encoder(weights(1), layers=1)(samples)

    assert read.shape == (1, max(1, round(count / STRIDE)), WIDTH)
    assert read.dtype == np.float32
    assert np.isfinite(read).all()


def test_an_utterance_behind_the_last_position_is_refused() -> None:
    with pytest.raises(ValueError, match=f"at most {LONGEST} samples"):
        Encoder(weights(1), layers=1)(np.zeros(LONGEST + 1, np.float32))


def test_weights_of_another_network_are_refused() -> None:
    given = weights(1)
    given["encoder/conv1/weight"] = given["encoder/conv1/weight"][:, :40]
    with pytest.raises(ValueError, match="conv1/weight has the shape"):
        Encoder(given, layers=1)

    with pytest.raises(KeyError):
        Encoder(weights(1), layers=2)


def test_without_the_weights_the_cure_is_told(monkeypatch) -> None:
    encoder._load.cache_clear()
    monkeypatch.setattr(foreign.util, "find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match="Whisper") as missing:
        encoder.load()
    assert "python3 setup.py install" in missing.value.hint


FROM_CTRANSLATE = np.array(
    [
        [-1.23858, 0.95467, -1.04646, 0.42948, 0.49093, 0.68414, -0.46897, 0.12139],
        [0.44064, -1.02192, 0.06603, 0.07115, -1.36437, 1.12218, 0.08426, -0.34859],
        [0.10844, -0.53021, 0.37343, -0.23983, -1.00355, 1.4841, 0.14584, 0.6099],
        [0.06669, -1.55062, 0.86628, -0.70989, -1.15831, 1.72105, 0.16954, 0.39038],
        [-0.71466, -0.55374, 0.87947, -0.16351, -0.70429, 1.33366, -0.22721, -0.23043],
        [-0.2903, -0.62305, 0.98136, -0.22695, -0.60449, 0.77753, 0.25588, -0.61384],
        [-0.42744, -0.0911, 1.25788, -0.35161, -0.15304, 0.71231, -0.56967, -0.74498],
        [0.45261, 0.96339, 0.50223, 0.3716, -0.03336, -0.9051, -0.4615, -0.39098],
    ]
)
"""Every 7th frame and 48th number of what CTranslate2 4.8.5 (float32) answers to `wavy`."""


def wavy() -> np.ndarray:
    """A mel spectrum that is the same everywhere, [100, BANDS]."""
    time, band = np.arange(100)[:, None], np.arange(BANDS)[None, :]
    waves = np.sin(0.13 * time + 0.21 * band) * np.cos(0.031 * time * np.sqrt(band + 1))
    return (0.3 + 0.5 * waves).astype(np.float32)


@here
def test_the_trained_encoder_answers_as_ctranslate2_does() -> None:
    norm = arrays(FOREIGN["encoder"].verified(), under="encoder/layer_norm/")
    *_, last = encoder.load(layers=4).layers(wavy())
    centred = (last - last.mean(1, keepdims=True)) / last.std(1, keepdims=True)
    answer = centred * norm["encoder/layer_norm/gamma"] + norm["encoder/layer_norm/beta"]

    np.testing.assert_allclose(answer[::7, ::48], FROM_CTRANSLATE, atol=2e-3)
