"""What a reviewer reads about a voice model: figures, table, card."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training import metrics
from source.training.protocols import BY_CLIP

Rows = dict[str, NDArray[Any]]

TARGET = 0.8
"""Share of kept answers that must be right at the threshold of the card."""


def by_speaker(rows: Rows) -> Rows:
    """The rows of the five folds, without those of the by-clip test."""
    kept = rows["fold"] != BY_CLIP
    return {key: value[kept] for key, value in rows.items()}


def by_clip(rows: Rows) -> Rows:
    """The rows of the by-clip test; empty where it was not run."""
    kept = rows["fold"] == BY_CLIP
    return {key: value[kept] for key, value in rows.items()}


def cross_fitted(rows: Rows) -> NDArray[np.float64]:
    """Posteriors calibrated without their own fold: each temperature is fitted on the others."""
    found = np.zeros(rows["logits"].shape)
    folds = np.unique(rows["fold"])
    for fold in folds:
        own = rows["fold"] == fold
        others = ~own if len(folds) > 1 else own
        warmth = metrics.fit_temperature(rows["logits"][others], rows["labels"][others])
        found[own] = metrics.softmax(rows["logits"][own], temperature=warmth)
    return found


def measured(rows: Rows) -> dict[str, Any]:
    """Every figure of one protocol: pooled, spread over folds, interval over speakers."""
    labels, logits = rows["labels"], rows["logits"]
    raw, fitted = metrics.softmax(logits), cross_fitted(rows)
    answers = logits.argmax(axis=1)
    folds = [rows["fold"] == f for f in np.unique(rows["fold"])]
    each = {
        "accuracy": [metrics.accuracy(labels[f], answers[f]) for f in folds],
        "uar": [metrics.uar(labels[f], answers[f]) for f in folds],
        "macro_f1": [metrics.macro_f1(labels[f], answers[f], classes=len(VOICE)) for f in folds],
    }
    temperature = metrics.fit_temperature(logits, labels)
    shipped = metrics.softmax(logits, temperature=temperature)
    threshold, coverage = metrics.abstention(labels, shipped, target=TARGET)
    low, high = metrics.bootstrap(lambda r: metrics.uar(labels[r], answers[r]), rows["speakers"])
    recall = {
        name: round(float(np.mean(answers[labels == i] == i)), 4)
        for i, name in enumerate(VOICE)
        if np.any(labels == i)
    }
    return {
        "clips": len(labels),
        "pooled": metrics.figures(labels, fitted),
        "ece_before": round(metrics.ece(labels, raw), 4),
        "nll_before": round(metrics.nll(labels, raw), 4),
        "fold_mean": {k: round(float(np.mean(v)), 4) for k, v in each.items()},
        "fold_sd": {
            k: round(float(np.std(v, ddof=1)), 4) if len(v) > 1 else None for k, v in each.items()
        },
        "fold_uar": [round(v, 4) for v in each["uar"]],
        "uar_95": [round(low, 4), round(high, 4)],
        "recall": recall,
        "temperature": round(temperature, 4),
        "threshold": round(threshold, 4),
        "coverage": round(coverage, 4),
    }


def naive(rows: Rows) -> dict[str, dict[str, float]]:
    """The majority class, and logistic regression on MFCC statistics, under the same folds."""
    labels = rows["labels"]
    most = np.full(len(labels), np.bincount(labels).argmax())
    return {
        name: {
            "accuracy": round(metrics.accuracy(labels, answers), 4),
            "uar": round(metrics.uar(labels, answers), 4),
            "macro_f1": round(metrics.macro_f1(labels, answers, classes=len(VOICE)), 4),
        }
        for name, answers in (
            ("majority class", most),
            ("MFCC + logistic regression", rows["baseline"]),
        )
    }


def table(name: str, rows: Rows) -> str:
    """All figures of a model as text, one protocol after the other."""
    lines = []
    for title, part in (
        ("by speaker: five folds of actors, nobody on both sides", by_speaker(rows)),
        ("by clip: stratified 80/20, speakers in both parts (for comparison only)", by_clip(rows)),
    ):
        if not len(part["labels"]):
            continue
        found = measured(part)
        mean, sd, pooled = found["fold_mean"], found["fold_sd"], found["pooled"]
        lines += [f"{name}, {title}, {found['clips']} clips"]
        for key, label in (("accuracy", "accuracy"), ("uar", "UAR"), ("macro_f1", "macro-F1")):
            spread = f", folds {mean[key]:.3f} sd {sd[key]:.3f}" if sd[key] is not None else ""
            lines.append(f"  {label:<10} {pooled[key]:.3f}{spread}")
        low, high = found["uar_95"]
        lines += [
            f"  UAR 95 % over actors {low:.3f} to {high:.3f}; "
            f"by fold {' '.join(f'{v:.3f}' for v in found['fold_uar'])}",
            f"  ECE {pooled['ece']:.3f} (before temperature {found['ece_before']:.3f}), "
            f"NLL {pooled['nll']:.3f}, Brier {pooled['brier']:.3f}",
            f"  threshold {found['threshold']:.3f}: kept answers {TARGET:.0%} right, "
            f"{found['coverage']:.0%} kept",
            "  recall " + ", ".join(f"{k} {v:.2f}" for k, v in found["recall"].items()),
        ]
        lines += [
            f"  {row:<28} accuracy {v['accuracy']:.3f}  UAR {v['uar']:.3f}  "
            f"macro-F1 {v['macro_f1']:.3f}"
            for row, v in naive(part).items()
        ]
    return "\n".join(lines)


def card(
    rows: Rows,
    *,
    architecture: dict[str, Any],
    recipe: dict[str, Any],
    seed: int,
    preprocessing: int,
    shape: tuple[int, ...],
) -> dict[str, Any]:
    """The model card, with temperature 1 and threshold 1 where nothing was measured."""
    figures: dict[str, Any] = {}
    temperature, threshold = 1.0, 1.0
    if rows:
        speaker = measured(by_speaker(rows)) if len(by_speaker(rows)["labels"]) else None
        if speaker:
            temperature, threshold = speaker["temperature"], speaker["threshold"]
            figures = {"by_speaker": speaker, "naive": naive(by_speaker(rows))}
        if len(by_clip(rows)["labels"]):
            figures["by_clip"] = measured(by_clip(rows))
    return {
        "architecture": architecture,
        "labels": list(VOICE),
        "input": {
            "shape": list(shape),
            "what": "40 MFCC of 64 mel bands, 10 ms a frame, 16 kHz; less the utterance's mean, "
            "divided by its root mean square; zeros behind the end",
        },
        "preprocessing": preprocessing,
        "temperature": temperature,
        "threshold": threshold,
        "data": "RAVDESS speech, actors 1 to 20, 1,199 acted clips in North American English; "
        "Livingstone & Russo (2018), doi:10.5281/zenodo.1188976",
        "licence": "CC BY-NC-SA 4.0, as the data ask: no commercial use",
        "protocol": "Five folds by actor; figures pooled over the folds' unseen actors. The "
        "temperature of each fold is fitted on the other folds; the shipped one, and the "
        "threshold, on all. The shipped network is trained on all twenty actors.",
        "recipe": recipe,
        "seed": seed,
        "figures": figures,
        "limits": "Two sentences, acted, studio sound, 20 actors: expect less on "
        "spontaneous speech, other languages, children, noise and telephones. It hears how "
        "something is said, not what is felt.",
    }


def keep(path: Path, rows: Rows) -> None:
    """Write a table of posteriors as one compressed file."""
    columns: dict[str, Any] = dict(rows)
    np.savez_compressed(path, **columns)


def write_report(folder: Path, rows: Rows) -> None:
    """Write `report.md` and its pictures beside the model."""
    # That module takes its figures from this one.
    from source.training.report import voice

    voice.write(folder, rows)
