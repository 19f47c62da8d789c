import json
import shutil
import threading

import numpy as np
import pytest

from source.core.errors import ModelChanged, ModelMissing, UnknownOption
from source.runtime import Card, load, names
from source.runtime.litert import LiteRT

BATCH = np.random.default_rng(0).normal(size=(5, 12, 6)).astype(np.float32)


@pytest.fixture
def copied(models, tmp_path):
    """The models folder, to be damaged."""
    return shutil.copytree(models, tmp_path / "models")


def test_both_runtimes_answer_alike(models):
    by_litert = load("voice", root=models, runtime="litert").run(BATCH)
    by_tensorflow = load("voice", root=models, runtime="tensorflow").run(BATCH)
    for one, other in zip(by_litert, by_tensorflow, strict=True):
        assert np.abs(one - other).max() < 1e-4


@pytest.mark.parametrize("runtime", ["litert", "tensorflow"])
def test_posteriors_sum_to_one(models, runtime):
    posteriors = load("voice", root=models, runtime=runtime).predict(BATCH)
    assert posteriors.shape == (5, 3)
    assert posteriors.sum(axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("runtime", ["litert", "tensorflow"])
def test_an_empty_batch_has_an_empty_answer(models, runtime):
    posteriors, embeddings = load("voice", root=models, runtime=runtime).run(BATCH[:0])
    assert posteriors.shape == (0, 3)
    assert embeddings.shape == (0, 8)


def test_temperature_softens_and_keeps_the_order(models):
    logits, _ = LiteRT(Card.read(models / "voice/small"), models / "voice/small").run(BATCH)
    posteriors = load("voice", root=models).predict(BATCH)
    assert (posteriors.argmax(1) == logits.argmax(1)).all()
    ratio = np.log(posteriors[:, 0] / posteriors[:, 1])
    assert ratio == pytest.approx((logits[:, 0] - logits[:, 1]) / 2.0, abs=1e-4)


def test_a_model_is_loaded_once(models):
    assert load("voice", root=models) is load("voice", "small", root=models)


def test_a_batch_of_the_wrong_shape_is_told(models):
    with pytest.raises(ValueError, match="12, 6"):
        load("voice", root=models).predict(np.zeros((1, 3, 3), np.float32))


def test_threads_share_a_model_without_mixing_answers(models):
    model = load("voice", root=models)
    alone = model.predict(BATCH)
    found = {}

    def work(row):
        found[row] = [model.predict(BATCH[row : row + 1]) for _ in range(50)]

    threads = [threading.Thread(target=work, args=(row,)) for row in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((p == alone[row]).all() for row, answers in found.items() for p in answers)


@pytest.mark.parametrize("file", ["model.tflite", "model.keras"])
def test_a_changed_file_is_not_loaded(copied, file):
    path = copied / "voice" / "small" / file
    path.write_bytes(path.read_bytes() + b"x")
    runtime = {"model.tflite": "litert", "model.keras": "tensorflow"}[file]
    with pytest.raises(ModelChanged):
        load("voice", root=copied, runtime=runtime)


def test_a_missing_file_says_how_to_get_it_back(copied):
    (copied / "voice" / "small" / "model.tflite").unlink()
    with pytest.raises(ModelMissing) as told:
        load("voice", root=copied)
    assert "git checkout models" in told.value.hint


def test_a_missing_card_means_a_missing_model(copied):
    (copied / "voice" / "small" / "card.json").unlink()
    with pytest.raises(ModelMissing):
        load("voice", root=copied)


def test_a_model_that_does_not_exist_is_told_with_those_that_do(models):
    with pytest.raises(UnknownOption) as told:
        load("voice", "large", root=models)
    assert "default, small" in told.value.hint
    with pytest.raises(UnknownOption):
        load("voice", root=models, runtime="abacus")


def test_names_are_those_of_folders_with_a_card(models):
    (models / "voice" / "no-card").mkdir(exist_ok=True)
    assert names("voice", root=models) == ["small"]


def test_the_card_keeps_what_it_was_given(models):
    card = Card.read(models / "voice" / "small")
    written = json.loads((models / "voice" / "small" / "card.json").read_text())
    assert card.data == written["data"] == "random numbers"
    assert card.input["shape"] == [12, 6]
