"""Every model in the repository: its files are those of its card, and both runtimes agree."""

import json
import shutil

import numpy as np
import pytest

from source.core.emotions import EMOTIONS, FACE, VOICE
from source.core.errors import ModelChanged, ModelMissing
from source.runtime import Card, check_all, default_name, load, names
from source.runtime.ensemble import Ensemble
from source.runtime.registry import MODEL_SENSES, ROOT
from source.training.export import PARITY, parity

MODELS = [(sense, name) for sense in MODEL_SENSES for name in names(sense)]
NETWORKS = [m for m in MODELS if "model.tflite" in Card.read(ROOT.joinpath(*m)).sha256]


def test_the_models_are_as_their_cards_say():
    ours = [f"{sense}/{name}" for sense, name in MODELS]

    assert check_all() == [*ours, "evidence/whole-face", "fusion/late"]


@pytest.fixture
def copied(tmp_path):
    """A models folder of its own."""
    return shutil.copytree(ROOT, tmp_path / "models")


@pytest.mark.parametrize(
    "file",
    ["evidence/whole-face/weights.npz", "face/residual/model.tflite", "clip/lrcn/model.tflite"],
)
def test_a_changed_or_missing_file_is_named(copied, file):
    path = copied / file
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelChanged, match=path.name):
        check_all(root=copied)

    path.unlink()
    with pytest.raises(ModelMissing, match=path.name):
        check_all(root=copied)


def test_a_missing_folder_of_evidence_is_named(copied):
    shutil.rmtree(copied / "evidence")

    with pytest.raises(ModelMissing, match="whole-face"):
        check_all(root=copied)


@pytest.mark.parametrize("sense", MODEL_SENSES)
def test_every_sense_has_a_default(sense):
    assert default_name(sense) in names(sense)


@pytest.mark.parametrize(("sense", "name"), NETWORKS)
def test_both_runtimes_agree(sense, name):
    assert parity(ROOT / sense / name) < PARITY


@pytest.mark.parametrize(("sense", "name"), MODELS)
def test_a_card_says_all_a_reader_needs(sense, name):
    card = Card.read(ROOT / sense / name)
    assert set(card.labels) <= set({"voice": VOICE, "face": FACE}.get(sense, EMOTIONS))
    assert card.data and card.licence and card.protocol and card.figures and card.limits
    assert 0.2 < card.temperature < 5
    assert 0 < card.threshold <= 1  # 1: it is never sure


@pytest.mark.parametrize(("sense", "name"), MODELS)
def test_models_are_small(sense, name):
    files = Card.read(ROOT / sense / name).sha256.keys() - {"model.keras"}
    assert sum((ROOT / sense / name / file).stat().st_size for file in files) < 4e6


@pytest.mark.parametrize(("sense", "name"), MODELS)
def test_the_same_input_gives_the_same_bits(with_encoder, sense, name):
    model = load(sense, name)
    members = model.members if isinstance(model, Ensemble) else [model]
    random = np.random.default_rng(1)
    each = [random.normal(size=(2, *m.card.input["shape"])).astype(np.float32) for m in members]
    batch = each if model not in members else each[0]
    assert (model.predict(batch) == model.predict(batch)).all()


@pytest.mark.parametrize("path", sorted(ROOT.glob("*/*/card.json")), ids=lambda p: p.parent.name)
def test_a_card_that_is_written_is_the_one_that_was_read(path, tmp_path):
    Card.read(path.parent).write(tmp_path)
    written, kept = (
        json.loads((f / "card.json").read_text("utf-8")) for f in (tmp_path, path.parent)
    )
    assert {key: written[key] for key in kept} == kept
    assert Card.read(tmp_path) == Card.read(path.parent)
