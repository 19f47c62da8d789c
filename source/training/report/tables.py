"""The tables of a report, as markdown."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from source.training import metrics
from source.training.metrics import Interval
from source.training.report.scored import Scored

MANY = 200
"""Rows below which 15 bins hold too few to measure calibration: ECE is left out."""

KEPT = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Shares of the answers at which `by_coverage` says how many are wrong."""

HEAD = {"accuracy": "accuracy", "uar": "UAR", "macro_f1": "macro-F1", "ece": "ECE", "nll": "NLL",
        "brier": "Brier"}  # fmt: skip
"""Key of each figure, and what stands above its column."""


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column to the left, the others to the right.

    >>> print(markdown(["model", "UAR"], [["ours", "0.7"]]))
    | model | UAR |
    | --- | ---: |
    | ours | 0.7 |
    """
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def figure(value: float | None, span: Interval | None = None, sd: float | None = None) -> str:
    """A figure with its interval and its spread over folds, where those are known.

    >>> figure(0.7264, (0.674, 0.774), 0.043)
    '0.726 [0.674, 0.774] sd 0.043'
    """
    if value is None:
        return ""
    text = f"{value:.3f}" + (f" [{span[0]:.3f}, {span[1]:.3f}]" if span else "")
    return text + (f" sd {sd:.3f}" if sd is not None else "")


def overall(rows: Iterable[Sequence[str]], *, who: str) -> str:
    """The table of figures, of rows that `line` and `bare` make."""
    return markdown(["", "n", who, *HEAD.values()], rows)


def line(name: str, scored: Scored, *, sd: Mapping[str, float | None] | None = None) -> list[str]:
    """One row of `overall`: every figure of one table, with interval and spread."""
    figures, spans, spread = scored.figures, scored.intervals, sd or {}
    cells = [figure(figures[key], spans.get(key), spread.get(key)) for key in HEAD]
    return [name, str(len(scored)), str(scored.count), *cells]


def bare(name: str, figures: Mapping[str, float], *, beside: Scored | None = None) -> list[str]:
    """A row for answers without scores: naive ones `beside` a model, or those of people."""
    counts = [str(len(beside)), str(beside.count)] if beside else ["", ""]
    return [name, *counts, *(figure(figures.get(key)) for key in HEAD)]


def by_class(scored: Scored) -> str:
    """scikit-learn's classification report, with intervals of the recall over clusters."""
    from sklearn.metrics import classification_report

    report = classification_report(
        scored.labels, scored.answers, labels=range(len(scored.classes)),
        target_names=scored.classes, output_dict=True, zero_division=0.0,
    )  # fmt: skip
    rows = [
        [name, figure(one["precision"]),
         figure(one["recall"], scored.intervals.get(f"recall {name}")),
         figure(one["f1-score"]), f"{one['support']:.0f}"]
        for name, one in report.items() if isinstance(one, dict)
    ]  # fmt: skip
    return markdown(["", "precision", "recall", "F1", "n"], rows)


def by_group(scored: Scored, group: str) -> str:
    """Accuracy, UAR and ECE of every value of a group, with how many rows that are.

    Of few rows, ECE is left out.
    """
    rows = []
    for value, part in scored.parts(group).items():
        cells = [figure(part.figures[key], part.intervals.get(key)) for key in ("accuracy", "uar")]
        calibration = figure(part.figures["ece"]) if len(part) >= MANY else ""
        rows.append([value, str(len(part)), str(part.count), *cells, calibration])
    return markdown([group, "n", scored.who, "accuracy", "UAR", "ECE"], rows)


def confusion(scored: Scored) -> str:
    """How often each label (row) was answered as what (column)."""
    counts = scored.confusion
    rows = [[name, *map(str, counts[c])] for c, name in enumerate(scored.classes)]
    return markdown(["", *scored.classes], rows)


def reliability(scored: Scored) -> str:
    """How sure the answers of each bin are, and how often right."""
    scores, right, _ = metrics.reliability(scored.labels, scored.posteriors)
    rows = zip(map(figure, scores), map(figure, right), strict=True)
    return markdown(["mean score", "share right"], rows)


def by_coverage(scored: Scored) -> str:
    """How many of the surest answers are wrong, and from which score they are kept."""
    scores, kept, right = metrics.selective(scored.labels, scored.posteriors)
    places = [int(np.searchsorted(kept, share - 1e-9)) for share in KEPT]
    rows = [[f"{kept[p]:.0%}", figure(scores[p]), figure(1.0 - right[p])] for p in places]
    return markdown(["answers kept", "from score", "share wrong"], rows)


def files(folder: Path) -> str:
    """What lies in a model's folder, and how large it is."""
    rows = [
        [f"`{path.name}`", f"{path.stat().st_size / 1000:,.0f} kB"]
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix != ".md"
    ]
    return markdown(["file", "size"], rows)
