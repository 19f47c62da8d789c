"""What the classic voice models share: a machine fitted and taken apart, folds, a folder."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime.card import Card, digest
from source.runtime.classic import FILE, FLOOR, KIND, Vote, near
from source.training import calibration, metrics, protocols, report
from source.training.report import answers
from source.training.report.answers import Rows
from source.training.run import Run
from source.training.trees import arrays
from source.training.voice.card import LICENCE, card
from source.training.voice.sounds import Heard

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
Fit = Callable[[Floats, Ints, NDArray[Any]], tuple[Vote, dict[str, Any]]]
"""Features [n, d], labels [n] and groups [n], which inner folds keep together, to a vote and
what was chosen."""

NO_FOREST: dict[str, np.ndarray] = {
    key: np.zeros((0, 0)) for key in ("feature", "cut", "left", "right", "answers")
}


def train(
    run: Run,
    clips: Heard,
    fit: Fit,
    *,
    name: str,
    recipe: dict[str, Any],
    taken: dict[str, Any],
    version: int,
    protocol: str,
    licence: str = LICENCE,
) -> int:
    """Measure a model out of fold, fit it on all clips, write its folder and its report."""
    rows = measure(clips, fit, seed=run.seed, folds=2 if run.tiny else 5)
    vote, chosen = fit(clips.features, clips.window_labels, clips.window_speakers)
    folder = run.output / "voice" / (run.name or name)
    about = card(
        folder, rows, architecture={"name": KIND, "args": {}}, recipe={**recipe, **chosen},
        seed=run.seed, preprocessing=version, taken=taken,
    )  # fmt: skip
    save(vote, folder, replace(about, protocol=protocol, licence=licence))
    answers.save(folder, "voice", rows)
    report.write(folder)
    print(f"{folder.name}: {(folder / FILE).stat().st_size / 1e6:.2f} MB, {about.extra['recipe']}")
    return 0


def measure(clips: Heard, fit: Fit, *, seed: int, folds: int = 5) -> Rows:
    """Posteriors of every clip from models that did not hear its actor, then of the clip test."""
    of = np.array([protocols.fold_of(int(s)) for s in clips.speakers])
    tests = [(f, of == f) for f in np.unique(of)[:folds]]
    tests.append((protocols.BY_CLIP, protocols.by_clip(clips.labels, seed=seed)))
    parts = [_fold(clips, test, int(fold), fit) for fold, test in tests]
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _fold(clips: Heard, test: NDArray[np.bool_], fold: int, fit: Fit) -> Rows:
    apart = fold != protocols.BY_CLIP
    if apart:
        protocols.check_apart(clips.speakers[~test], clips.speakers[test])
    inside = ~test[clips.owner]
    groups = clips.window_speakers if apart else clips.owner
    vote, chosen = fit(clips.features[inside], clips.window_labels[inside], groups[inside])
    posteriors = vote.posteriors(vote.standardised(clips.features))
    rows = clips.rows(test, fold, np.log(np.maximum(posteriors, FLOOR)))
    right = metrics.uar(rows["labels"], rows["logits"].argmax(axis=1))
    title = f"fold {fold + 1}" if apart else "by clip"
    print(f"{title}: UAR {right:.4f} on {int(test.sum())} clips, {chosen}", flush=True)
    return rows


def machine(known: Floats, labels: Ints, cost: float, gamma: float) -> dict[str, np.ndarray]:
    """The arrays of support vectors fitted on standardised features, classes weighed alike."""
    from sklearn.svm import SVC

    fitted = SVC(C=cost, kernel="precomputed", class_weight="balanced")
    fitted.fit(near(known, known, gamma), labels)
    return machine_arrays(fitted, known[fitted.support_])


def machine_arrays(fitted: Any, vectors: Floats) -> dict[str, np.ndarray]:
    """`support`, `weights` and `offset` of a fitted SVC, its pairs of classes summed up.

    The score of a class is the sum of its decisions against each other class.
    """
    count = len(fitted.classes_)
    of = np.repeat(np.arange(count), fitted.n_support_)  # class of each support vector
    weights = np.zeros((len(of), count))
    offset = np.zeros(count)
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    for (i, j), intercept in zip(pairs, fitted.intercept_, strict=True):
        pair = np.where(of == i, fitted.dual_coef_[j - 1], 0.0)
        pair += np.where(of == j, fitted.dual_coef_[i], 0.0)
        weights[:, i] += pair
        weights[:, j] -= pair
        offset[i] += intercept
        offset[j] -= intercept
    return {
        "support": np.asarray(vectors, np.float32),
        "weights": weights.astype(np.float32),
        "offset": offset,
    }


def forest_arrays(forest: Any) -> dict[str, np.ndarray]:
    """Splits and leaves of a fitted RandomForestClassifier."""
    trees = [e.tree_ for e in forest.estimators_]
    joined = arrays(trees)
    joined["left"] = joined["left"].astype(np.int32)
    answers: list[np.ndarray] = []
    count = 0
    for row, tree in enumerate(trees):
        ends = np.flatnonzero(tree.children_left < 0)
        joined["left"][row, ends] = count + np.arange(len(ends))
        count += len(ends)
        values = tree.value[ends, 0]
        answers.append(values / values.sum(axis=1, keepdims=True))
    return {**joined, "answers": np.concatenate(answers).astype(np.float32)}


def likeliest(
    labels: Ints, choices: Iterable[tuple[Any, ...]], scored: Callable[..., Floats]
) -> tuple[tuple[Any, ...], float]:
    """Of several choices the one whose class scores make the labels likeliest, and its warmth.

    `scored` takes what a choice holds and gives its scores [n, classes] on inner folds.
    """
    tried: list[tuple[float, tuple[Any, ...], float]] = []
    for choice in choices:
        scores = scored(*choice)
        warmth = calibration.fit_temperature(scores, labels)
        loss = metrics.nll(labels, calibration.posteriors(scores, temperature=warmth))
        tried.append((loss, choice, warmth))
    _, best, warmth = min(tried, key=lambda one: one[0])
    return best, warmth


def inner(groups: NDArray[Any], count: int) -> list[tuple[Ints, Ints]]:
    """Rows to fit on and rows to try on, `count` times, no group on both sides."""
    from sklearn.model_selection import GroupKFold

    folds = GroupKFold(min(count, len(np.unique(groups))))
    return list(folds.split(groups, groups=groups))


def inner_scores(
    folds: Iterable[tuple[Ints, Floats, Ints, Floats]], cost: float, gamma: float
) -> Floats:
    """Class scores [n, classes] of rows that each machine was not fitted on.

    A fold is the rows to try on and their features, and the labels and features to fit on.
    """
    parts = []
    for rows, outside, labels, inside in folds:
        learnt = machine(inside, labels, cost, gamma)
        parts.append((rows, near(outside, learnt["support"], gamma) @ learnt["weights"]
                      + learnt["offset"]))  # fmt: skip
    pooled = np.zeros((sum(len(rows) for rows, _ in parts), len(VOICE)))
    for rows, scores in parts:
        pooled[rows] = scores
    return pooled


def scale(features: Floats) -> tuple[Floats, Floats]:
    """Mean and spread of each feature; a constant one has spread 1."""
    wide = features.astype(np.float64)
    spread = wide.std(axis=0)
    return wide.mean(axis=0), np.where(spread > 1e-12, spread, 1.0)


def save(vote: Vote, folder: Path, card: Card) -> None:
    """Write the arrays and the card."""
    content = vote.to_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(content)
    replace(card, name=folder.name, sha256={FILE: digest(content)}).write(folder)
