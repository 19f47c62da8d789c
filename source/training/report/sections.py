"""Sections that the reports of several senses share."""

from collections.abc import Mapping

from source.training import metrics
from source.training.report import pictures, tables
from source.training.report.scored import Scored


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
        "## By emotion",
        tables.by_class(scored),
        pictures.shown(shown["classes"], "Recall with its interval, and precision, by emotion"),
        f"Share of each {row} (row) that was answered as which (column), then the counts:",
        pictures.shown(shown["confusion"], "Confusion matrix, percent of each row"),
        pictures.shown(shown["counts"], "Confusion matrix, counts"),
        "## Are the scores true?",
        "Answers sorted by score, in bins of equal counts: how sure, and how often right.",
        pictures.shown(shown["reliability"], "Reliability diagram"),
        "## When it does not answer",
        f"An answer is called certain from a score of {threshold:.3f}: {right:.0%} of such "
        f"answers to these {asked} are right, and {sure.mean():.0%} of all answers are such. The "
        "curve shows other thresholds.",
        pictures.shown(shown["coverage"], "Wrong answers among those kept"),
    ]
