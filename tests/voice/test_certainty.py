"""From which score on an answer is certain."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from source.voice.certainty import needed
from source.voice.features import RATE
from source.voice.listener import read
from source.voice.speech import Utterance


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


class Sure:
    """A model that answers every window alike, with a score of 0.75."""

    def __init__(self):
        self.card = Card(extra=CURVE)
        self.card.labels, self.card.input = ("neutral", "happy"), {"features": "mfcc-40"}

    def run(self, batch):
        return np.full((len(batch), 2), (0.25, 0.75), np.float32), np.zeros((len(batch), 3))


def test_a_window_of_a_long_utterance_counts_no_more_than_its_own_seconds():
    """0.75 is enough for four seconds of speech and too little for a window of 2.8."""
    noise = np.random.default_rng(0).normal(0.0, 0.1, 10 * RATE).astype(np.float32)
    long = read(Utterance(0.0, noise, spoken=9.0), Sure())
    assert len(long) > 3
    assert [part.needed for part in long] == [needed(Card(extra=CURVE), 2.82)] * len(long)
    assert not any(part.segment.emotion.certain for part in long)
