import numpy as np
import pytest

from source.core.errors import ModelChanged
from source.fusion import load_forest
from source.fusion.anomaly import FILE
from source.training.anomaly import TREES, fit, grow, keep

RANDOM = np.random.default_rng(3)
ORDINARY = RANDOM.normal(size=(800, 12)).astype(np.float32)


def test_the_arrays_answer_as_scikit_learn_does():
    from sklearn.ensemble import IsolationForest

    theirs = IsolationForest(n_estimators=TREES, max_samples=256, random_state=0).fit(ORDINARY)
    unseen = RANDOM.normal(size=(200, 12), scale=2).astype(np.float32)
    assert grow(ORDINARY).raw(unseen) == pytest.approx(-theirs.score_samples(unseen), abs=1e-5)


def test_the_strange_scores_above_the_ordinary():
    forest, figures = fit(ORDINARY, np.arange(800) // 8)
    assert forest.score(ORDINARY).mean() < 0.5 < forest.score(ORDINARY[:50] + 6).mean()
    assert (forest.score(ORDINARY) > 0.5).mean() < 0.12
    assert figures["kept out"] == 160


def test_scores_lie_between_zero_and_one():
    forest, _ = fit(ORDINARY, np.arange(800))
    scores = forest.score(RANDOM.normal(size=(100, 12), scale=100).astype(np.float32))
    assert ((scores >= 0) & (scores <= 1)).all()


def test_a_kept_forest_answers_as_the_grown_one(tmp_path):
    forest, figures = fit(ORDINARY, np.arange(800))
    folder = tmp_path / "anomaly" / "voice-small"
    keep(forest, folder, data="random numbers", figures=figures, seed=0)
    read = load_forest("voice", "small", root=tmp_path)
    assert (read.score(ORDINARY) == forest.score(ORDINARY)).all()
    (folder / FILE).write_bytes(b"changed")
    with pytest.raises(ModelChanged):
        load_forest("voice", "small", root=tmp_path)


def test_a_model_without_a_forest_has_none(tmp_path):
    assert load_forest("voice", "small", root=tmp_path) is None
