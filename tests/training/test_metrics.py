"""The figures, checked on tables small enough to do by hand."""

import numpy as np
import pytest

from source.training import metrics

LABELS = np.array([0, 0, 0, 1])
ANSWERS = np.array([0, 0, 1, 1])


def test_accuracy_counts_answers_and_uar_counts_classes():
    assert metrics.accuracy(LABELS, ANSWERS) == pytest.approx(0.75)
    assert metrics.uar(LABELS, ANSWERS) == pytest.approx((2 / 3 + 1) / 2)


def test_macro_f1_leaves_out_classes_nobody_named():
    f1_zero, f1_one = 2 * 2 / (3 + 2), 2 * 1 / (1 + 2)
    assert metrics.macro_f1(LABELS, ANSWERS, classes=5) == pytest.approx((f1_zero + f1_one) / 2)


def test_uar_and_f1_equal_sklearn():
    sklearn = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    labels, answers = rng.integers(0, 8, 300), rng.integers(0, 8, 300)
    assert metrics.uar(labels, answers) == pytest.approx(
        sklearn.balanced_accuracy_score(labels, answers)
    )
    assert metrics.macro_f1(labels, answers, classes=8) == pytest.approx(
        sklearn.f1_score(labels, answers, average="macro")
    )


def test_temperature_is_found_again():
    rng = np.random.default_rng(1)
    true = rng.normal(0, 2, (20000, 4))
    labels = np.array([rng.choice(4, p=p) for p in metrics.softmax(true)])
    assert metrics.fit_temperature(true * 3.0, labels) == pytest.approx(3.0, rel=0.05)


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


def test_bootstrap_draws_whole_groups():
    low, high = metrics.bootstrap(lambda rows: float(len(rows)), ["a", "a", "b", "b"], rounds=50)
    assert low == high == 4.0
