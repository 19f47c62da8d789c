"""The figures, checked on tables small enough to do by hand."""

import numpy as np
import pytest
from sklearn import metrics as judge

from source.training import metrics

LABELS = np.array([0, 0, 0, 1])
ANSWERS = np.array([0, 0, 1, 1])


def test_accuracy_counts_answers_and_uar_counts_classes():
    assert metrics.accuracy(LABELS, ANSWERS) == pytest.approx(0.75)
    assert metrics.uar(LABELS, ANSWERS) == pytest.approx((2 / 3 + 1) / 2)


def test_macro_f1_leaves_out_classes_nobody_named():
    f1_zero, f1_one = 2 * 2 / (3 + 2), 2 * 1 / (1 + 2)
    assert metrics.macro_f1(LABELS, ANSWERS) == pytest.approx((f1_zero + f1_one) / 2)


def test_a_class_that_nobody_acted_has_no_recall():
    assert metrics.uar(np.array([0, 0]), np.array([0, 3])) == pytest.approx(0.5)


def test_what_is_right_is_what_scikit_learn_says():
    rng = np.random.default_rng(0)
    for count in (1, 7, 200):
        labels, answers = rng.choice([0, 2, 3, 7], count), rng.choice([1, 2, 3, 6], count)
        found = metrics.decided(labels, answers)
        assert found["accuracy"] == pytest.approx(judge.accuracy_score(labels, answers))
        recalls = judge.recall_score(
            labels, answers, labels=np.unique(labels), average="macro", zero_division=0.0
        )
        assert found["uar"] == pytest.approx(recalls)
        f1 = judge.f1_score(labels, answers, average="macro", zero_division=0.0)
        assert found["macro_f1"] == pytest.approx(f1)
        table = judge.confusion_matrix(labels, answers, labels=range(8))
        assert (metrics.confusion(labels, answers, classes=8) == table).all()


def test_the_scores_are_worth_what_they_say_of_the_right_class():
    posteriors = np.array([[0.5, 0.5, 0.0], [0.25, 0.75, 0.0]])
    labels = np.array([0, 1])
    assert metrics.nll(labels, posteriors) == pytest.approx(-np.log([0.5, 0.75]).mean())
    assert metrics.brier(labels, posteriors) == pytest.approx((0.5 + 0.125) / 2)


def test_the_confusion_matrix_has_every_class():
    assert metrics.confusion(LABELS, ANSWERS, classes=3).tolist() == [
        [2, 1, 0], [0, 1, 0], [0, 0, 0],
    ]  # fmt: skip


def test_calibration_error_of_a_sure_and_right_model_is_nothing():
    posteriors = np.eye(3)[[0, 1, 2, 0]]
    assert metrics.ece(np.array([0, 1, 2, 0]), posteriors) == 0.0
    assert metrics.ece(np.array([1, 2, 0, 1]), posteriors) == 1.0


def test_abstention_keeps_the_most_answers_that_meet_the_target():
    scores = np.array([0.9, 0.8, 0.7, 0.6])
    posteriors = np.stack([scores, 1 - scores], axis=1)
    threshold, coverage = metrics.abstention(np.array([0, 0, 1, 1]), posteriors, target=0.66)
    assert (threshold, coverage) == (0.7, 0.75)


def test_abstention_says_when_the_target_cannot_be_met():
    posteriors = np.array([[0.9, 0.1], [0.8, 0.2]])
    assert metrics.abstention(np.array([1, 1]), posteriors) == (1.0, 0.0)


def test_abstention_keeps_or_drops_equal_scores_together():
    posteriors = np.array([[0.7, 0.3], [0.7, 0.3], [0.7, 0.3]])
    threshold, coverage = metrics.abstention(np.array([0, 0, 1]), posteriors, target=0.8)
    assert (threshold, coverage) == (1.0, 0.0)


def test_the_surest_answers_are_kept_first():
    scores = np.array([0.6, 0.9, 0.8, 0.7])
    posteriors = np.stack([scores, 1 - scores], axis=1)
    kept_from, kept, right = metrics.selective(np.array([1, 0, 1, 0]), posteriors)
    assert kept_from.tolist() == [0.9, 0.8, 0.7, 0.6]
    assert kept.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert right == pytest.approx([1.0, 0.5, 2 / 3, 0.5])


def bootstrap(figure, clusters, *, rounds):
    """The plain way: draw whole clusters, take the figure of their rows."""
    rng = np.random.default_rng(0)
    rows = [np.flatnonzero(clusters == name) for name in np.unique(clusters)]
    draws = [
        figure(np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))]))
        for _ in range(rounds)
    ]
    return tuple(np.percentile(draws, [2.5, 97.5]))


def test_intervals_are_those_of_the_bootstrap_over_clusters():
    rng = np.random.default_rng(0)
    labels, clusters = rng.integers(0, 4, 300), np.repeat(list("abcdef"), 50)
    answers = np.where(rng.random(300) < 0.6, labels, rng.integers(0, 4, 300))
    found = metrics.intervals(labels, answers, clusters, classes="wxyz", rounds=100)
    for key, figure in (
        ("accuracy", metrics.accuracy),
        ("uar", metrics.uar),
        ("macro_f1", metrics.macro_f1),
    ):
        plain = bootstrap(lambda r, f=figure: f(labels[r], answers[r]), clusters, rounds=100)
        assert found[key] == pytest.approx(plain)
    assert {"recall w", "recall x", "recall y", "recall z"} < set(found)


def test_an_interval_of_a_class_nobody_acted_is_left_out():
    found = metrics.intervals(LABELS, ANSWERS, ["a", "a", "b", "b"], classes="abc", rounds=50)
    assert "recall c" not in found
    assert all(np.isfinite(pair).all() for pair in found.values())
