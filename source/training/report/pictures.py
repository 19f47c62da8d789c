"""The pictures of a report, drawn on figures of their own, the same for every sense."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training import metrics
from source.training.report.scored import Scored

ACCENT, PALE = "#1f5f8b", "#9bb8cc"


def draw(scored: Scored, folder: Path, *, threshold: float) -> list[str]:
    """Draw every picture of a report into `folder`; their file names."""
    figures = {
        "confusion.png": confusion(scored.confusion, scored.classes, shares=True),
        "confusion-counts.png": confusion(scored.confusion, scored.classes, shares=False),
        "classes.png": classes(scored),
        "reliability.png": reliability(scored),
        "coverage.png": coverage(scored, threshold=threshold),
    }
    for name, figure in figures.items():
        # Without the library's version in it, the same figures give the same bytes.
        figure.savefig(folder / name, metadata={"Software": None})
    return list(figures)


def confusion(counts: NDArray[np.integer], classes: Sequence[str], *, shares: bool) -> Any:
    """What was answered (column) where what was right (row): percent of the row, or counts."""
    import seaborn

    per_row = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    written = np.where(counts > 0, np.round(100 * per_row) if shares else counts, np.nan)
    side = 1.6 + 0.46 * len(classes)
    figure, axes = _blank(side + 0.6, side)
    seaborn.heatmap(
        per_row if shares else counts, ax=axes, cmap="Blues", vmin=0.0,
        vmax=1.0 if shares else None, cbar=False, square=True, linewidths=0.5,
        annot=np.vectorize(lambda v: "" if np.isnan(v) else f"{v:.0f}", otypes=[str])(written),
        fmt="", annot_kws={"fontsize": 8}, xticklabels=list(classes), yticklabels=list(classes),
    )  # fmt: skip
    axes.set_xticklabels(axes.get_xticklabels(), rotation=45, ha="right")
    axes.set_yticklabels(axes.get_yticklabels(), rotation=0)
    axes.set_xlabel("answered")
    axes.set_ylabel(f"right ({'percent of its row' if shares else 'how often'})")
    return figure


def classes(scored: Scored) -> Any:
    """Recall of every class with its 95 % interval, and its precision beside it."""
    counts, spread = scored.confusion, scored.intervals
    true, answered = counts.sum(axis=1), counts.sum(axis=0)
    shown = [c for c in range(len(scored.classes)) if true[c] or answered[c]]
    figure, axes = _blank(5.2, 3.2)
    for place, c in enumerate(shown):
        recall = counts[c, c] / max(true[c], 1)
        low, high = spread.get(f"recall {scored.classes[c]}", (recall, recall))
        axes.bar(place - 0.2, recall, 0.38, color=ACCENT, label="recall" if not place else None)
        axes.vlines(place - 0.2, low, high, color="black", linewidth=1.0)
        axes.bar(place + 0.2, counts[c, c] / max(answered[c], 1), 0.38, color=PALE,
                 label="precision" if not place else None)  # fmt: skip
    axes.set_xticks(range(len(shown)), [scored.classes[c] for c in shown], rotation=45, ha="right")
    axes.set_ylim(0.0, 1.0)
    axes.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


def reliability(scored: Scored) -> Any:
    """How often answers are right, by their score, in bins of equally many answers."""
    scores, right, shares = metrics.reliability(scored.labels, scored.posteriors)
    # Twice the standard error of a share, a guide to the eye.
    error = 1.96 * np.sqrt(np.maximum(right * (1 - right), 1e-9) / (shares * len(scored)))
    figure, axes = _blank(4.0, 3.8)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1.0, linestyle="--")
    axes.vlines(scores, np.maximum(right - error, 0), np.minimum(right + error, 1), color=PALE)
    axes.plot(scores, right, color=ACCENT, marker="o", markersize=4, linewidth=1.0)
    axes.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0), xlabel="score", ylabel="share right")
    ece = scored.figures["ece"]
    axes.set_title(f"ECE {ece:.3f}, {len(scores)} bins of equal counts", fontsize=9)
    return figure


def coverage(scored: Scored, *, threshold: float) -> Any:
    """Share of wrong answers among those that are kept, the surest first."""
    _, kept, right = metrics.selective(scored.labels, scored.posteriors)
    wrong = 1.0 - right
    figure, axes = _blank(4.4, 3.2)
    axes.plot(kept, wrong, color=ACCENT)
    _, share = scored.certain(threshold)
    axes.axvline(share, color="grey", linestyle="--", linewidth=1.0)
    axes.text(share, axes.get_ylim()[1], " certain ", ha="right", va="top", fontsize=8)
    axes.set(xlim=(0.0, 1.0), xlabel="share of answers kept", ylabel="share of them wrong")
    axes.set_ylim(bottom=0.0)
    axes.set_title(f"area under the curve {wrong.mean():.3f}", fontsize=9)
    return figure


def _blank(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=90, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.tick_params(labelsize=8)
    axes.xaxis.label.set_fontsize(9)
    axes.yaxis.label.set_fontsize(9)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes
