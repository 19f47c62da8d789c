"""The figures of a classifier: accuracy, recall, calibration, and when it should abstain.

Posteriors and logits are ``[n, classes]``, labels are integers ``[n]``.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]


def softmax(logits: Floats, *, temperature: float = 1.0) -> Floats:
    """Posteriors of logits divided by `temperature` (> 0), in float64."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    grown = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def confusion(labels: Ints, answers: Ints, *, classes: int) -> NDArray[np.int64]:
    """How often each label (row) was answered as what (column), ``[classes, classes]``."""
    table = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(table, (np.asarray(labels), np.asarray(answers)), 1)
    return table


def accuracy(labels: Ints, answers: Ints) -> float:
    """Share of right answers, 0 to 1."""
    return float(np.mean(np.asarray(labels) == np.asarray(answers)))


def uar(labels: Ints, answers: Ints) -> float:
    """Unweighted average recall over the classes that occur in `labels`, 0 to 1."""
    labels, answers = np.asarray(labels), np.asarray(answers)
    return float(np.mean([np.mean(answers[labels == c] == c) for c in np.unique(labels)]))


def macro_f1(labels: Ints, answers: Ints, *, classes: int) -> float:
    """Mean F1 over the classes that occur in labels or answers, 0 to 1."""
    table = confusion(labels, answers, classes=classes)
    right = np.diag(table)
    both = table.sum(axis=0) + table.sum(axis=1)
    seen = both > 0
    return float(np.mean(2.0 * right[seen] / both[seen]))


def nll(labels: Ints, posteriors: Floats) -> float:
    """Mean negative log likelihood of the right class, in nats."""
    right = np.asarray(posteriors)[np.arange(len(labels)), labels]
    return float(-np.mean(np.log(np.clip(right, 1e-12, 1.0))))


def brier(labels: Ints, posteriors: Floats) -> float:
    """Mean squared distance between posterior and truth, summed over classes, 0 to 2."""
    truth = np.eye(np.asarray(posteriors).shape[1])[labels]
    return float(np.mean(np.sum((posteriors - truth) ** 2, axis=1)))


def ece(labels: Ints, posteriors: Floats, *, bins: int = 15) -> float:
    """Expected calibration error of the answer's score over equal-mass bins, 0 to 1.

    Sorted by score and cut into `bins` bins of equal counts: the mean of
    ``|accuracy - mean score|``, weighted by count. Nguyen & O'Connor (2015) for the bins.
    """
    return float(
        sum(
            share * abs(right - score)
            for score, right, share in reliability(labels, posteriors, bins=bins)
        )
    )


def reliability(
    labels: Ints, posteriors: Floats, *, bins: int = 15
) -> list[tuple[float, float, float]]:
    """Mean score, accuracy and share of the answers of each equal-mass bin, by rising score."""
    posteriors = np.asarray(posteriors)
    scores = posteriors.max(axis=1)
    right = posteriors.argmax(axis=1) == labels
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [(float(scores[p].mean()), float(right[p].mean()), len(p) / len(order)) for p in parts]


def fit_temperature(logits: Floats, labels: Ints) -> float:
    """The temperature that minimises the negative log likelihood (0.05 to 20).

    Guo C et al. (2017), "On calibration of modern neural networks". Golden section over the
    logarithm: the likelihood is convex in the inverse temperature, so it has one minimum.
    """
    golden = (np.sqrt(5.0) - 1.0) / 2.0
    low, high = np.log(0.05), np.log(20.0)

    def loss(log_t: float) -> float:
        return nll(labels, softmax(logits, temperature=float(np.exp(log_t))))

    for _ in range(60):
        a, b = high - golden * (high - low), low + golden * (high - low)
        if loss(a) < loss(b):
            high = b
        else:
            low = a
    return float(np.exp((low + high) / 2.0))


def abstention(labels: Ints, posteriors: Floats, *, target: float = 0.8) -> tuple[float, float]:
    """The smallest score from which kept answers are right `target` of the time.

    Returns
    -------
    threshold : float
        Answers with at least this score are kept, 0 to 1; 1.0 where no threshold reaches
        the target.
    coverage : float
        Share of answers that are kept at it, 0 to 1.
    """
    posteriors = np.asarray(posteriors)
    scores = posteriors.max(axis=1)
    right = posteriors.argmax(axis=1) == labels
    order = np.argsort(-scores, kind="stable")
    kept = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    # A threshold keeps all answers of its score: only the last of equal scores counts.
    last = np.append(np.diff(scores[order]) != 0, True)
    good = np.flatnonzero((kept >= target) & last)
    if not len(good):
        return 1.0, 0.0
    return float(scores[order][good[-1]]), float((good[-1] + 1) / len(order))


def bootstrap(
    figure: Callable[[NDArray[np.int64]], float],
    groups: Sequence[object] | NDArray[np.generic],
    *,
    rounds: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """95 % interval of `figure` when whole groups (speakers) are drawn with replacement.

    `figure` gets row numbers into the scored table and gives one number.
    """
    rng = np.random.default_rng(seed)
    names, index = np.unique(np.asarray(groups), return_inverse=True)
    rows = [np.flatnonzero(index == i) for i in range(len(names))]
    draws = [
        figure(np.concatenate([rows[i] for i in rng.integers(0, len(rows), len(rows))]))
        for _ in range(rounds)
    ]
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(low), float(high)


def figures(labels: Ints, posteriors: Floats) -> dict[str, float]:
    """All figures of one scored table, rounded to 4 decimals."""
    answers = np.asarray(posteriors).argmax(axis=1)
    classes = np.asarray(posteriors).shape[1]
    found = {
        "accuracy": accuracy(labels, answers),
        "uar": uar(labels, answers),
        "macro_f1": macro_f1(labels, answers, classes=classes),
        "ece": ece(labels, posteriors),
        "nll": nll(labels, posteriors),
        "brier": brier(labels, posteriors),
    }
    return {name: round(value, 4) for name, value in found.items()}
