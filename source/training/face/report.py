"""The face model's figures: on its card, and as a table for people."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.face import expression
from source.face.views import VIEWS
from source.training import metrics
from source.training.face.data import FER2013, Faces

SEVEN = "fer2013.npz"
"""File of the layer that answers in the classes of FER2013."""

TARGET = 0.90
"""Share of right answers among those that are called certain."""


def to_fer2013(posteriors: np.ndarray) -> np.ndarray:
    """Posteriors in the seven classes of FER2013 [shape=(n, 7)]: contempt is left out."""
    kept = posteriors[:, [FACE.index(e) for e in FER2013]]
    return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-9))


def in_seven(posteriors: np.ndarray, embeddings: np.ndarray, head: Path) -> np.ndarray:
    """Scores in the seven classes of FER2013 [shape=(n, 7)]; the largest is the answer.

    Parameters
    ----------
    posteriors : np.ndarray [shape=(n, 8)]
        In the order of `FACE`.
    embeddings : np.ndarray [shape=(n, d)]
        Of the same faces.
    head : Path
        The layer that was trained on FER2013's own labels. Where there is none, the posteriors
        stand for it: FER+ relabelled a third of the pictures, so that answers worse.
    """
    if not head.is_file():
        return to_fer2013(posteriors)
    with np.load(head) as kept:
        return np.asarray(embeddings @ kept["weights"] + kept["bias"])


def crossed(logits: np.ndarray, labels: np.ndarray, *, seed: int) -> np.ndarray:
    """Posteriors of mean logits, each half calibrated on the other [shape=(n, 8)]."""
    halves = np.random.default_rng(seed).permutation(len(labels)) % 2
    found = np.zeros((len(labels), len(FACE)))
    for half in (0, 1):
        here, there = halves == half, halves != half
        if not here.any() or not there.any():
            here = there = np.ones(len(labels), bool)
        heat = metrics.fit_temperature(logits[there], labels[there])
        found[here] = metrics.softmax(logits[here], temperature=heat)
    return found


def card(
    valid: Faces,
    logits: np.ndarray,
    once: np.ndarray,
    seven: np.ndarray,
    *,
    trained_on: int,
    epochs: int,
    before: int = 0,
    architecture: dict[str, Any],
    seed: int,
) -> dict[str, Any]:
    """Everything for the card but names and digests.

    `logits` are the means over all views, as a photo is read; `once` those of the crop as it is.
    `epochs` were trained by this run, `before` by those whose weights it began with.

    The calibration error is honest: each half of PublicTest is calibrated on the other half.
    The temperature and threshold that ship see all of it.
    """
    logits, once = logits[valid.scored], once[valid.scored]
    labels = valid.plurality[valid.scored]
    temperature = metrics.fit_temperature(logits, labels)
    posteriors = metrics.softmax(logits, temperature=temperature)
    threshold, coverage = metrics.abstention(labels, posteriors, target=TARGET)
    known = valid.labels >= 0
    figures = {
        **metrics.figures(labels, crossed(logits, labels, seed=seed)),
        **{
            f"{name}_95": [round(n, 4) for n in _interval(figure, labels, posteriors.argmax(1))]
            for name, figure in (("accuracy", metrics.accuracy), ("macro_f1", _macro_f1))
        },
        "accuracy_read_once": round(metrics.accuracy(labels, once.argmax(1)), 4),
        "coverage_at_threshold": round(coverage, 4),
        "fer2013_accuracy": round(metrics.accuracy(valid.labels[known], seven[known].argmax(1)), 4)
        if known.any()
        else None,
        "majority_class": round(float(np.bincount(labels).max() / len(labels)), 4),
        "faces": len(labels),
        "recall": {
            name: {
                "recall": round(float((posteriors[labels == i].argmax(1) == i).mean()), 4),
                "faces": int((labels == i).sum()),
            }
            for i, name in enumerate(FACE)
            if (labels == i).any()
        },
    }
    return {
        "architecture": architecture,
        "seed": seed,
        "labels": list(FACE),
        "input": {
            "meaning": "grey face, eyes level at fixed places, mean 0 and deviation 1",
            "views": len(VIEWS),
        },
        "preprocessing": expression.PREPROCESSING,
        "temperature": round(temperature, 4),
        "threshold": round(threshold, 4),
        "data": {
            "train": f"FER2013 Training with FER+ votes, {trained_on} faces, rows that are also "
            "in the hidden test left out",
            "validation": "FER2013 PublicTest, rows with one plurality among eight emotions",
            "cite": [
                "Goodfellow et al., Challenges in Representation Learning, 2013",
                "Barsoum et al., Training Deep Networks for Facial Expression Recognition with "
                "Crowd-Sourced Label Distribution, ICMI 2016",
            ],
        },
        "licence": "FER2013 was given out for research and its pictures belong to their owners; "
        "FER+ labels: MIT. Use this model for research only.",
        "protocol": (f"Begun with the weights of {before} epochs; then " if before else "")
        + f"{epochs} epochs on the vote distributions and, by a second layer, on the "
        "labels of FER2013; figures on PublicTest, which also chose temperature, threshold and "
        "design: validation figures. ECE, NLL and Brier are cross-fitted over two halves. "
        f"`certain` is the score from which kept answers are right {TARGET:.0%} of the time on "
        "PublicTest.",
        "figures": figures,
        "limits": "Posed and web pictures; few examples of disgust, fear and contempt, which are "
        "often missed. Faces turned by more than about 45 degrees, covered or smaller than "
        "the quality gate are not what it was trained on. An expression is not a feeling.",
    }


def table(faces: Faces, posteriors: np.ndarray, seven: np.ndarray, *, threshold: float) -> str:
    """The figures of one set, for people."""
    kept = faces.scored
    lines = [f"faces {len(faces)}, aligned {faces.found.mean():.1%}"]
    if kept.any():
        labels, mine = faces.plurality[kept], posteriors[kept]
        found = metrics.figures(labels, mine)
        low, high = _interval(_macro_f1, labels, mine.argmax(1))
        lines += [
            f"FER+ (8 classes, {kept.sum()} scored faces)",
            f"  accuracy {found['accuracy']:.4f}  macro-F1 {found['macro_f1']:.4f} "
            f"[{low:.4f}, {high:.4f}]  UAR {found['uar']:.4f}  ECE {found['ece']:.4f}",
        ]
        sure = mine.max(axis=1) >= threshold
        if sure.any():
            right = (mine.argmax(1) == labels)[sure].mean()
            lines.append(f"  certain {sure.mean():.1%} of faces, {right:.1%} of those right")
        for i, name in enumerate(FACE):
            rows = labels == i
            if rows.any():
                recall = (mine[rows].argmax(1) == i).mean()
                lines.append(f"  {name:<10} recall {recall:.3f} of {rows.sum()}")
    known = faces.labels >= 0
    if known.any():
        right = metrics.accuracy(faces.labels[known], seven[known].argmax(1))
        lines.append(f"FER2013 (7 classes, {known.sum()} faces)\n  accuracy {right:.4f}")
    return "\n".join(lines)


def _macro_f1(labels: np.ndarray, answers: np.ndarray) -> float:
    return metrics.macro_f1(labels, answers, classes=len(FACE))


def _interval(
    figure: Callable[[np.ndarray, np.ndarray], float], labels: np.ndarray, answers: np.ndarray
) -> tuple[float, float]:
    """95 % bootstrap interval over faces."""
    return metrics.bootstrap(
        lambda rows: figure(labels[rows], answers[rows]), np.arange(len(labels)), rounds=500
    )
