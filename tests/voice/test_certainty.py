"""From which score on an answer is certain."""

from dataclasses import dataclass, field

import pytest

from source.voice.certainty import needed


@dataclass
class Card:
    threshold: float = 0.6
    extra: dict = field(default_factory=dict)


CURVE = {"certainty": {"least_seconds": 1.0, "at_one_second": 2.0, "per_doubling": 0.5}}


@pytest.mark.parametrize(
    ("spoken", "score"),
    [(0.99, float("inf")), (1.0, 0.8808), (2.0, 0.8176), (4.0, 0.7311), (9.0, 0.7311),
     (float("inf"), 0.7311)],
)  # fmt: skip
def test_a_card_says_how_the_score_falls_with_the_seconds(spoken, score):
    assert needed(Card(extra=CURVE), spoken) == pytest.approx(score, abs=1e-4)


@pytest.mark.parametrize(
    ("spoken", "score"), [(0.9, float("inf")), (1.0, 0.9), (1.3, 0.75), (1.6, 0.6), (5.0, 0.6)]
)
def test_without_it_the_threshold_is_raised_for_little_speech(spoken, score):
    assert needed(Card(), spoken) == pytest.approx(score)


def test_a_card_may_call_something_certain_that_is_shorter_than_a_second():
    short = {"certainty": {**CURVE["certainty"], "least_seconds": 0.5}}
    assert needed(Card(extra=short), 0.7) == needed(Card(extra=short), 1.0)
