"""The one report: the same sections for every sense, from what a sense says of its model."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from source.training.report import pictures, tables
from source.training.report.scored import ROUNDS, SEED, Scored

PICTURES = "pictures"
"""Folder of a report's pictures, beside it; git does not keep it."""


@dataclass(frozen=True, eq=False)
class Page:
    """What one sense gives to the report of a model.

    Attributes
    ----------
    scored : Scored
        The table that most sections are about.
    card : dict
        The model's card; empty where there is none.
    source : str
        Where the answers are from: “the answers in `answers.npz`”.
    method : str
        How the posteriors were calibrated, and what the brackets are (`brackets`).
    rows : list of list of str
        The table of figures, from `tables.line` and `tables.bare`.
    notes : list of str
        Paragraphs below it.
    label, items : str
        What is right, “acted emotion”; and what was answered, in the plural: “clips”.
    threshold : float
        Score from which an answer is called certain.
    certain : tuple of float
        Share of right answers among the certain ones, and share of answers that are certain.
    calibrated, shipped : str
        What is to be said first about calibration, and about what certain answers are worth.
    groups : str
        Title of the section by group.
    more : list of str
        Sections and paragraphs behind the groups.
    """

    scored: Scored
    card: dict[str, Any]
    source: str
    method: str
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    label: str
    items: str
    threshold: float
    certain: tuple[float, float]
    groups: str
    calibrated: str = ""
    shipped: str = ""
    more: Sequence[str] = ()


def write(folder: Path, page: Page) -> Path:
    """Write `report.md` into a model's folder ``<sense>/<name>``, and draw its pictures."""
    place = folder / PICTURES
    place.mkdir(exist_ok=True)
    names = pictures.draw(page.scored, place, threshold=page.threshold)
    path = folder / "report.md"
    text = [
        *_figures(folder, page),
        *_by_class(page),
        *_scores(page),
        f"## {page.groups}",
        *(tables.by_group(page.scored, group) for group in page.scored.groups),
        *page.more,
        "## Files",
        tables.files(folder),
        f"`make bench` times it. Its card: {', '.join(f'`{k}`' for k in page.card) or 'none'}. "
        f"`{_command(folder)}` draws {', '.join(f'`{name}`' for name in names)} into "
        f"`{PICTURES}/`.",
    ]
    path.write_text("\n\n".join(text) + "\n", "utf-8")
    return path


def card(folder: Path) -> dict[str, Any]:
    """The card in a model's folder, as it is written; empty where there is none."""
    path = folder / "card.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def brackets(who: str) -> str:
    """What the intervals in a report are; `who` is drawn."""
    return f"In brackets: 95 % interval of {ROUNDS:,} bootstrap draws of {who} (seed {SEED})"


def _command(folder: Path) -> str:
    return f"python -m source.training.report {folder.parent.name} --name {folder.name}"


def _figures(folder: Path, page: Page) -> list[str]:
    sense = folder.parent.name
    seed = f" (seed {page.card['seed']})" if "seed" in page.card else ""
    return [
        f"# {folder.name}",
        f"Written by `{_command(folder)}` from {page.source}, which `python -m "
        f"source.training.train {sense}` left there{seed}. The same figures as text: `python -m "
        f"source.training.evaluate {sense}`.",
        page.method,
        "## Figures",
        tables.overall(page.rows, who=page.scored.who),
        *page.notes,
    ]


def _by_class(page: Page) -> list[str]:
    return [
        "## By emotion",
        tables.by_class(page.scored),
        f"How often each {page.label} (row) was answered as which (column):",
        tables.confusion(page.scored),
    ]


def _scores(page: Page) -> list[str]:
    right, share = page.certain
    return [
        "## Are the scores true?",
        f"{page.calibrated}Answers sorted by score, in bins of equal counts: how sure, and how "
        "often right.",
        tables.reliability(page.scored),
        "## When it does not answer",
        f"An answer is called certain from a score of {page.threshold:.3f}: {page.shipped}"
        f"{right:.0%} of such answers to these {page.items} are right, and {share:.0%} of all "
        "answers are such. The table shows other thresholds.",
        tables.by_coverage(page.scored),
    ]
