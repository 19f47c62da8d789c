"""A face model judged by its answers to labelled faces: figures, text, its part of a report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FACE
from source.training import calibration, metrics
from source.training.report import answers, tables
from source.training.report.page import Page, brackets, card
from source.training.report.scored import Scored

ROUNDS = 500
"""Draws of the intervals on the card and in the text."""

AGREED = ((0.8, "80 % or more"), (0.5, "50 to 80 %"), (0.0, "under 50 %"))
"""How many of a face's taggers name the same emotion, from the first share that is reached."""

NOTE = (
    "FER2013 PublicTest, faces with one plurality among the eight emotions. Its figures also "
    "chose the design, the temperature and the threshold of this model: they are validation "
    "figures. Who is on the pictures is not known, so the same person may stand in training and "
    "validation. One tagger: how often a single one of the ten names what most of the other "
    "nine do, on the same faces."
)


def score(
    labels: NDArray[np.integer],
    posteriors: NDArray[np.floating],
    groups: Mapping[str, NDArray[Any]] | None = None,
) -> Scored:
    """The scored table of faces; nobody is known on two of them."""
    return Scored(labels, posteriors, FACE, np.arange(len(labels)), groups or {}, who="faces")


def cross_fitted(
    logits: NDArray[np.floating], labels: NDArray[np.integer], *, seed: int
) -> NDArray[np.float64]:
    """Posteriors of mean logits, each half of the faces calibrated on the other [n, 8]."""
    halves = np.random.default_rng(seed).permutation(len(labels)) % 2
    return calibration.cross_fitted(logits, labels, halves)


def text(scored: Scored, *, threshold: float) -> str:
    """The figures of one set by FER+, for people."""
    figures, spans = scored.figures, scored.bootstrap(rounds=ROUNDS)
    low, high = spans["macro_f1"]
    right, share = scored.certain(threshold)
    lines = [
        f"FER+ (8 classes, {len(scored)} scored faces)",
        f"  accuracy {figures['accuracy']:.4f}  macro-F1 {figures['macro_f1']:.4f} "
        f"[{low:.4f}, {high:.4f}]  UAR {figures['uar']:.4f}  ECE {figures['ece']:.4f}",
    ]
    if share:
        lines.append(f"  certain {share:.1%} of faces, {right:.1%} of those right")
    counts = scored.confusion.sum(axis=1)
    lines += [
        f"  {name:<10} recall {recall:.3f} of {counts[FACE.index(name)]}"
        for name, recall in scored.recall.items()
    ]
    return "\n".join(lines)


def page(folder: Path) -> Page:
    """What is the face's own in the report of a model, by FER+ pluralities."""
    rows, about = answers.load(folder, "face"), card(folder)
    kept = rows["plurality"] >= 0
    labels = rows["plurality"][kept].astype(int)
    logits = rows["logits"][kept].astype(float)
    shares = [next(name for least, name in AGREED if a >= least) for a in rows["agreed"][kept]]
    groups = {
        "taggers agree": np.array(shares),
        "eyes found": np.where(rows["found"][kept], "yes", "no"),
    }
    posteriors = cross_fitted(logits, labels, seed=int(about.get("seed", 0)))
    scored = score(labels, posteriors, groups)
    known = rows["label"] >= 0
    seven = metrics.accuracy(rows["label"][known], rows["seven"][known]) if known.any() else 0.0
    pixels = metrics.decided(labels, rows["baseline"][kept])
    return Page(
        scored=scored,
        card=about,
        source="the answers in `validation.npz`",
        method=f"Logits are the mean over {about['input']['views']} views of a face (moved, "
        "turned, mirrored), as a photo is read; the temperature of the posteriors was fitted on "
        "the other half of these faces. Read once, as in a video, "
        f"{about['figures']['accuracy_read_once']:.3f} are right. {brackets('faces')}.",
        rows=[
            tables.line("this model", scored),
            tables.bare("majority class", scored.majority(), beside=scored),
            tables.bare("pixels + logistic regression", pixels, beside=scored),
            tables.bare(
                "one tagger", {"accuracy": float(rows["tagger"][kept].mean())}, beside=scored
            ),
        ],
        notes=[
            NOTE,
            f"In the seven classes of FER2013, by its own labels: accuracy {seven:.3f} of "
            f"{known.sum()} faces.",
        ],
        label="voted emotion",
        items="faces",
        threshold=about["threshold"],
        certain=scored.certain(about["threshold"]),
        groups="By what is known of a face",
        more=["Nothing is known of the people: no figures by age, sex or skin colour exist."],
    )
