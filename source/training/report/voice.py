"""A voice model judged by its out-of-fold posteriors: figures, text, and its part of a report."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training import calibration, metrics, protocols
from source.training.corpora import about
from source.training.report import answers, corpora, elsewhere, judged, tables
from source.training.report.answers import Rows
from source.training.report.page import Page, brackets, card
from source.training.report.scored import Scored

TARGET = 0.8
"""Share of kept answers that must be right at the threshold of the card."""

HARDSHIPS = "hardships.json"
"""What ``evaluate voice --hardships`` leaves beside a model."""

PROTOCOLS = {
    "by speaker": "five folds of actors, nobody on both sides",
    "by clip": "stratified 80/20, speakers in both parts (for comparison only)",
}

PEOPLE = {
    "people, CREMA-D, one listener (another corpus, six emotions)": 0.400,
    "people, CREMA-D, as published (Cao et al. 2014)": 0.409,
}
"""How often people name the acted emotion from the voice alone; source in `NOTE`."""

NOTE = (
    "By clip, the same people speak in training and test, as in most publications: that figure "
    "says what the protocol does, not what to expect of a stranger. People: share of single "
    "listeners' answers that name the acted emotion of a CREMA-D clip from the voice alone, "
    "40.0 % counted from the corpus's table of votes and 40.9 % as its authors published it "
    "(doi:10.1109/TAFFC.2014.2336244). Other clips and other classes than above: a hint of how "
    "hard the task is, not a line to beat."
)


def by_protocol(rows: Rows) -> dict[str, Rows]:
    """The rows of each of `PROTOCOLS` that was run."""
    by_clip = rows["fold"] == protocols.BY_CLIP
    parts = zip(PROTOCOLS, (~by_clip, by_clip), strict=True)
    return {
        title: {key: column[kept] for key, column in rows.items()}
        for title, kept in parts
        if kept.any()
    }


def score(rows: Rows) -> Scored:
    """The scored table of one protocol: calibrated, with what is known of each speaker.

    Each fold's temperature is fitted on the other folds.
    """
    speakers = rows["speakers"].astype(str)
    from_names = np.array([_about(str(name)) for name in rows["names"]]).reshape(-1, 2)
    groups: dict[str, NDArray[Any]] = {
        group: rows[group].astype(str) if group in rows else from_names[:, column]
        for column, group in enumerate(("gender", "language"))
    }
    if len(np.unique(rows["fold"])) > 1:
        groups["fold"] = (rows["fold"].astype(int) + 1).astype(str)
    groups["speaker"] = speakers
    labels = rows["labels"].astype(int)
    return Scored(
        labels=labels,
        posteriors=calibration.cross_fitted(rows["logits"], labels, rows["fold"]),
        classes=VOICE,
        clusters=speakers,
        groups={name: values for name, values in groups.items() if np.any(values != "")},
    )


def measure(rows: Rows, scored: Scored) -> dict[str, Any]:
    """Every figure of one protocol, for the card: pooled, over folds, interval over speakers."""
    labels = scored.labels
    folds = [rows["fold"] == fold for fold in np.unique(rows["fold"])]
    each = [metrics.decided(labels[fold], scored.answers[fold]) for fold in folds]
    spread = {key: [figures[key] for figures in each] for key in each[0]}
    raw = calibration.posteriors(rows["logits"])
    shipped = calibration.calibrate(rows["logits"], labels, target=TARGET)
    return {
        "clips": len(labels),
        "pooled": scored.figures,
        "ece_before": round(metrics.ece(labels, raw), 4),
        "nll_before": round(metrics.nll(labels, raw), 4),
        "fold_mean": metrics.rounded({key: float(np.mean(v)) for key, v in spread.items()}),
        "fold_sd": {
            key: round(float(np.std(v, ddof=1)), 4) if len(v) > 1 else None
            for key, v in spread.items()
        },
        "fold_uar": [round(uar, 4) for uar in spread["uar"]],
        "uar_95": [round(end, 4) for end in scored.bootstrap()["uar"]],
        "recall": scored.recall,
        "temperature": round(shipped.temperature, 4),
        "threshold": round(shipped.threshold, 4),
        "coverage": round(shipped.coverage, 4),
    }


def naive(rows: Rows, scored: Scored) -> dict[str, dict[str, float]]:
    """The majority class, and logistic regression on MFCC statistics, under the same folds."""
    return {
        "majority class": metrics.rounded(scored.majority()),
        "MFCC + logistic regression": metrics.rounded(
            metrics.decided(scored.labels, rows["baseline"])
        ),
    }


def figures(rows: Rows) -> dict[str, Any]:
    """What a card says of out-of-fold rows: ``by_speaker`` with its ``naive`` rows, ``by_clip``.

    For a voice for all corpora see `corpora.figures`.
    """
    if judged.is_of_corpora(rows):
        return corpora.figures(rows)
    card_figures: dict[str, Any] = {}
    for title, part in by_protocol(rows).items():
        scored = score(part)
        card_figures[title.replace(" ", "_")] = measure(part, scored)
        if title == "by speaker":
            card_figures["naive"] = naive(part, scored)
    return card_figures


def text(name: str, rows: Rows) -> str:
    """All figures of a model, one protocol after the other."""
    if judged.is_of_corpora(rows):
        return corpora.text(name, rows)
    lines = []
    for title, part in by_protocol(rows).items():
        scored = score(part)
        measured = measure(part, scored)
        lines.append(f"{name}, {title}: {PROTOCOLS[title]}, {measured['clips']} clips")
        lines += _lines(measured)
        lines += [
            f"  {row:<28} accuracy {v['accuracy']:.3f}  UAR {v['uar']:.3f}  "
            f"macro-F1 {v['macro_f1']:.3f}"
            for row, v in naive(part, scored).items()
        ]
    return "\n".join(lines)


def _lines(measured: dict[str, Any]) -> list[str]:
    mean, sd, pooled = measured["fold_mean"], measured["fold_sd"], measured["pooled"]
    lines = []
    for key, label in tuple(tables.HEAD.items())[:3]:
        spread = f", folds {mean[key]:.3f} sd {sd[key]:.3f}" if sd[key] is not None else ""
        lines.append(f"  {label:<10} {pooled[key]:.3f}{spread}")
    low, high = measured["uar_95"]
    return [
        *lines,
        f"  UAR 95 % over actors {low:.3f} to {high:.3f}; "
        f"by fold {' '.join(f'{v:.3f}' for v in measured['fold_uar'])}",
        f"  ECE {pooled['ece']:.3f} (before temperature {measured['ece_before']:.3f}), "
        f"NLL {pooled['nll']:.3f}, Brier {pooled['brier']:.3f}",
        f"  threshold {measured['threshold']:.3f}: kept answers {TARGET:.0%} right, "
        f"{measured['coverage']:.0%} kept",
        "  recall " + ", ".join(f"{k} {v:.2f}" for k, v in measured["recall"].items()),
    ]


def page(folder: Path) -> Page:
    """What is the voice's own in the report of a model.

    Raises
    ------
    AssertionError
        If a speaker is on both sides of a fold.
    """
    rows = answers.load(folder, "voice")
    if judged.is_of_corpora(rows):
        return replace(corpora.page(folder, rows), more=_hardships_of(folder))
    parts = by_protocol(rows)
    if "by speaker" in parts:
        check_folds(parts["by speaker"])
    scored = {title: score(part) for title, part in parts.items()}
    measured = {title: measure(part, scored[title]) for title, part in parts.items()}
    first = next(iter(parts))
    main = measured[first]
    lines = []
    for title, part in parts.items():
        lines.append(
            tables.line(f"this model, {title}", scored[title], sd=measured[title]["fold_sd"])
        )
        lines += [
            tables.bare(f"{name}, {title}", one, beside=scored[title])
            for name, one in naive(part, scored[title]).items()
        ]
    lines += [tables.bare(name, {"accuracy": share}) for name, share in PEOPLE.items()]
    return Page(
        scored=scored[first],
        card=card(folder),
        source="the out-of-fold posteriors in `oof.npz`",
        method="Posteriors are calibrated by a temperature that was fitted on the other folds. "
        f"{brackets('whole speakers')}; sd: standard deviation over folds. No speaker is on both "
        "sides of any fold.",
        rows=lines,
        notes=[NOTE],
        label="acted emotion",
        items="clips",
        threshold=main["threshold"],
        certain=(TARGET, main["coverage"]),
        calibrated=f"ECE {main['pooled']['ece']:.3f} after and {main['ece_before']:.3f} before "
        f"the temperature, NLL {main['pooled']['nll']:.3f} after and {main['nll_before']:.3f} "
        "before. ",
        shipped="with the temperature that ships, ",
        groups="By whom",
        more=[*elsewhere.section(folder), *_hardships_of(folder)],
    )


def _hardships_of(folder: Path) -> list[str]:
    kept = folder / HARDSHIPS
    return hardships(json.loads(kept.read_text("utf-8"))) if kept.is_file() else []


def check_folds(rows: Rows) -> None:
    """Assert of out-of-fold rows that every speaker was tested in one fold alone."""
    for fold in np.unique(rows["fold"]):
        own = rows["fold"] == fold
        protocols.check_apart(rows["speakers"][~own], rows["speakers"][own])


def _about(name: str) -> tuple[str, str]:
    """Gender and language by a clip's name; empty where it does not say."""
    clip = about(name)
    return (clip.gender, clip.language) if clip else ("", "")


def hardships(kept: dict[str, Any]) -> list[str]:
    """The section about sound as the world makes it, of what lies in the file `HARDSHIPS`."""
    rows = [
        [row["name"], tables.figure(row["uar"], (row["low"], row["high"])),
         f"{0.0 - row['drop']:+.3f}", f"{row['found']:.1%}",
         tables.figure(row.get("denoised", {}).get("uar"))]
        for row in kept["rows"]
    ]  # fmt: skip
    return [
        "## In the real world",
        f"{kept['clips']} clips, seed {kept['seed']}. {kept['protocol']} "
        f"Measured by `{kept['command']}`; *speech found* is the share of changed clips in which "
        "the detector still finds somebody speaking, *noise reduced* the UAR with `--denoise`.",
        tables.markdown(["sound", "UAR", "change", "speech found", "noise reduced"], rows),
    ]
