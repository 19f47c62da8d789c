"""When an answer is certain: one rule that holds on speakers and on corpora never heard.

The score an answer needs falls with the seconds of speech behind it. Temperature and rule are
fitted to answers about corpora that were left out of training as well as within, because a
network is surest of itself where that is worth least. Serving reads the rule from the card
(`source.voice.certainty`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training import calibration, protocols
from source.voice.certainty import ENOUGH, LONG, log_odds_needed

Floats = NDArray[np.floating]

DOUBLINGS = np.arange(0.0, 1.61, 0.2)
"""Log-odds that are tried for each halving of the seconds."""

FEW = 10
"""Certain answers of a corpus below which their share of right ones is not counted."""

NEVER = 20.0
"""Log-odds that no answer reaches: the rule where none keeps the goal."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers of one model to clips of one corpus.

    Attributes
    ----------
    corpus : str
    logits : float [n, classes of the voice]
    labels : int [n]
    seconds : float [n]
        Of speech.
    classes : tuple of int
        Those that are judged; see `protocols.judged_classes`.
    """

    corpus: str
    logits: Floats
    labels: NDArray[np.integer]
    seconds: Floats
    classes: tuple[int, ...]

    def posteriors(self, temperature: float) -> NDArray[np.float64]:
        """On the classes that are judged; rows sum to 1."""
        every = calibration.posteriors(self.logits, temperature=temperature)
        return protocols.restricted(every, self.classes)


@dataclass(frozen=True)
class Rule:
    """A temperature, and the log-odds that the top score of an answer needs to be certain."""

    temperature: float
    at_one_second: float
    per_doubling: float

    def needed(self, seconds: Floats) -> Floats:
        """Log-odds needed for so many seconds of speech; infinite for less than `ENOUGH`.

        Examples
        --------
        >>> Rule(1.0, 2.0, 0.5).needed(np.array([0.5, 1.0, 4.0, 9.0])).tolist()
        [inf, 2.0, 1.0, 1.0]
        """
        return log_odds_needed(seconds, self.on_card())

    def certain(self, posteriors: Floats, seconds: Floats) -> NDArray[np.bool_]:
        """Which of the answers are certain."""
        return np.asarray(log_odds(posteriors) >= self.needed(seconds))

    def on_card(self) -> dict[str, Any]:
        """The card's ``certainty``."""
        return {
            "least_seconds": ENOUGH,
            "at_one_second": round(self.at_one_second, 4),
            "per_doubling": round(self.per_doubling, 4),
        }

    @property
    def threshold(self) -> float:
        """The score that is needed at `LONG` seconds."""
        return float(1.0 / (1.0 + np.exp(-self.needed(np.array([LONG]))[0])))


def log_odds(posteriors: Floats) -> NDArray[np.float64]:
    """Of the top score of each row."""
    top = np.clip(posteriors.max(axis=1), 1e-9, 1.0 - 1e-9)
    return np.asarray(np.log(top / (1.0 - top)))


def fit(within: Sequence[Answers], left_out: Sequence[Answers], *, goal: float) -> Rule:
    """The rule by which most answers are certain while `goal` of them are right.

    That share is the mean over corpora, and holds within and for corpora left out alike; either
    may be empty. Every `Answers` has the same say.
    """
    temperature = temperature_of([*within, *left_out])
    parts = [
        [(one, one.posteriors(temperature)) for one in group]
        for group in (within, left_out)
        if group
    ]
    best = (0.0, NEVER, 0.0)
    for slope in DOUBLINGS:
        best = max(best, _steepness(parts, float(slope), goal))
    return Rule(round(temperature, 4), round(best[1], 4), round(best[2], 4))


def temperature_of(answers: Sequence[Answers]) -> float:
    """The temperature with the highest likelihood, every `Answers` with the same say."""
    from scipy.optimize import minimize_scalar

    def loss(logarithm: float) -> float:
        scores = [
            one.posteriors(float(np.exp(logarithm)))[np.arange(len(one.labels)), one.labels]
            for one in answers
        ]
        return float(np.mean([-np.log(np.maximum(score, 1e-12)).mean() for score in scores]))

    limits = (np.log(calibration.COLDEST), np.log(calibration.WARMEST))
    best = minimize_scalar(loss, bounds=limits, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(best.x))


def _steepness(
    parts: Sequence[Sequence[tuple[Answers, Floats]]], slope: float, goal: float
) -> tuple[float, float, float]:
    """Coverage, log-odds at one second and `slope` of the best rule of that slope."""
    levels = np.arange(-1.0, 8.0, 0.02)
    reached, coverage = np.ones(len(levels), bool), np.zeros(len(levels))
    for group in parts:
        right, kept = [], []
        for one, posteriors in group:
            over = log_odds(posteriors) - Rule(1.0, 0.0, slope).needed(one.seconds)
            correct = posteriors.argmax(axis=1) == one.labels
            order = np.argsort(-over, kind="stable")
            count = np.searchsorted(-over[order], -levels, side="right")
            hits = np.concatenate([[0], np.cumsum(correct[order])])[count]
            right.append(np.where(count >= FEW, hits / np.maximum(count, 1), np.nan))
            kept.append(count / len(over))
        known = ~np.isnan(right)
        mean = np.where(known, right, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        reached &= (mean >= goal) & known.any(axis=0)
        coverage += np.mean(kept, axis=0) / len(parts)
    good = np.flatnonzero(reached)
    if not len(good):
        return (0.0, NEVER, slope)
    best = good[coverage[good].argmax()]
    return (float(coverage[best]), float(levels[best]), slope)
