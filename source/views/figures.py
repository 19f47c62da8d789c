"""The figures on a model card, wherever on it they stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OVER_FOLDS = ("pooled", "fold_mean")
"""Keys of the figures of all folds together; the first that is there counts."""


@dataclass(frozen=True)
class Figures:
    """One group of figures.

    Attributes
    ----------
    names : tuple of str
        What was measured: the keys that lead to it, outer before inner.
    values : mapping of str to float
        Accuracy, UAR and so on, by the key on the card.
    spread : mapping of str to float
        Their standard deviation over folds; empty where there were none.
    recall : mapping of str to float
        The recall of each emotion; empty where it was not measured.
    """

    names: tuple[str, ...]
    values: Mapping[str, Any]
    spread: Mapping[str, float]
    recall: Mapping[str, Any]

    @property
    def naive(self) -> bool:
        """Whether they are of something that a model has to surpass."""
        return "naive" in self.names


CORPORA = {
    "ravdess": "RAVDESS, English",
    "crema-d": "CREMA-D, English",
    "emo-db": "EMO-DB, German",
    "nemo": "nEMO, Polish",
    "ased": "ASED, Amharic",
    "mean": "mean",
}
"""How pages and documents call a corpus, by its key on a card, in the order of tables."""


@dataclass(frozen=True)
class OnCorpus:
    """How good a voice for all corpora is on one of them.

    Attributes
    ----------
    corpus : str
        What the corpus is called; ``mean`` for the mean of all.
    by_speaker, left_out : mapping of str to float
        Figures on speakers whom the model never heard, and of a model that heard nothing of the
        corpus: ``uar``, ``ece``, ``certain`` (share of the answers) and ``right`` (share of these).
    """

    corpus: str
    by_speaker: Mapping[str, float]
    left_out: Mapping[str, float]


def corpora(card: Mapping[str, Any]) -> list[OnCorpus]:
    """The figures of a voice for all corpora, the mean last; empty for any other model."""
    figures = _mapping(card.get("figures"))
    halves = [_mapping(figures.get(half)) for half in ("by_speaker", "left_out")]
    known = [key for key in CORPORA if all(isinstance(half.get(key), dict) for half in halves)]
    return [OnCorpus(CORPORA[key], halves[0][key], halves[1][key]) for key in known]


def groups(card: Mapping[str, Any]) -> Iterator[Figures]:
    """Every group of figures on a card, the one that counts most first."""
    yield from _inside(card.get("figures"), (), {})


def _inside(part: Any, names: tuple[str, ...], around: Mapping[str, Any]) -> Iterator[Figures]:
    if not isinstance(part, dict):
        return
    if "accuracy" in part:
        beside = {key: _mapping(around.get(key)) for key in ("fold_sd", "recall")}
        recall = _mapping(part.get("recall")) or beside["recall"]
        names = tuple(name for name in names if name not in OVER_FOLDS)
        yield Figures(names, part, beside["fold_sd"], recall)
        return
    over_folds = next((name for name in OVER_FOLDS if name in part), None)
    for name, inner in part.items():
        if name == over_folds or name not in (*OVER_FOLDS, "fold_sd", "recall"):
            yield from _inside(inner, (*names, name), part)


def _mapping(part: Any) -> Mapping[str, Any]:
    return part if isinstance(part, dict) else {}
