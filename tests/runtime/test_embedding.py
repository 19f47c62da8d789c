"""The log-mel embedding: 128 numbers of a window, the same by both runtimes, blind to padding."""

import numpy as np
import pytest

from source.core.emotions import VOICE
from source.media import probe
from source.runtime import Card, load, networks
from source.settings import ROOT
from source.voice import inputs, listen


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A models folder with an untrained network of this kind."""
    import keras

    from source.training.export import save

    root = tmp_path_factory.mktemp("embedding")
    keras.utils.set_random_seed(0)
    name = "voice/log-mel-embedding"
    card = Card(
        name="log-mel-embedding", sense="voice", architecture={"name": name, "args": {}},
        labels=VOICE, input={"features": "log-mel-64"}, preprocessing=1, temperature=1.0,
        threshold=0.5, sha256={},
    )  # fmt: skip
    save(networks.build(name), root / "voice" / "log-mel-embedding", card)
    return root


def test_an_utterance_becomes_windows_of_64_bands_where_the_other_models_cut():
    noise = np.random.default_rng(0).normal(0, 0.1, 16000 * 6).astype(np.float32)
    batch, spans = inputs.INPUTS["log-mel-64"](noise)
    assert batch.shape == (len(spans), 282, 64)
    assert spans == inputs.INPUTS["mfcc-40"](noise)[1]


@pytest.mark.parametrize("runtime", ["litert", "tensorflow"])
def test_every_segment_has_an_embedding_of_128(exported, runtime):
    model = load("voice", "log-mel-embedding", root=exported, runtime=runtime)
    heard = listen(probe(ROOT / "input_files" / "sample.wav"), model=model)
    assert heard.embeddings.shape == (len(heard.voice.segments), 128)


def test_it_is_small(exported):
    model = exported / "voice" / "log-mel-embedding" / "model.tflite"
    assert model.stat().st_size < 5e5


def test_silence_has_a_finite_answer(exported):
    model = load("voice", "log-mel-embedding", root=exported)
    posteriors, embedding = model.run(np.zeros((1, 282, 64), np.float32))
    assert np.isfinite(embedding).all()
    assert posteriors.sum() == pytest.approx(1.0, abs=1e-5)


def test_padding_does_not_change_what_was_heard():
    import keras

    keras.utils.set_random_seed(0)
    model = networks.build("voice/log-mel-embedding", frames=None)
    heard = np.random.default_rng(0).normal(size=(1, 160, 64)).astype(np.float32)
    longer = np.pad(heard, ((0, 0), (0, 96), (0, 0)))
    one, other = (np.asarray(model(x, training=False)[1]) for x in (heard, longer))
    assert np.abs(one - other).max() < 1e-3
