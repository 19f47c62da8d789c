"""How a voice trained on RAVDESS alone answers about the other corpora, from kept answers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from source.core.emotions import VOICE
from source.runtime.card import Card
from source.training import calibration, metrics, protocols
from source.training.report import tables
from source.training.report.answers import Rows
from source.training.report.scored import Scored
from source.voice.certainty import needed

FILE = "elsewhere.npz"
"""What ``evaluate voice --elsewhere`` leaves beside a model: for each clip ``corpus``, ``names``,
``labels``, ``speakers``, ``seconds`` of speech and ``logits``."""

NOTE = (
    "Corpora that the model was not fitted to, as it is shipped, on the classes of each: the best "
    "of these is its answer, and the scores of the rest are left out. Compare with *corpus left "
    "out* of a model for all corpora."
)


def section(folder: Path, card: Card | None = None) -> list[str]:
    """The table of a model, where it has such answers; of the card in the folder, or of `card`."""
    path = folder / FILE
    if not path.is_file():
        return []
    with np.load(path) as kept:
        rows = dict(kept)
    lines = list(_lines(rows, card or Card.read(folder)))
    mean = [float(np.mean([line[column] for _, _, line in lines])) for column in range(4)]
    cells = [[name, str(count), *_cells(*line)] for name, count, line in lines]
    head = ["corpus", "n", "UAR", "ECE", "certain", "right"]
    return [
        "## On other corpora",
        NOTE,
        tables.markdown(head, [*cells, ["mean", "", *_cells(*mean)]]),
    ]


def _lines(rows: Rows, card: Card) -> Iterator[tuple[str, int, tuple[float, ...]]]:
    """Each corpus, its clips, UAR, ECE, share of certain answers, and of right ones among them."""
    for corpus in dict.fromkeys(rows["corpus"].tolist()):
        own = rows["corpus"] == corpus
        posteriors = protocols.restricted(
            calibration.posteriors(rows["logits"][own]), protocols.classes_of(corpus)
        )
        scored = Scored(rows["labels"][own].astype(int), posteriors, VOICE, rows["speakers"][own])
        least = np.array([needed(card, seconds) for seconds in rows["seconds"][own].tolist()])
        certain = posteriors.max(axis=1) >= least
        right = metrics.accuracy(scored.labels[certain], scored.answers[certain])
        yield corpus, len(scored), (
            scored.figures["uar"], scored.figures["ece"], float(certain.mean()), right
        )  # fmt: skip


def _cells(uar: float, ece: float, certain: float, right: float) -> list[str]:
    return [tables.figure(uar), tables.figure(ece), f"{certain:.0%}", f"{right:.0%}"]
