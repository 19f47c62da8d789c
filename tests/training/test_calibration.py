"""Temperature, threshold, and posteriors that were not calibrated on themselves."""

import numpy as np
import pytest

from source.training import calibration, metrics


def drawn(n: int = 20000, *, sharper: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn from the posteriors that they had before they were made sharper."""
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 2, (n, 4))
    odds = calibration.posteriors(logits)
    labels = (odds.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1).clip(0, 3)
    return logits * sharper, labels


@pytest.mark.parametrize("sharper", [0.5, 1.0, 3.0])
def test_temperature_is_found_again(sharper):
    logits, labels = drawn(sharper=sharper)
    assert calibration.fit_temperature(logits, labels) == pytest.approx(sharper, rel=0.05)


def test_no_other_temperature_makes_the_labels_likelier():
    logits, labels = drawn(2000, sharper=2.0)

    def loss(temperature: float) -> float:
        return metrics.nll(labels, calibration.posteriors(logits, temperature=temperature))

    best = calibration.fit_temperature(logits, labels)
    assert loss(best) < min(loss(0.99 * best), loss(1.01 * best))


def test_a_model_that_is_always_right_gets_the_lowest_temperature():
    logits = 5.0 * np.eye(4)
    assert calibration.fit_temperature(logits, np.arange(4)) == pytest.approx(
        calibration.COLDEST, rel=0.01
    )


def test_posteriors_of_half_precision_are_computed_in_double():
    logits = np.array([[1.0, 2.0, 3.0]], np.float16)
    found = calibration.posteriors(logits, temperature=2.0)
    assert found.dtype == np.float64
    assert np.log(found[0, 2] / found[0, 1]) == pytest.approx(0.5, abs=1e-12)


def test_what_ships_keeps_its_promise():
    logits, labels = drawn(2000, sharper=2.0)
    shipped = calibration.calibrate(logits, labels, target=0.8)
    fitted = calibration.posteriors(logits, temperature=shipped.temperature)
    sure = fitted.max(axis=1) >= shipped.threshold
    assert sure.mean() == pytest.approx(shipped.coverage)
    assert metrics.accuracy(labels[sure], fitted[sure].argmax(axis=1)) >= 0.8


def test_a_fold_is_calibrated_by_the_others_alone():
    logits, labels = drawn(400)
    folds = np.arange(400) % 2
    changed = np.where(folds[:, None] == 0, 9.0 * logits, logits)
    own = folds == 0
    warmth = calibration.fit_temperature(logits[~own], labels[~own])
    found = calibration.cross_fitted(changed, labels, folds)
    assert np.allclose(found[own], calibration.posteriors(changed[own], temperature=warmth))


def test_a_single_fold_is_calibrated_on_itself():
    logits, labels = drawn(400, sharper=2.0)
    warmth = calibration.fit_temperature(logits, labels)
    found = calibration.cross_fitted(logits, labels, np.zeros(400))
    assert np.allclose(found, calibration.posteriors(logits, temperature=warmth))
