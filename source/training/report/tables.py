"""The tables of a report, as markdown."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from source.training import metrics
from source.training.report.scored import Interval, Scored

FEW = 5
"""Clusters below which an interval over them says nothing and is left out."""

MANY = 200
"""Rows below which 15 bins hold too few to measure calibration: ECE is left out."""


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column to the left, the others to the right.

    >>> print(markdown(["model", "UAR"], [["ours", "0.7"]]))
    | model | UAR |
    | --- | ---: |
    | ours | 0.7 |
    """
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def line(name: str, scored: Scored, *, sd: Mapping[str, float | None] | None = None) -> list[str]:
    """One row of `overall`: every figure of one table, with interval and spread."""
    spread = scored.intervals() if _clusters(scored) >= FEW else {}
    cells = []
    for key, figure in metrics.figures(scored.labels, scored.posteriors).items():
        cell = f"{figure:.3f}{_spread(spread.get(key))}"
        deviation = (sd or {}).get(key)
        cells.append(cell + (f" sd {deviation:.3f}" if deviation is not None else ""))
    return [name, str(len(scored)), str(_clusters(scored)), *cells]


def overall(rows: Iterable[Sequence[str]], *, who: str = "speakers") -> str:
    """The table whose rows `line` and `bare` make."""
    head = ["", "n", who, "accuracy", "UAR", "macro-F1", "ECE", "NLL", "Brier"]
    return markdown(head, rows)


def bare(name: str, *, figures: Mapping[str, float], beside: Scored | None = None) -> list[str]:
    """A row for answers without scores: naive ones `beside` a model, or those of people."""
    cells = [f"{figures[k]:.3f}" if k in figures else "" for k in ("accuracy", "uar", "macro_f1")]
    counts = [str(len(beside)), str(_clusters(beside))] if beside else ["", ""]
    return [name, *counts, *cells, "", "", ""]


def by_class(scored: Scored) -> str:
    """scikit-learn's classification report, with intervals of the recall over speakers."""
    from sklearn.metrics import classification_report

    told = classification_report(
        scored.labels, scored.answers, labels=range(len(scored.classes)),
        target_names=scored.classes, output_dict=True, zero_division=0.0,
    )  # fmt: skip
    spread = scored.intervals() if _clusters(scored) >= FEW else {}
    rows = [
        [name, f"{one['precision']:.3f}",
         f"{one['recall']:.3f}{_spread(spread.get(f'recall {name}'))}",
         f"{one['f1-score']:.3f}", f"{one['support']:.0f}"]
        for name, one in told.items() if isinstance(one, dict)
    ]  # fmt: skip
    return markdown(["", "precision", "recall", "F1", "n"], rows)


def by_group(scored: Scored, group: str) -> str:
    """Accuracy, UAR and ECE of every value of a group, with how many rows that are.

    Of few rows, ECE is left out.
    """
    rows = []
    for value, part in scored.parts(group).items():
        spread = part.intervals() if _clusters(part) >= FEW else {}
        found = metrics.figures(part.labels, part.posteriors)
        rows.append([
            value, str(len(part)), str(_clusters(part)),
            *(f"{found[key]:.3f}{_spread(spread.get(key))}" for key in ("accuracy", "uar")),
            f"{found['ece']:.3f}" if len(part) >= MANY else "",
        ])  # fmt: skip
    return markdown([group, "n", scored.who, "accuracy", "UAR", "ECE"], rows)


def files(folder: Path) -> str:
    """What lies in a model's folder, and how large it is."""
    rows = [
        [f"`{path.name}`", f"{path.stat().st_size / 1000:,.0f} kB"]
        for path in sorted(folder.iterdir())
        if path.suffix not in (".md", ".png")
    ]
    return markdown(["file", "size"], rows)


def _clusters(scored: Scored) -> int:
    return len(np.unique(np.asarray(scored.clusters)))


def _spread(interval: Interval | None) -> str:
    return f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
