"""Sections that the reports of several senses share."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from source.training import metrics
from source.training.report import pictures, tables
from source.training.report.scored import Scored


def by_emotion(scored: Scored, shown: Mapping[str, str], *, row: str) -> list[str]:
    """Figures and pictures by emotion; `row` is what a row of the confusion matrix is."""
    return [
        "## By emotion",
        tables.by_class(scored),
        pictures.shown(shown["classes"], "Recall with its interval, and precision, by emotion"),
        f"Share of each {row} (row) that was answered as which (column), then the counts:",
        pictures.shown(shown["confusion"], "Confusion matrix, percent of each row"),
        pictures.shown(shown["counts"], "Confusion matrix, counts"),
    ]


def answered(
    scored: Scored, shown: Mapping[str, str], *, threshold: float, row: str, asked: str
) -> list[str]:
    """By emotion, whether the scores are true, and when it does not answer.

    Parameters
    ----------
    shown : mapping of str to str
        The pictures, from `pictures.draw`.
    threshold : float
        Score from which an answer is called certain.
    row : str
        What a row of the confusion matrix is: “voted emotion”.
    asked : str
        What was asked about, in the plural: “faces”.
    """
    sure = scored.posteriors.max(axis=1) >= threshold
    right = metrics.accuracy(scored.labels[sure], scored.answers[sure]) if sure.any() else 0.0
    return [
        *by_emotion(scored, shown, row=row),
        "## Are the scores true?",
        "Answers sorted by score, in bins of equal counts: how sure, and how often right.",
        pictures.shown(shown["reliability"], "Reliability diagram"),
        "## When it does not answer",
        f"An answer is called certain from a score of {threshold:.3f}: {right:.0%} of such "
        f"answers to these {asked} are right, and {sure.mean():.0%} of all answers are such. The "
        "curve shows other thresholds.",
        pictures.shown(shown["coverage"], "Wrong answers among those kept"),
    ]


def finish(folder: Path, text: Sequence[str], *, card: Mapping[str, object]) -> None:
    """Write `report.md`: the text, the model's files, and what its card tells."""
    told = [
        *text,
        "## Files",
        tables.files(folder),
        f"`make bench` times it. Its card: {', '.join(f'`{k}`' for k in card) or 'none'}.",
    ]
    (folder / "report.md").write_text("\n\n".join(told) + "\n", "utf-8")
