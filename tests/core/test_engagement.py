"""Engagement by its formulas: every figure here was worked out by hand."""

import pytest

from source.core.emotions import Emotion
from source.core.engagement import (
    WEIGHTS,
    base_score,
    curves,
    engagement,
    environments,
    sampled,
    score,
)
from source.core.errors import AverError
from source.core.options import Options
from source.core.weights import read_weights

EXACT = pytest.approx


def read(label, confidence):
    rest = "neutral" if label != "neutral" else "sad"
    return Emotion(label, confidence, True, {label: confidence, rest: 1.0 - confidence})


SEQUENCE = [
    (0.0, 0.7, read("happy", 0.9)),
    (0.7, 1.5, read("sad", 0.5)),
    (2.5, 3.6, read("surprised", 0.7)),
    (3.6, 4.0, read("fearful", 0.95)),
]
"""Four seconds by hand: a gap from 1.5 to 2.5 s."""

BY_HAND = {
    # happy 4.5; sad 2 x 0.5 = 1; gap; gap; surprised 5 x 0.7 = 3.5 (three times)
    "base": [4.5, 4.5, 1.0, None, None, 3.5, 3.5, 3.5],
    "classroom": [4.95, 4.95, 1.0, None, None, 5.0, 5.0, 5.0],
    "product_demo": [5.0, 5.0, 1.0, None, None, 4.2, 4.2, 4.2],
    "seminar": [4.05, 4.05, 1.0, None, None, 4.2, 4.2, 4.2],
    "general": [4.95, 4.95, 1.0, None, None, 4.2, 4.2, 4.2],
}


@pytest.mark.parametrize("environment", WEIGHTS)
def test_samples_are_scored_as_by_hand(environment):
    found = curves(sampled(SEQUENCE, 4.0), WEIGHTS[environment]).scores
    for own, by_hand in zip(found, BY_HAND[environment], strict=True):
        assert own == (None if by_hand is None else EXACT(by_hand, abs=1e-9))


def test_the_base_score_is_pulled_down_below_eighty_per_cent_but_not_below_one():
    assert base_score("happy", 0.8) == 4.5
    assert base_score("happy", 0.79) == EXACT(4.5 * 0.79, abs=1e-12)
    assert base_score("angry", 0.3) == 1.0
    assert base_score("calm", 0.9) == 3.0  # calm counts as neutral
    assert base_score("contempt", 0.9) == 1.0


def test_the_mean_so_far_is_of_what_was_measured():
    found = curves(sampled(SEQUENCE, 4.0), WEIGHTS["classroom"]).cumulative
    by_hand = [
        *(4.95, 4.95, (4.95 * 2 + 1) / 3, None, None),
        *((4.95 * 2 + 1 + 5 * n) / (3 + n) for n in (1, 2, 3)),
    ]
    for own, mean in zip(found, by_hand, strict=True):
        assert own == (None if mean is None else EXACT(mean, abs=1e-9))


def test_rolling_means_reach_sixty_and_a_hundred_and_twenty_samples_back():
    sad, happy = read("sad", 0.9), read("happy", 0.9)
    minutes = [(0.0, 40.0, sad), (40.0, 80.0, happy)]
    found = curves(sampled(minutes, 80.0), {}).rolling
    assert found["30s_avg"][79] == 2.0
    # 55 s: of the last 60 samples (25.5 to 55 s) 29 are sad, 31 happy
    assert found["30s_avg"][110] == EXACT((29 * 2.0 + 31 * 4.5) / 60, abs=1e-9)
    # 75 s: of the last 120 samples (15.5 to 75 s) 49 are sad, 71 happy
    assert found["1min_avg"][150] == EXACT((49 * 2.0 + 71 * 4.5) / 120, abs=1e-9)
    assert found["30s_avg"][150] == EXACT(4.5, abs=1e-9)


def test_a_gap_is_a_gap_in_every_curve_and_no_zero():
    found = curves(sampled(SEQUENCE, 4.0), WEIGHTS["general"])
    for curve in (found.scores, *found.rolling.values(), found.cumulative):
        assert curve[3] is curve[4] is None
        assert all(value is None or 1.0 <= value <= 5.0 for value in curve)


def test_a_gap_neither_moves_nor_shortens_the_time_axis():
    assert len(sampled(SEQUENCE, 4.0)) == 8
    assert sampled([], 2.0) == [None] * 4
    assert [e and e.label for e in sampled([(1.0, 2.0, read("sad", 0.9))], 2.2)] == [
        *(None, None, "sad", "sad", None)
    ]


def test_the_score_of_the_whole_weighs_stretches_by_their_length():
    whole = engagement((end - start, e) for start, end, e in SEQUENCE)
    by_hand = (0.7 * 4.95 + 0.8 * 1.0 + 1.1 * 5.0 + 0.4 * 1.0) / 3.0
    assert whole["classroom"] == EXACT(by_hand, abs=5e-5)  # it is rounded to four places


def test_own_weights_make_an_environment_of_their_own():
    given = engagement([(1.0, read("happy", 0.9))], own="happy=0.5")
    assert given["own"] == 2.25 and given["general"] == 4.95
    assert list(environments("sad=1")) == [*WEIGHTS, "own"]
    assert score("calm", 0.9, read_weights("calm=0.5")) == 1.5
    assert score("calm", 0.9, read_weights("neutral=0.5")) == 1.5
    assert score("fearful", 0.9, read_weights("fear=3")) == 3.0


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("happy=1.2,sad=0.5", "happy=1.2,sad=0.5"),
        ("  surprise = 1.50 ; happy=1", "happy=1,surprised=1.5"),
        ("ANGRY=0", "angry=0"),
    ],
)
def test_own_weights_are_kept_in_one_form(written, kept):
    assert Options(engagement_weights=written).engagement_weights == kept


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("joy=1", "“joy=1” is no weight of an emotion"),
        ("happy", "“happy” is no weight of an emotion"),
        ("happy=11", "weight of happy"),
        ("happy=much", "weight of happy"),
        ("happy=1,happy=2", "happy is given twice"),
        ("", "no weight"),
    ],
)
def test_wrong_weights_are_told_with_what_to_do(written, why):
    with pytest.raises(AverError, match=why) as refused:
        Options(engagement_weights=written)
    assert "happy=1.2" in refused.value.hint
