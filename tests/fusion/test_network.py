"""The fusion network answers from embeddings, and from one sense where the other is missing."""

import json
import shutil

import numpy as np
import pytest

from source.core.emotions import FACE, FUSED, VOICE, to_fused
from source.core.errors import ModelChanged
from source.core.senses import SENSES
from source.fusion import Evidence, NetworkFusion, load_fusion
from source.fusion.network import FILE, Branch, content
from source.runtime.card import digest
from source.settings import ROOT

RANDOM = np.random.default_rng(5)
WIDTH = {"voice": 10, "face": 6}


@pytest.fixture
def root(tmp_path):
    """A folder of models whose fusion is a network of random weights."""
    branches = {
        sense: Branch(
            np.zeros(width, "f4"), np.ones(width, "f4"),
            RANDOM.normal(size=(width, 256)).astype("f4"), np.zeros(256, "f4"),
        )
        for sense, width in WIDTH.items()
    }  # fmt: skip
    kept = content(branches, RANDOM.normal(size=(512, 7)) / 20, np.zeros(7))
    folder = tmp_path / "fusion" / "network"
    folder.mkdir(parents=True)
    (folder / FILE).write_bytes(kept)
    card = json.loads((ROOT / "models/fusion/late/card.json").read_text("utf-8"))
    args = {"trust": card["architecture"]["args"]["trust"]}
    card |= {"name": "network", "architecture": {"name": NetworkFusion.NAME, "args": args}}
    card |= {"sha256": {FILE: digest(kept)}}
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    (tmp_path / "index.json").write_text('{"fusion": "network"}', "utf-8")
    return tmp_path


def embedding(sense):
    return RANDOM.normal(size=WIDTH[sense]).astype("f4")


READ = {
    "voice": Evidence(dict.fromkeys(VOICE, 1 / 8)),
    "face": Evidence(dict.fromkeys(FACE, 1 / 8)),
}


def test_it_answers_from_the_embeddings_of_both(root):
    fusion = load_fusion(root=root)
    one, other = ({s: embedding(s) for s in SENSES} for _ in range(2))
    assert fusion.combine(READ, one) != fusion.combine(READ, other)
    assert tuple(fusion.combine(READ, one)) == FUSED
    assert sum(fusion.combine(READ, one).values()) == pytest.approx(1.0)


def test_one_sense_alone_keeps_its_posterior(root):
    fusion = load_fusion(root=root)
    for sense in SENSES:
        only = {sense: READ[sense]}
        assert fusion.combine(only, {sense: embedding(sense)}) == to_fused(READ[sense].posterior)


def test_an_embedding_of_another_model_counts_as_missing(root):
    fusion = load_fusion(root=root)
    face = embedding("face")
    strange = fusion.combine(READ, {"voice": np.ones(99, "f4"), "face": face})
    assert strange == fusion.combine(READ, {"face": face})


def test_a_changed_file_is_refused(root):
    (root / "fusion" / "network" / FILE).write_bytes(b"changed")
    with pytest.raises(ModelChanged):
        load_fusion(root=root)


def test_a_fusion_can_be_named(root):
    shutil.copytree(ROOT / "models" / "fusion" / "late", root / "fusion" / "late")
    assert load_fusion(root=root, name="late").card.name == "late"
