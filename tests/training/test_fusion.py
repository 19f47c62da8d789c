"""Fusion is learned from pairs, judged on people it was not learned from, and told."""

import shutil

import numpy as np
import pytest

from source.fusion import load_fusion
from source.fusion.network import NetworkFusion
from source.settings import ROOT
from source.training import evaluate
from source.training.fusion import fit, judge, known, units
from source.training.report import fusion as told
from source.training.train import main

RANDOM = np.random.default_rng(2)


def answers(labels, right, classes=5):
    """Posteriors of a sense that is right about so often."""
    scores = RANDOM.normal(size=(len(labels), classes))
    scores[np.arange(len(labels)), labels] += right
    shares = np.exp(2 * scores)
    return shares / shares.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def pairs():
    labels = RANDOM.integers(0, 5, 600)
    return labels, np.stack([answers(labels, 2.0), answers(labels, 1.0)], 1), np.arange(600) % 5


def test_the_pool_is_better_than_the_better_sense_and_than_the_mean(pairs):
    labels, two, folds = pairs
    right = [np.mean(p.argmax(axis=1) == labels) for p in (two[:, 0], two.mean(axis=1))]
    fused = fit.cross_fitted(two, labels, folds)
    assert np.mean(fused.argmax(axis=1) == labels) > max(right) + 0.01


def test_a_sense_that_says_nothing_gets_no_weight(pairs):
    labels, two, _ = pairs
    noise = np.stack([two[:, 0], answers(labels, 0.0)], axis=1)
    weights = fit.pool(noise, labels, apart=fit.APART[0]).senses
    assert weights[1].mean() < 0.1 * weights[0].mean()


def test_a_missing_undecided_or_strange_sense_costs_nothing(pairs):
    labels, two, folds = pairs
    alone = np.mean(two[:, 0].argmax(axis=1) == labels)
    for reader, scores in judge.noisy(two, labels, folds).items():
        if reader in ("face missing", "face undecided", "face strange"):
            assert np.mean(scores.argmax(axis=1) == labels) >= alone - 0.005, reader


def test_what_is_usual_for_a_person_is_taken_from_their_other_recordings():
    posteriors = RANDOM.dirichlet(np.ones(4), size=(12, 2))
    people = np.repeat([1, 2], 6)
    moved = posteriors.copy()
    moved[0] = np.roll(moved[0], 1, axis=-1)  # only this one answers otherwise
    one, other = (known.centred(p, people, 1.0) for p in (posteriors, moved))
    expected = np.log(posteriors[0]) - np.log(posteriors[1:6]).mean(axis=0)
    found = np.log(one[0])
    assert found - found.mean(axis=-1, keepdims=True) == pytest.approx(
        expected - expected.mean(axis=-1, keepdims=True), abs=1e-4
    )
    assert (one[6:] == other[6:]).all()


def test_neutral_answers_of_the_same_person_are_taken_off_the_others():
    """A person who looks sad at rest is no longer read as sad, the others stay as they were."""
    people, folds = np.repeat([1, 2, 3], 4), np.repeat([0, 1, 2], 4)
    neutrals = np.tile([True, True, False, False], 3)
    usual, sad = np.array([0.8, 0.1, 0.1]), np.array([0.3, 0.6, 0.1])
    posteriors = np.array([sad] * 4 + [usual] * 8)[:, None]
    found = known.relative(posteriors, neutrals, people, folds, ("neutral", "sad", "happy"))
    assert found[2, 0].argmax() == 0 and found[2, 0, 1] < 0.4
    assert found[4:] == pytest.approx(posteriors[4:])


def test_the_answer_to_a_recording_does_not_depend_on_its_own_label():
    labels, folds = RANDOM.integers(0, 3, 90), np.arange(90) % 5
    features = RANDOM.normal(size=(90, 6))
    features[np.arange(90), labels] += 2.0
    other = np.where(folds == 0, (labels + 1) % 3, labels)
    one, two = (units.read(features, which, folds) for which in (labels, other))
    assert (one.outer[folds == 0] == two.outer[folds == 0]).all()
    assert (one.inner[0] == two.inner[0]).all()
    assert np.mean(one.outer.argmax(axis=1) == labels) > 0.7


def test_the_kept_answers_are_told_as_they_were_judged(pairs):
    labels, two, folds = pairs
    one = judge.Judged("made", labels, folds, tuple("abcde"), {"ours": two[:, 0]})
    (again,) = judge.of_rows(judge.rows([one]))
    assert again.accuracy("ours") == one.accuracy("ours")
    assert again.classes == one.classes and (again.actors == folds).all()


def test_the_figures_of_what_ships_are_printed(capsys):
    assert evaluate.main(["fusion", "--name", "late"]) == 0
    printed = capsys.readouterr().out
    assert "published fusion" in printed and "face missing" in printed


def test_what_ships_keeps_what_is_promised_of_it():
    sets = {
        one.title: one
        for one in judge.of_rows(told.answers.load(ROOT / "models/fusion/late", "fusion"))
    }
    ours, published = sets[judge.OURS], sets[judge.PUBLISHED]
    assert ours.accuracy(judge.MAIN) >= ours.accuracy(ours.better()) + 0.05
    assert published.accuracy("pool, both faces, neutral known") >= 0.88
    assert published.accuracy("pool, action units, person known") >= 0.90
    assert ours.gain(judge.MAIN, ours.better())[1] > 0.05
    for one in (ours, published):
        assert one.accuracy("face missing") == one.accuracy(one.better())
        assert one.accuracy("face strange") >= one.accuracy(one.better())


def test_the_pool_is_fitted_by_one_command(shared, tmp_path, capsys):
    models = shutil.copytree(ROOT / "models", tmp_path / "models")
    shutil.rmtree(models / "fusion" / "late")
    given = ["--tiny", "--way", "late", "--data", str(shared), "--models", str(models)]
    assert main(["fusion", *given, "--work", str(tmp_path / "work")]) == 0
    fusion = load_fusion(root=models, name="late")
    assert fusion.weights.senses.min() > 0
    assert (models / "fusion" / "late" / "report.md").is_file()


def test_without_the_published_answers_a_sentence_says_so(tmp_path, capsys):
    assert main(["fusion", "--way", "late", "--data", str(tmp_path)]) == 1
    assert "ravdess_posteriors.csv" in capsys.readouterr().err


def test_the_network_that_serves_is_the_one_that_was_trained(tmp_path):
    from source.core.senses import SENSES
    from source.fusion.network import Branch
    from source.training.fusion.network import build
    from source.training.threads import start_keras

    pytest.importorskip("tensorflow")
    widths = {"voice": 12, "face": 8}
    net = build(start_keras(1), widths, seed=0)
    rows = {s: RANDOM.normal(size=(5, w)).astype("f4") for s, w in widths.items()}
    rows["face"][0] = 0.0  # missing
    fusion = NetworkFusion.__new__(NetworkFusion)
    fusion.branches = {
        s: Branch(np.zeros(w, "f4"), np.ones(w, "f4"), net.get_layer(s).get_weights()[0],
                  np.zeros(256, "f4"))
        for s, w in widths.items()
    }  # fmt: skip
    fusion.kernel, fusion.bias = net.get_layer("classes").get_weights()
    theirs = np.asarray(net([rows[s] for s in SENSES])[0])
    assert fusion.logits(rows, 5) == pytest.approx(theirs, abs=1e-4)
    only = fusion.logits({"voice": rows["voice"][:1]}, 1)
    assert only == pytest.approx(theirs[:1], abs=1e-4)
