"""The report of a voice model, from its out-of-fold posteriors."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training import protocols
from source.training.corpora import about
from source.training.report import pictures, tables
from source.training.report.answers import loaded, reported
from source.training.report.scored import ROUNDS, SEED, Scored
from source.training.report.sections import by_emotion, finish
from source.training.voice import report as figures

Rows = dict[str, NDArray[Any]]

COMMAND = "python -m source.training.report voice"

HARDSHIPS = "hardships.json"
"""What ``evaluate voice --hardships`` leaves beside a model."""

PEOPLE = (
    ("people, CREMA-D, one listener (another corpus, six emotions)", 0.400),
    ("people, CREMA-D, as published (Cao et al. 2014)", 0.409),
)
"""How often people name the acted emotion from the voice alone; source in `NOTE`."""

NOTE = (
    "People: share of single listeners' answers that name the acted emotion of a CREMA-D clip "
    "from the voice alone, 40.0 % counted from the corpus's table of votes and 40.9 % as its "
    "authors published it (doi:10.1109/TAFFC.2014.2336244). Other clips and other classes than "
    "above: a hint of how hard the task is, not a line to beat."
)


def write(folder: Path, rows: Rows) -> None:
    """Write `report.md` and its pictures beside a model.

    Raises
    ------
    AssertionError
        If a speaker is on both sides of a fold.
    """
    card = _card(folder)
    by_speaker, by_clip = figures.by_speaker(rows), figures.by_clip(rows)
    check_folds(by_speaker)
    main = by_speaker if len(by_speaker["labels"]) else by_clip
    scored = table(main)
    found = figures.measured(main)
    shown = pictures.draw(scored, folder, threshold=found["threshold"])
    name = folder.name
    text = [
        f"# {name}",
        f"Written by `{COMMAND} --name {name}` from the out-of-fold posteriors in `oof.npz`, "
        f"which `python -m source.training.train voice` left there (seed {card.get('seed', 0)}). "
        "The same figures as text: `python -m source.training.evaluate voice`.",
        "Posteriors are calibrated by a temperature that was fitted on the other folds. In "
        f"brackets: 95 % interval of {ROUNDS:,} bootstrap draws of whole speakers (seed {SEED}); "
        "sd: standard deviation over folds. No speaker is on both sides of any fold.",
        "## Figures",
        tables.overall(_overall(by_speaker, by_clip)),
        "By clip, the same people speak in training and test, as in most publications: that "
        "figure says what the protocol does, not what to expect of a stranger. " + NOTE,
        *by_emotion(scored, shown, row="acted emotion"),
        "## Are the scores true?",
        f"ECE {found['pooled']['ece']:.3f} after and {found['ece_before']:.3f} before the "
        f"temperature, NLL {found['pooled']['nll']:.3f} after and {found['nll_before']:.3f} "
        "before. Answers sorted by score, in bins of equal counts: how sure, and how often right.",
        pictures.shown(shown["reliability"], "Reliability diagram"),
        "## When it does not answer",
        f"An answer is called certain from a score of {found['threshold']:.3f}: with the "
        f"temperature that ships, {figures.TARGET:.0%} of such answers to these clips are right, "
        f"and {found['coverage']:.0%} of all answers are such. The curve shows other thresholds.",
        pictures.shown(shown["coverage"], "Wrong answers among those kept"),
        "## By whom",
        *(tables.by_group(scored, group) for group in scored.groups),
        *_hardships(folder),
    ]
    finish(folder, text, card=card)


def write_all(models: Path, *, name: str | None = None) -> list[Path]:
    """Write the report of every voice model, or of one.

    Raises
    ------
    NotFound
        If there is none with out-of-fold posteriors.
    """
    return reported(models, "voice", file="oof.npz", what="out-of-fold posteriors", name=name,
                    load=loaded, write=write)  # fmt: skip


def table(rows: Rows) -> Scored:
    """The scored table of one protocol: calibrated, with what is known of each speaker."""
    speakers = rows["speakers"].astype(str)
    told = [_about(str(name)) for name in rows["names"]]
    groups: dict[str, NDArray[Any]] = {
        group: rows[group].astype(str) if group in rows else np.array([t[at] for t in told])
        for at, group in enumerate(("gender", "language"))
    }
    if len(np.unique(rows["fold"])) > 1:
        groups["fold"] = (rows["fold"].astype(int) + 1).astype(str)
    groups["speaker"] = speakers
    return Scored(
        labels=rows["labels"].astype(int),
        posteriors=figures.cross_fitted(rows),
        classes=VOICE,
        clusters=speakers,
        groups={name: values for name, values in groups.items() if np.any(values != "")},
    )


def check_folds(rows: Rows) -> None:
    """Assert of out-of-fold rows that every speaker was tested in one fold alone."""
    for fold in np.unique(rows["fold"]):
        own = rows["fold"] == fold
        protocols.check_apart(rows["speakers"][~own], rows["speakers"][own])


def _overall(by_speaker: Rows, by_clip: Rows) -> list[list[str]]:
    found = []
    for title, rows in (("by speaker", by_speaker), ("by clip", by_clip)):
        if not len(rows["labels"]):
            continue
        scored = table(rows)
        sd = figures.measured(rows)["fold_sd"]
        found.append(tables.line(f"this model, {title}", scored, sd=sd))
        found += [
            tables.bare(f"{name}, {title}", figures=one, beside=scored)
            for name, one in figures.naive(rows).items()
        ]
    return found + [tables.bare(name, figures={"accuracy": share}) for name, share in PEOPLE]


def _about(name: str) -> tuple[str, str]:
    """Gender and language that a clip's name tells; empty where it does not."""
    clip = about(name)
    return (clip.gender, clip.language) if clip else ("", "")


def _card(folder: Path) -> dict[str, Any]:
    path = folder / "card.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _hardships(folder: Path) -> list[str]:
    """The section about sound as the world makes it, where that was measured."""
    path = folder / HARDSHIPS
    if not path.is_file():
        return []
    told = json.loads(path.read_text("utf-8"))
    rows = [
        [row["name"], f"{row['uar']:.3f} [{row['low']:.3f}, {row['high']:.3f}]",
         f"{0.0 - row['drop']:+.3f}", f"{row['found']:.1%}",
         f"{row['denoised']['uar']:.3f}" if "denoised" in row else ""]
        for row in told["rows"]
    ]  # fmt: skip
    return [
        "## In the real world",
        f"{told['clips']} clips, seed {told['seed']}. {told['protocol']} "
        f"Measured by `{told['command']}`; *speech found* is the share of changed clips in which "
        "the detector still finds somebody speaking, *noise reduced* the UAR with `--denoise`.",
        tables.markdown(["sound", "UAR", "change", "speech found", "noise reduced"], rows),
    ]
