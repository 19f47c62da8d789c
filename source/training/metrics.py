"""The figures of a classifier.

What is right is counted in one table of labels and answers, by the same formulas for a figure and
for its interval; likelihood and Brier score are scikit-learn's.

Posteriors are ``[n, classes]`` and rows sum to 1; labels and answers are integers ``[n]``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
Floats = NDArray[np.floating]
Ints = NDArray[np.integer]


def accuracy(labels: Ints, answers: Ints) -> float:
    """Share of right answers, 0 to 1."""
    return decided(labels, answers)["accuracy"]


def uar(labels: Ints, answers: Ints) -> float:
    """Unweighted average recall over the classes that occur in `labels`, 0 to 1."""
    return decided(labels, answers)["uar"]


def macro_f1(labels: Ints, answers: Ints) -> float:
    """Mean F1 over the classes that occur in labels or answers, 0 to 1."""
    return decided(labels, answers)["macro_f1"]


def confusion(labels: Ints, answers: Ints, *, classes: int) -> NDArray[np.int64]:
    """How often each label (row) was answered as what (column), ``[classes, classes]``."""
    cells = np.ravel_multi_index((labels, answers), (classes, classes))
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def nll(labels: Ints, posteriors: Floats) -> float:
    """Mean negative log likelihood of the right class, in nats."""
    from sklearn.metrics import log_loss

    return float(log_loss(labels, posteriors, labels=range(posteriors.shape[1])))


def brier(labels: Ints, posteriors: Floats) -> float:
    """Mean squared distance between posterior and truth, summed over classes, 0 to 2."""
    from sklearn.metrics import brier_score_loss

    classes = range(posteriors.shape[1])
    return float(brier_score_loss(labels, posteriors, labels=classes, scale_by_half=False))


def ece(labels: Ints, posteriors: Floats, *, bins: int = 15) -> float:
    """Expected calibration error of the answer's score, 0 to 1.

    ``sum over bins of n_bin / n * |accuracy of the bin - mean score of the bin|``, the answers
    sorted by score and cut into `bins` bins of equal counts. Naeini et al. (2015), "Obtaining
    well calibrated probabilities using Bayesian binning"; Nguyen & O'Connor (2015),
    "Posterior calibration and exploratory analysis", for the bins.
    """
    scores, right, shares = reliability(labels, posteriors, bins=bins)
    return float(np.sum(shares * np.abs(right - scores)))


def reliability(
    labels: Ints, posteriors: Floats, *, bins: int = 15
) -> tuple[Floats, Floats, Floats]:
    """Mean score, accuracy and share of the answers of each bin of `ece`, by rising score."""
    scores = posteriors.max(axis=1)
    right = posteriors.argmax(axis=1) == labels
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return (
        np.array([scores[part].mean() for part in parts]),
        np.array([right[part].mean() for part in parts]),
        np.array([len(part) for part in parts]) / len(order),
    )


def selective(labels: Ints, posteriors: Floats) -> tuple[Floats, Floats, Floats]:
    """What is kept from the surest answer on: the score kept down to, the share, its accuracy."""
    scores = posteriors.max(axis=1)
    order = np.argsort(-scores, kind="stable")
    right = (posteriors.argmax(axis=1) == labels)[order]
    kept = np.arange(1, len(right) + 1)
    return scores[order], kept / len(right), np.cumsum(right) / kept


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
    scores, kept, right = selective(labels, posteriors)
    # A threshold keeps all answers of its score: only the last of equal scores counts.
    last = np.append(np.diff(scores) != 0, True)
    good = np.flatnonzero((right >= target) & last)
    return (float(scores[good[-1]]), float(kept[good[-1]])) if len(good) else (1.0, 0.0)


def decided(labels: Ints, answers: Ints) -> dict[str, float]:
    """Accuracy, UAR and macro-F1 of answers without scores."""
    classes = int(max(labels.max(), answers.max())) + 1
    table = confusion(labels, answers, classes=classes)[None]
    return {name: float(values[0]) for name, values in _decided(table).items()}


def _decided(tables: NDArray[Any]) -> dict[str, Floats]:
    """The figures of `decided` of each confusion matrix ``[n, classes, classes]``."""
    right, true, answered = _counted(tables)
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = right / true
        f1 = 2.0 * right / (true + answered)
    return {
        "accuracy": right.sum(axis=1) / true.sum(axis=1),
        "uar": np.nanmean(recall, axis=1),
        "macro_f1": np.nanmean(f1, axis=1),
    }


def _counted(tables: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """How often each class was answered rightly, was right, and was answered: ``[n, classes]``."""
    return np.einsum("rii->ri", tables), tables.sum(axis=2), tables.sum(axis=1)


def figures(labels: Ints, posteriors: Floats) -> dict[str, float]:
    """Those of `decided`, and what the scores are worth: ECE, NLL and Brier; `rounded`."""
    return rounded(
        decided(labels, posteriors.argmax(axis=1))
        | {
            "ece": ece(labels, posteriors),
            "nll": nll(labels, posteriors),
            "brier": brier(labels, posteriors),
        }
    )


def rounded(figures: Mapping[str, float]) -> dict[str, float]:
    """Figures to 4 decimals, as cards have them."""
    return {name: round(value, 4) for name, value in figures.items()}


def intervals(
    labels: Ints,
    answers: Ints,
    clusters: Sequence[object] | NDArray[np.generic],
    *,
    classes: Sequence[str],
    rounds: int = 1000,
    seed: int = 0,
) -> dict[str, Interval]:
    """95 % intervals of the figures of `decided`, and of each class's recall.

    Whole clusters (the speaker, or person, of each row) are drawn with replacement. The key of a
    recall is ``recall <class>``; a class that no draw has is left out.
    """
    names, index = np.unique(np.asarray(clusters), return_inverse=True)
    counts = np.zeros((len(names), len(classes), len(classes)))
    np.add.at(counts, (index, labels, answers), 1.0)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(names), (rounds, len(names)))
    places = drawn + len(names) * np.arange(rounds)[:, None]
    draws = np.bincount(places.ravel(), minlength=places.size).reshape(places.shape)
    tables = np.einsum("rc,cij->rij", draws, counts)
    right, true, _ = _counted(tables)
    with np.errstate(invalid="ignore", divide="ignore"):
        recall = right / true
    values = {
        **_decided(tables),
        **{f"recall {name}": recall[:, column] for column, name in enumerate(classes)},
    }
    known = {name: each[np.isfinite(each)] for name, each in values.items()}
    spans = {name: np.percentile(each, [2.5, 97.5]) for name, each in known.items() if len(each)}
    return {name: (float(low), float(high)) for name, (low, high) in spans.items()}
