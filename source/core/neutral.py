"""A face read relative to the same person's neutral expression.

Some faces look sad, angry or happy at rest. From a stretch in which a person is known to be
neutral, the difference between this person's neutral face and neutral faces in general is
estimated, and taken off every reading of the person:

    l[e](t) = ln(p[e](t) / p[neutral](t))           log-odds of emotion e against neutral
    d[e]    = max(0, mean of l[e] over the stretch - r[e])  what it shows more of than others
    w       = T / (T + 5 s)                         T: seconds of the stretch that were read
    p'[e]   ~ p[e] * exp(-w * d[e])                 divided by their sum

`r` are the same mean log-odds over the neutral faces on which the model was validated; they stand
on its card. A stretch of 5 s counts half, one of 20 s 80 %: a short one says little about how a
face looks at rest. A face that is as neutral at rest as others are, or more, is not changed.
"""

import math
from collections.abc import Iterable, Mapping

from source.core.emotions import Emotion

NEUTRAL = "neutral"

HALF = 5.0
"""Seconds of a stretch that count half."""

FLOOR = 1e-3
"""Scores below this count as this much in a mean of log-odds: what is below is noise."""

Shift = dict[str, float]
"""What is taken off the log-odds of each emotion against neutral."""


def odds(scores: Mapping[str, float]) -> dict[str, float]:
    """Log-odds of each emotion of a posterior against neutral.

    Examples
    --------
    >>> odds({"neutral": 0.5, "sad": 0.5})
    {'neutral': 0.0, 'sad': 0.0}
    """
    base = math.log(max(scores[NEUTRAL], FLOOR))
    return {e: math.log(max(p, FLOOR)) - base for e, p in scores.items()}


def mean_odds(weighed: Iterable[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """Mean `odds` of posteriors over the same labels, each with its weight; at least one."""
    rows = [(odds(scores), weight) for scores, weight in weighed]
    total = sum(weight for _, weight in rows)
    return {e: sum(row[e] * weight for row, weight in rows) / total for e in rows[0][0]}


def weight(seconds: float) -> float:
    """How much a stretch of so many read seconds counts, 0 to 1.

    Examples
    --------
    >>> weight(5.0), weight(20.0)
    (0.5, 0.8)
    """
    return seconds / (seconds + HALF)


def shift(
    readings: Iterable[tuple[Mapping[str, float], float]], usual: Mapping[str, float]
) -> Shift:
    """What is taken off a person's log-odds: w * d of the formula above.

    Parameters
    ----------
    readings : iterable of (posterior, seconds)
        Those of the stretch in which the person is neutral; at least one.
    usual : mapping of emotion to float
        Mean log-odds of the model's neutral faces, `r` above.
    """
    rows = list(readings)
    own, share = mean_odds(rows), weight(sum(seconds for _, seconds in rows))
    return {e: share * max(0.0, own[e] - usual[e]) for e in own}


def relative(emotion: Emotion, taken_off: Shift, *, threshold: float, trusted: bool) -> Emotion:
    """One reading relative to the person's neutral expression.

    It is certain where the new score reaches the threshold and the face could be trusted.
    """
    scores = shifted(emotion.scores, taken_off)
    return Emotion.from_scores(scores, threshold=threshold, trusted=trusted)


def shifted(scores: Mapping[str, float], taken_off: Shift) -> dict[str, float]:
    """A posterior less what is taken off: p' of the formula above.

    Examples
    --------
    >>> shifted({"neutral": 0.5, "sad": 0.5}, {"neutral": 0.0, "sad": 0.0})
    {'neutral': 0.5, 'sad': 0.5}
    """
    raised = {e: p * math.exp(-taken_off[e]) for e, p in scores.items()}
    total = sum(raised.values())
    return {e: p / total for e, p in raised.items()}
