"""The classic voice model: 61 features, random forest and support vectors, soft vote.

``python -m source.training.train voice --model classic`` measures it by actor and by clip and
fits the one that ships, in a few minutes on one core.
"""

import argparse
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime.classic import FILE, FLOOR, KIND, Vote
from source.training import metrics, protocols
from source.training.trees import arrays
from source.training.voice.sounds import Heard, heard
from source.voice.classic import NAMES, VERSION, classic_61

NAME = "classic"
TREES = 200
LEAST = 3
"""Fewest examples in a leaf: fewer makes the file grow and nothing better."""

COSTS = (1.0, 3.0, 10.0)
WIDTHS = (0.004, 0.01, 0.025)
INNER = 4
"""Folds inside the training part, for the grid and the machine's calibration."""

BY_CLIP = 9

Rows = dict[str, NDArray[Any]]
Floats = NDArray[np.floating]
WHAT = (
    "61 features of a window of up to 2.82 s at 16 kHz: means over time of 40 MFCC, 12 chroma, "
    "centroid, bandwidth, roll-off, flatness, zero crossings, RMS; tempo; spreads of centroid "
    "and RMS"
)

PROTOCOL = (
    "Five folds by actor; figures pooled over the folds' unseen actors. Cost, width and the "
    "machine's warmth are chosen on folds inside each training part. The temperature of each "
    "fold is fitted on the other folds; the shipped one, and the threshold, on all. The shipped "
    "model is fitted on all twenty actors."
)


def train(args: argparse.Namespace) -> int:
    """Measure the model out of fold, fit it on all clips, write its folder."""
    from source.training.voice.report import card, write_report

    name = args.name or NAME
    clips = heard(args, "classic-61", classic_61, version=VERSION)
    rows = measure(clips, seed=args.seed, tiny=args.tiny)
    vote, chosen = fit(clips.features, clips.window_labels, clips.window_speakers, seed=args.seed)
    told = card(
        rows, architecture={"name": KIND, "args": {}}, seed=args.seed, preprocessing=VERSION,
        recipe={"trees": TREES, "least in a leaf": LEAST, **chosen}, shape=(len(NAMES),),
    )  # fmt: skip
    told["input"] = {**told["input"], "features": "classic-61", "what": WHAT}
    told["protocol"] = PROTOCOL
    folder = args.models / "voice" / name
    save(vote, folder, told)
    if rows:
        np.savez_compressed(folder / "oof.npz", **rows)
        write_report(folder, rows)
    print(f"{name}: {(folder / FILE).stat().st_size / 1e6:.2f} MB, {chosen}")
    return 0


def measure(clips: Heard, *, seed: int, tiny: bool = False) -> Rows:
    """Posteriors of every clip from models that did not hear its actor, then of the clip test."""
    folds = np.array([protocols.fold_of(int(s)) for s in clips.speakers])
    tests = [(f, folds == f) for f in np.unique(folds)][: 2 if tiny else None]
    tests.append((BY_CLIP, protocols.by_clip(clips.labels, seed=seed)))
    return joined([_fold(clips, test, int(fold), seed=seed) for fold, test in tests])


def _fold(clips: Heard, test: NDArray[np.bool_], fold: int, *, seed: int) -> Rows:
    apart = fold != BY_CLIP
    if apart:
        protocols.check_apart(clips.speakers[~test], clips.speakers[test])
    inside = ~test[clips.owner]
    groups = clips.window_speakers if apart else clips.owner
    vote, chosen = fit(
        clips.features[inside], clips.window_labels[inside], groups[inside], seed=seed
    )
    posteriors = vote.posteriors(vote.standardised(clips.features))
    rows = clips.rows(test, fold, np.log(np.maximum(posteriors, FLOOR)))
    print(f"fold {fold}: UAR {metrics.uar(rows['labels'], rows['logits'].argmax(1)):.4f} {chosen}",
          flush=True)
    return rows


