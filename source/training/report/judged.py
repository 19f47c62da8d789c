"""A voice for all corpora judged by its answers: by speaker, left out, and with a baseline.

The columns of its table have a row for each clip: ``corpus``, ``labels``, ``speakers``, ``fold``,
``seconds`` of speech, ``judged``, ``heard`` (share of listeners who named what was acted), the
naive answers, and logits. ``by_speaker`` and ``left_out`` have them for each kind of baseline
[n, kinds, classes]; ``pairs``, where there are any, those of models that never heard the clip's
corpus nor one other [n, others, classes].
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training import certainty
from source.training.certainty import Answers, Rule
from source.training.corpora import CORPORA
from source.training.protocols import ALL, judged_classes
from source.training.report.answers import Rows
from source.training.report.scored import Scored

PROTOCOLS = {
    "by_speaker": "by speaker",
    "left_out": "corpus left out",
}

GOAL = 0.8
"""Share of certain answers that must be right, as the mean over corpora."""

NONE = "none"
"""The kind of baseline that is none."""


def is_of_corpora(rows: Rows) -> bool:
    """Whether these are the answers of a voice for all corpora."""
    return "corpus" in rows


def kinds(rows: Rows) -> list[str]:
    """The kinds of baseline there are, in the order of the logits."""
    return [str(kind) for kind in rows["kinds"]]


def part(
    rows: Rows, protocol: str, corpus: str, *, kind: str = NONE,
    among: NDArray[np.bool_] | None = None,
) -> tuple[Answers, NDArray[np.intp]]:  # fmt: skip
    """The answers about one corpus by one protocol, and the rows they are in."""
    away = (corpus,) if protocol == "left_out" else ()
    kept = judged(rows, corpus, away)
    if among is not None:
        kept &= among
    return _answers(rows, corpus, away, rows[protocol][:, kinds(rows).index(kind)], kept)


def parts(rows: Rows, protocol: str, *, among: NDArray[np.bool_] | None = None) -> list[Answers]:
    """The answers without a baseline about each corpus."""
    each = [part(rows, protocol, corpus, among=among)[0] for corpus in ALL]
    return [one for one in each if len(one.labels)]


def about_others(rows: Rows, corpus: str) -> list[Answers]:
    """Answers about each other corpus, by models that never heard it.

    Nor did they hear this one, where there are answers of such models.
    """
    if "pairs" not in rows:
        return parts(rows, "left_out", among=rows["corpus"] != corpus)
    found = []
    for other in ALL:
        if other != corpus:
            place = [name for name in ALL if name != other].index(corpus)
            away = (corpus, other)
            kept = judged(rows, other, away)
            found.append(_answers(rows, other, away, rows["pairs"][:, place], kept)[0])
    return found


def shipped(rows: Rows) -> Rule:
    """The rule of the card, fitted to all answers without a baseline."""
    return certainty.fit(parts(rows, "by_speaker"), parts(rows, "left_out"), goal=GOAL)


class Judge:
    """Posteriors and certainty of answers, by rules that saw nothing of who is judged."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._rule = lru_cache(maxsize=None)(self._fitted)

    def scored(
        self, protocol: str, corpus: str, *, kind: str = NONE
    ) -> tuple[Scored, NDArray[np.bool_]]:
        """The scored answers about one corpus, and which of them are certain."""
        answers, places = part(self.rows, protocol, corpus, kind=kind)
        folds = self.rows["fold"][places]
        posteriors = np.zeros((len(places), len(VOICE)))
        certain = np.zeros(len(places), bool)
        for fold in np.unique(folds):
            own = folds == fold
            rule = self._rule(protocol, corpus if protocol == "left_out" else int(fold))
            posteriors[own] = answers.posteriors(rule.temperature)[own]
            certain[own] = rule.certain(posteriors[own], answers.seconds[own])
        speakers = self.rows["speakers"][places].astype(str)
        groups = {
            "gender": np.array([CORPORA[corpus].gender(speaker) for speaker in speakers]),
            "fold": (folds + 1).astype(str),
            "speaker": speakers,
        }
        return Scored(answers.labels, posteriors, VOICE, speakers, groups), certain

    def _fitted(self, protocol: str, apart: str | int) -> Rule:
        if protocol == "left_out":
            return certainty.fit((), about_others(self.rows, str(apart)), goal=GOAL)
        among = self.rows["fold"] != apart
        return certainty.fit(
            parts(self.rows, "by_speaker", among=among),
            parts(self.rows, "left_out", among=among),
            goal=GOAL,
        )


def judged(rows: Rows, corpus: str, away: tuple[str, ...]) -> NDArray[np.bool_]:
    """The clips of a corpus that a model is judged by which never heard those `away`."""
    classes = judged_classes(corpus, away)
    return np.asarray(
        (rows["corpus"] == corpus) & rows["judged"] & np.isin(rows["labels"], classes)
    )


def _answers(
    rows: Rows, corpus: str, away: tuple[str, ...], logits: NDArray[Any], kept: NDArray[np.bool_]
) -> tuple[Answers, NDArray[np.intp]]:
    answers = Answers(
        corpus,
        logits[kept].astype(np.float64),
        rows["labels"][kept].astype(int),
        rows["seconds"][kept].astype(np.float64),
        judged_classes(corpus, away),
    )
    return answers, np.flatnonzero(kept)
