"""The clip networks' cards, and their figures beside those of still pictures."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from source.core.emotions import FACE
from source.face import motion
from source.training import metrics
from source.training.clip.asked import MADE, Asked
from source.training.clip.kinds import Kind

CAUTION = (
    "The real clips are few and nearly all show one man (RAVDESS actor 01): "
    "these figures say that the path works, not how well it reads people."
)
LIMITS = (
    "Trained on clips made from still pictures of faces, not on films: how real faces move was "
    "never seen. Acted and posed emotion only; an expression is not a feeling. Few pictures of "
    "disgust, fear and contempt: these answers are the weakest. Needs a face seen for about "
    "a second or longer, from the front. Where report.md shows it below the mean of still "
    "pictures, trust that mean: it is what the answer for a person rests on. No figures by age, "
    "sex or skin colour exist for it."
)
LIMITS_REAL = (
    "Trained on acted emotion of few North American actors, and on clips made from stills; an "
    "expression is not a feeling. Contempt comes from made clips alone."
)
CHANCE = "It was trained too little: its answers are no better than chance. "

_HEAD = f"{'clips':<34}{'n':>4}  {'people':>6}  {'read by':<26}{'right':>7}{'acc':>7}{'UAR':>7}"


def card(
    labels: np.ndarray, logits: np.ndarray, *, kind: Kind, options: dict[str, Any],
    told: dict[str, Any], trained: str, real: bool, seed: int,
) -> dict[str, Any]:  # fmt: skip
    """Everything `source.training.export.save` wants, calibrated on validation clips.

    Parameters
    ----------
    labels : np.ndarray [shape=(n,), int]
    logits : np.ndarray [shape=(n, 8)]
        Of the validation clips, which were not trained on.
    kind : Kind
        Of the network.
    options : dict
        Arguments it was built with.
    told : dict
        What else is to be known about the input.
    trained : str
        What was learned from, in words.
    real : bool
        Whether the validation clips are real films (of RAVDESS) or made from stills.
    seed : int
        Of the training.
    """
    temperature = round(metrics.fit_temperature(logits, labels), 4)
    posteriors = metrics.softmax(logits, temperature=temperature)
    threshold, coverage = metrics.abstention(labels, posteriors, target=0.8)
    poor = CHANCE if metrics.uar(labels, logits.argmax(axis=1)) < 1.2 / len(FACE) else ""
    what = "films of other RAVDESS actors" if real else "clips made from PublicTest stills"
    data = "FER2013 training pictures with FER+ votes, as made clips"
    return {
        "architecture": {"name": kind.architecture, "args": options},
        "labels": list(FACE),
        "input": {"what": kind.what, "reads": kind.reads, **told},
        "preprocessing": motion.PREPROCESSING,
        "temperature": temperature,
        "threshold": round(threshold, 4),
        "data": data + (", and RAVDESS video" if real else ""),
        "licence": (
            "RAVDESS: CC BY-NC-SA 4.0. " if real else ""
        ) + "FER2013: for research, the pictures belong to their owners; FER+ labels: MIT.",
        "protocol": (
            f"Trained on {trained}, seed {seed}. "
            f"Temperature, threshold and figures on {len(labels)} {what}; "
            "certain from the smallest score at which 80 % of the kept answers are right. "
            "Real clips of shared/data/clip are for evaluation alone: see report.md."
        ),
        "figures": {"validation": {**metrics.figures(labels, posteriors),
                                   "coverage": round(coverage, 4), "clips": len(labels)}},
        "limits": kind.note + poor + (LIMITS_REAL if real else LIMITS),
    }  # fmt: skip


def rows(asked: Asked) -> list[dict[str, Any]]:
    """One row per source and reader: how many clips, of how many people, read rightly."""
    groups = {
        str(name): np.flatnonzero(asked.source == name)
        for name in dict.fromkeys(asked.source.tolist())
        if name != MADE
    }
    if len(groups) > 1:
        groups["all, each recording once"] = asked.once()
    found = [
        row(name, asked.seen[own], len(set(asked.person[own])), reader, said[own])
        for name, own in groups.items()
        for reader, said in asked.answers.items()
    ]
    made = asked.source == MADE
    for name, labels in (("by what is seen", asked.seen), ("as meant", asked.meant)):
        own = made & (labels >= 0)
        if own.any():
            found += [
                row(f"{MADE}, {name}", labels[own], 0, reader, said[own])
                for reader, said in asked.answers.items()
            ]
    return found


def text(found: list[dict[str, Any]], *, cautious: bool) -> str:
    """The rows as a table; `cautious` adds what the few clips at hand can tell."""
    lines = [_HEAD]
    for row in found:
        lines.append(
            f"{row['clips']:<34}{row['n']:>4}  {row['people'] or '-':>6}  {row['read_by']:<26}"
            f"{row['right']:>7}{row['accuracy']:>7.3f}{row['uar']:>7.3f}"
        )
    seen = any(row["people"] for row in found)
    return "\n".join([*lines, "", CAUTION] if cautious and seen else lines)


def amend(card: Path, **values: Any) -> None:
    """Set values of a card that is written already."""
    told = {**json.loads(card.read_text("utf-8")), **values}
    card.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


def row(
    name: str, labels: np.ndarray, people: int, reader: str, posteriors: np.ndarray
) -> dict[str, Any]:
    """How many of some clips one reader reads rightly."""
    answers = posteriors.argmax(axis=1)
    return {
        "clips": name,
        "n": len(labels),
        "people": people,
        "read_by": reader,
        "right": int((answers == labels).sum()),
        "accuracy": round(metrics.accuracy(labels, answers), 4),
        "uar": round(metrics.uar(labels, answers), 4),
    }