def fit(
    features: Floats, labels: NDArray[np.integer], groups: NDArray[Any], *, seed: int
) -> tuple[Vote, dict[str, float]]:
    """Fit both voters.

    Parameters
    ----------
    features : [n, d]
    labels : int [n]
    groups : [n]
        What the inner folds keep together: speakers, or clips.

    Returns
    -------
    vote : Vote
    chosen : dict
        Cost and width of the machine, chosen by the likelihood of the inner folds.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(features.astype(np.float64))
    empty = np.zeros(0)
    vote = Vote(
        mean=scaler.mean_, spread=scaler.scale_, **_machine(empty, empty, empty), warmth=1.0,
        **dict.fromkeys(("feature", "cut", "left", "right", "answers"), empty), gamma=0.0,
        share=0.5,
    )  # fmt: skip
    known = vote.standardised(features)
    cost, width, warmth = _chosen(known, labels, groups)
    machine = _svm(cost, width).fit(known, labels)
    forest = RandomForestClassifier(
        TREES, min_samples_leaf=LEAST, class_weight="balanced", random_state=seed, n_jobs=1
    ).fit(known, labels)
    return (
        replace(vote, **machine_arrays(machine), **forest_arrays(forest), gamma=width,
                warmth=warmth),
        {"cost": cost, "width": width, "warmth": round(warmth, 4)},
    )  # fmt: skip


def machine_arrays(machine: Any) -> dict[str, np.ndarray]:
    """Support vectors and weights of a fitted SVC, its pairs of classes summed up.

    The score of a class is the sum of its decisions against each other class.
    """
    count = len(machine.classes_)
    of = np.repeat(np.arange(count), machine.n_support_)  # class of each support vector
    weights = np.zeros((len(of), count))
    offset = np.zeros(count)
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    for (i, j), intercept in zip(pairs, machine.intercept_, strict=True):
        pair = np.where(of == i, machine.dual_coef_[j - 1], 0.0)
        pair += np.where(of == j, machine.dual_coef_[i], 0.0)
        weights[:, i] += pair
        weights[:, j] -= pair
        offset[i] += intercept
        offset[j] -= intercept
    return _machine(machine.support_vectors_, weights, offset)


def forest_arrays(forest: Any) -> dict[str, np.ndarray]:
    """Splits and leaves of a fitted RandomForestClassifier."""
    trees = [e.tree_ for e in forest.estimators_]
    found = arrays(trees)
    found["left"] = found["left"].astype(np.int32)
    answers: list[np.ndarray] = []
    for row, tree in enumerate(trees):
        ends = np.flatnonzero(tree.children_left < 0)
        found["left"][row, ends] = np.arange(len(ends)) + sum(map(len, answers))
        values = tree.value[ends, 0]
        answers.append(values / values.sum(axis=1, keepdims=True))
    return {**found, "answers": np.concatenate(answers).astype(np.float32)}


def save(vote: Vote, folder: Path, card: dict[str, Any]) -> None:
    """Write the arrays and the card."""
    content = vote.to_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(content)
    told = {
        **card, "name": folder.name, "sense": folder.parent.name,
        "sha256": {FILE: hashlib.sha256(content).hexdigest()},
    }  # fmt: skip
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (folder / "card.json").write_text(text, "utf-8")


def joined(parts: list[Rows]) -> Rows:
    """Tables of the same columns, one below the other."""
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _machine(support: Any, weights: Any, offset: Any) -> dict[str, np.ndarray]:
    return {
        "support": np.asarray(support, np.float32),
        "weights": np.asarray(weights, np.float32),
        "offset": np.asarray(offset, np.float64),
    }


def _svm(cost: float, width: float) -> Any:
    from sklearn.svm import SVC

    return SVC(C=cost, gamma=width, class_weight="balanced", decision_function_shape="ovo")


def _chosen(
    known: Floats, labels: NDArray[np.integer], groups: NDArray[Any]
) -> tuple[float, float, float]:
    """Cost, width and warmth under which the inner folds' answers are likeliest."""
    from sklearn.model_selection import GroupKFold

    folds = list(GroupKFold(min(INNER, len(np.unique(groups)))).split(known, groups=groups))
    best = (np.inf, COSTS[0], WIDTHS[0], 1.0)
    for cost in COSTS:
        for width in WIDTHS:
            scores = np.zeros((len(labels), len(VOICE)))
            for inside, outside in folds:
                machine = _svm(cost, width).fit(known[inside], labels[inside])
                scores[outside] = _scores(machine, known[outside], width)
            warmth = metrics.fit_temperature(scores, labels)
            loss = metrics.nll(labels, metrics.softmax(scores, temperature=warmth))
            best = min(best, (loss, cost, width, warmth))
    return best[1:]


def _scores(machine: Any, batch: Floats, width: float) -> Floats:
    """Class scores of a fitted machine."""
    from sklearn.metrics.pairwise import rbf_kernel

    learnt = machine_arrays(machine)
    near = rbf_kernel(batch, learnt["support"], gamma=width)
    return np.asarray(near @ learnt["weights"] + learnt["offset"])
