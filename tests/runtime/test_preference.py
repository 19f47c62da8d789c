"""Which model answers where none is asked for, and what is said of one that cannot."""

import json
import shutil

import pytest

from source.core.errors import ModelChanged, ModelMissing, ModelNeeds
from source.runtime import check_all, default_name, load
from source.runtime.registry import passed_over
from tests.making.encoders import NAME, NEXT


@pytest.fixture
def root(preferring, tmp_path):
    """A folder of models of its own, in which none was loaded before."""
    return shutil.copytree(preferring, tmp_path / "models", symlinks=True)


def prefer(root, voice):
    index = json.loads((root / "index.json").read_text("utf-8"))
    (root / "index.json").write_text(json.dumps({**index, "voice": voice}), "utf-8")


def test_the_first_that_has_what_it_needs_serves(root, with_encoder):
    assert default_name("voice", root=root) == NAME
    assert passed_over("voice", root=root) == []
    assert load("voice", root=root).card.name == NAME


def test_without_the_encoder_the_next_serves_and_the_reason_is_known(root, without_encoder):
    assert default_name("voice", root=root) == NEXT
    assert passed_over("voice", root=root) == [(NAME, "encoder")]
    assert load("voice", root=root).card.name == NEXT


def test_default_in_an_ensemble_is_the_one_that_serves(root, without_encoder):
    assert load("voice", "classic+cnn-transformer", root=root).card.name
    prefer(root, [NAME, "classic"])
    joined = load("voice", "default+cnn-transformer", root=root)
    assert [m.card.name for m in joined.members] == ["classic", "cnn-transformer"]


def test_a_model_that_is_asked_for_says_what_it_lacks_and_how_to_get_it(root, without_encoder):
    with pytest.raises(ModelNeeds, match=f"“{NAME}” cannot be used: it needs Whisper") as refused:
        load("voice", NAME, root=root)
    assert "python3 setup.py install" in refused.value.hint
    assert refused.value.status == 503


def test_where_no_preferred_model_can_serve_the_first_says_why(root, without_encoder):
    prefer(root, [NAME])
    assert passed_over("voice", root=root) == [(NAME, "encoder")]
    with pytest.raises(ModelNeeds, match=NAME):
        load("voice", root=root)


def test_files_are_good_with_the_encoder(root, with_encoder):
    assert f"voice/{NAME}" in check_all(root=root)


def test_files_are_good_without_it_too(root, without_encoder):
    assert f"voice/{NAME}" in check_all(root=root)


def test_a_changed_file_is_named_without_it_too(root, without_encoder):
    (root / "voice" / NAME / "model.npz").write_bytes(b"changed")
    with pytest.raises(ModelChanged, match=NAME):
        check_all(root=root)


@pytest.mark.parametrize("voice", [[NAME, "nobody"], ["nobody", NAME], "nobody"])
def test_a_model_that_is_named_and_not_there_is_missing(root, with_encoder, voice):
    prefer(root, voice)
    with pytest.raises(ModelMissing, match="nobody"):
        default_name("voice", root=root)


@pytest.mark.parametrize("voice", [[], [NAME, 5], {NAME: 1}, None, ""])
def test_an_index_that_names_no_model_is_damaged(root, voice):
    prefer(root, voice)
    with pytest.raises(ModelChanged, match=r"index\.json"):
        default_name("voice", root=root)


def test_a_need_that_is_not_known_is_no_card_of_ours(root):
    path = root / "voice" / NAME / "card.json"
    card = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**card, "input": {**card["input"], "needs": "magic"}}), "utf-8")
    with pytest.raises(ModelChanged, match=NAME):
        load("voice", NAME, root=root)
