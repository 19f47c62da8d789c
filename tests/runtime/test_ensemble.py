"""Models that answer together, and a model that is no network, behind the same door."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from source.core.errors import BadRequest, ModelChanged, UnknownOption
from source.runtime import Card, load
from source.runtime.classic import Vote
from source.runtime.ensemble import mark
from source.settings import ROOT as PROJECT

BATCH = np.random.default_rng(0).normal(size=(5, 12, 6)).astype(np.float32)


def write(folder: Path, **changes) -> None:
    card = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps({**card, "name": folder.name, **changes}))


@pytest.fixture
def two(models, tmp_path):
    """A models folder of its own with two models, the second colder and more careful."""
    root = Path(shutil.copytree(models, tmp_path / "models"))
    shutil.copytree(root / "voice" / "small", root / "voice" / "other")
    write(root / "voice" / "other", temperature=0.5, threshold=0.7)
    return root


@pytest.fixture
def both(two):
    """The same with an ensemble of the two that has a card of its own."""
    folder = two / "voice" / "both"
    folder.mkdir()
    members = [Card.read(two / "voice" / name) for name in ("small", "other")]
    shutil.copy(two / "voice" / "small" / "card.json", folder)
    write(
        folder, temperature=2.0, threshold=0.6, sha256={},
        architecture={"name": "ensemble",
                      "args": {"members": ["small", "other"], "weights": [3, 1]}},
        members={m.name: mark(m) for m in members},
    )  # fmt: skip
    return two


def test_names_joined_by_a_plus_answer_with_the_mean_of_their_posteriors(two):
    joined = load("voice", "small+other", root=two)
    posteriors, embeddings = joined.run([BATCH, BATCH])
    each = [load("voice", name, root=two).predict(BATCH) for name in ("small", "other")]
    assert np.abs(posteriors - np.mean(each, axis=0)).max() < 1e-6
    assert embeddings.shape == (5, 16)
    assert joined.card.name == "small+other"
    assert joined.card.threshold == 0.7
    assert joined.card.input["members"] == [load("voice", "small", root=two).card.input] * 2


def test_the_result_can_name_every_file_that_was_run(two):
    small, other = (load("voice", name, root=two) for name in ("small", "other"))
    assert load("voice", "small+other", root=two).sha256 == f"{small.sha256}+{other.sha256}"


def test_default_may_be_one_of_them(two):
    assert load("voice", "other+default", root=two).predict([BATCH, BATCH]).shape == (5, 3)


@pytest.mark.parametrize("name", ["small+nobody", "nobody+small", "small+", "+"])
def test_an_unknown_member_is_told_with_those_there_are(two, name):
    with pytest.raises(UnknownOption) as told:
        load("voice", name, root=two)
    assert "default, other, small" in told.value.hint


def test_other_senses_have_no_ensembles(two):
    shutil.copytree(two / "voice" / "small", two / "face" / "small")
    with pytest.raises(UnknownOption):
        load("face", "small+small", root=two)


def test_models_of_other_labels_do_not_answer_together(two):
    write(two / "voice" / "other", labels=["neutral", "happy", "angry"])
    with pytest.raises(BadRequest, match="different emotions"):
        load("voice", "small+other", root=two)


@pytest.mark.parametrize("runtime", ["litert", "tensorflow"])
def test_a_card_gives_weights_and_calibration(both, runtime):
    model = load("voice", "both", root=both, runtime=runtime)
    assert model.weights == (0.75, 0.25)
    one, other = (load("voice", n, root=both).predict(BATCH) for n in ("small", "other"))
    warm = np.sqrt(0.75 * one + 0.25 * other)
    expected = warm / warm.sum(axis=1, keepdims=True)
    assert np.abs(model.predict([BATCH, BATCH]) - expected).max() < 1e-4
    assert model.card.threshold == 0.6


@pytest.mark.parametrize("changes", [{"temperature": 0.6}, {"sha256": {"model.tflite": "0"}}])
def test_an_ensemble_of_other_members_than_it_was_fitted_with_is_not_loaded(both, changes):
    write(both / "voice" / "other", **changes)
    with pytest.raises(ModelChanged):
        load("voice", "both", root=both)


def test_ensembles_do_not_load_each_other_for_ever(both):
    shutil.copytree(both / "voice" / "both", both / "voice" / "again")
    write(
        both / "voice" / "both",
        architecture={"name": "ensemble", "args": {"members": ["again", "small"]}},
    )
    with pytest.raises(ModelChanged):
        load("voice", "both", root=both)


@pytest.fixture
def classic(two):
    """A classic model in that folder, fitted on noise; and what scikit-learn fitted."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.svm import SVC

    from source.training.voice.vote import forest_arrays, machine_arrays, save

    rng = np.random.default_rng(1)
    known = rng.normal(size=(120, 6)).astype(np.float32)
    labels = (known[:, 0] + 0.5 * rng.normal(size=120) > 0).astype(int) + (known[:, 1] > 0.5)
    forest = RandomForestClassifier(20, min_samples_leaf=2, random_state=0).fit(known, labels)
    machine = SVC(C=3.0, gamma=0.1, decision_function_shape="ovo").fit(known, labels)
    vote = Vote(
        columns=np.arange(6), mean=np.zeros(6), spread=np.ones(6), **forest_arrays(forest),
        **machine_arrays(machine, machine.support_vectors_), gamma=0.1, warmth=1.5, share=0.5,
    )  # fmt: skip
    card = replace(
        Card.read(two / "voice" / "small"),
        architecture={"name": "classic/forest-svm", "args": {}},
        input={"shape": [6], "features": "classic-61"},
        temperature=1.0,
    )
    save(vote, two / "voice" / "classic", card)
    return two, forest, machine, rng.normal(size=(50, 6)).astype(np.float32)


def test_the_arrays_answer_as_scikit_learn(classic):
    root, forest, machine, batch = classic
    vote = Vote.from_bytes((root / "voice" / "classic" / "model.npz").read_bytes())
    assert np.abs(vote.forest(batch) - forest.predict_proba(batch)).max() < 1e-4
    pairs = machine.decision_function(batch)  # 0 against 1, 0 against 2, 1 against 2
    scores = np.stack(
        [pairs[:, 0] + pairs[:, 1], pairs[:, 2] - pairs[:, 0], -pairs[:, 1] - pairs[:, 2]], axis=1
    )
    assert np.abs(vote.machine(batch) - scores).max() < 1e-4


@pytest.mark.parametrize("runtime", ["litert", "tensorflow"])
def test_a_classic_model_runs_under_every_runtime(classic, runtime):
    root, *_, batch = classic
    model = load("voice", "classic", root=root, runtime=runtime)
    posteriors, embeddings = model.run(batch)
    assert posteriors.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert embeddings.shape == (50, 6)
    assert model.run(batch[:0])[0].shape == (0, 3)
    content = (root / "voice" / "classic" / "model.npz").read_bytes()
    assert model.sha256 == hashlib.sha256(content).hexdigest()


def test_a_changed_classic_model_is_not_loaded(classic):
    path = classic[0] / "voice" / "classic" / "model.npz"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ModelChanged):
        load("voice", "classic", root=classic[0])


def test_serving_a_classic_model_imports_no_scikit_learn(classic):
    root = classic[0]
    code = (
        "import sys, pathlib, numpy as np\n"
        "from source.runtime import load\n"
        f"root = pathlib.Path({str(root)!r})\n"
        "load('voice', 'classic', root=root).run(np.zeros((1, 6), np.float32))\n"
        "assert not {'sklearn', 'tensorflow', 'librosa', 'joblib'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)
