"""The card of a face model."""

from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.core.neutral import NEUTRAL, mean_odds
from source.face import expression
from source.face.views import VIEWS
from source.runtime.card import Card
from source.training import metrics
from source.training.calibration import calibrate, posteriors
from source.training.face.data import Faces
from source.training.report import face as judged

TARGET = 0.90
"""Share of right answers among those that are called certain."""


def card(
    folder: Path,
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
) -> Card:
    """The card of the model in `folder`, but for its digests.

    `logits` are the means over all views, as a photo is read; `once` those of the crop as it is.
    `epochs` were trained by this run, `before` by those whose weights it began with.

    The calibration error is honest: each half of PublicTest is calibrated on the other half.
    The temperature and threshold that ship see all of it.
    """
    logits, once = logits[valid.scored], once[valid.scored]
    labels = valid.plurality[valid.scored]
    shipped = calibrate(logits, labels, target=TARGET)
    scored = judged.score(labels, judged.cross_fitted(logits, labels, seed=seed))
    spans = scored.bootstrap(rounds=judged.ROUNDS)
    counts = scored.confusion.sum(axis=1)
    known = valid.labels >= 0
    figures = {
        **scored.figures,
        **{f"{key}_95": [round(n, 4) for n in spans[key]] for key in ("accuracy", "macro_f1")},
        "accuracy_read_once": round(metrics.accuracy(labels, once.argmax(1)), 4),
        "coverage_at_threshold": round(shipped.coverage, 4),
        "fer2013_accuracy": round(metrics.accuracy(valid.labels[known], seven[known].argmax(1)), 4)
        if known.any()
        else None,
        "majority_class": round(scored.majority()["accuracy"], 4),
        "faces": len(labels),
        "recall": {
            name: {"recall": recall, "faces": int(counts[FACE.index(name)])}
            for name, recall in scored.recall.items()
        },
    }
    return Card(
        name=folder.name,
        sense="face",
        architecture=architecture,
        labels=FACE,
        input={
            "meaning": "grey face, eyes level at fixed positions, mean 0 and standard deviation 1",
            "views": len(VIEWS),
        },
        preprocessing=expression.PREPROCESSING,
        temperature=round(shipped.temperature, 4),
        threshold=round(shipped.threshold, 4),
        sha256={},
        data={
            "train": f"FER2013 Training with FER+ votes, {trained_on} faces, without rows "
            "that are also in the hidden test set",
            "validation": "FER2013 PublicTest, rows with a single most-voted emotion "
            "among the eight",
            "cite": [
                "Goodfellow et al., Challenges in Representation Learning, 2013",
                "Barsoum et al., Training Deep Networks for Facial Expression Recognition with "
                "Crowd-Sourced Label Distribution, ICMI 2016",
            ],
        },
        licence="FER2013 was released for research, and its pictures belong to their owners. "
        "FER+ labels: MIT. Use this model for research only.",
        protocol=(
            f"Started from the weights after {before} epochs and trained for {epochs} more, "
            if before
            else f"Trained for {epochs} epochs, "
        )
        + "on the vote distributions and, through a second layer, on the labels of FER2013. The "
        "figures are validation figures: the temperature, threshold and design were chosen on "
        "the same PublicTest faces. ECE, NLL and Brier are cross-fitted over two halves. An "
        f"answer is `certain` from the score at which the remaining answers are right "
        f"{100 * TARGET:.0f} % of the time on PublicTest.",
        figures=figures,
        limits="Trained on posed and web pictures with few examples of disgust, fear and "
        "contempt, which it often misses. It was not trained on faces that are turned by more "
        "than about 45 degrees, covered, or smaller than the quality limit. An expression is not "
        "a feeling.",
        extra={"seed": seed, "neutral": neutral(logits / shipped.temperature, labels)},
    )


def neutral(logits: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """How the model reads neutral faces: mean log-odds of each emotion against neutral.

    A person's own neutral expression is compared with it (`source.core.neutral`).

    Parameters
    ----------
    logits : np.ndarray [shape=(n, classes)]
        Divided by the temperature.
    labels : np.ndarray [shape=(n,), int]
        Places in `FACE`; where none is neutral, all faces count.
    """
    own = labels == FACE.index(NEUTRAL)
    rows = posteriors(logits[own] if own.any() else logits)
    means = mean_odds((dict(zip(FACE, map(float, row), strict=True)), 1.0) for row in rows)
    return {emotion: round(value, 4) for emotion, value in means.items()}
