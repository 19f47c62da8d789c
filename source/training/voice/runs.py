"""What the commands of the voice models can be given."""

from dataclasses import dataclass

from source.training.corpora import CORPORA
from source.training.run import Run, numbers, option, words
from source.training.voice.kinds import KINDS, NAME, OTHERS

SEARCHED = tuple(name for name, kind in KINDS.items() if not kind.all_corpora)
"""Networks whose recipes are searched, on RAVDESS."""


@dataclass(frozen=True, kw_only=True)
class Training(Run):
    """Options of ``train voice``."""

    model: str = option(
        NAME, "which of the voice models (default: %(default)s)", choices=(*KINDS, *OTHERS)
    )
    members: tuple[str, ...] = option((), "models of an ensemble, comma separated", type=words)
    weights: tuple[str, ...] = option((), "a weight for each member (default: equal)", type=words)
    epochs: int | None = option(None, "epochs of every network")
    folds: tuple[int, ...] = option(
        (1, 2, 3, 4, 5),
        "which folds, so that several processes can share them (default: all)",
        type=numbers,
    )
    parts: tuple[str, ...] = option(
        ("folds", "final"),
        "what to train: folds, final, clip; of a network for all corpora also single ones, as in "
        "fold-0,without-ased (comma separated; default: folds,final)",
        type=words,
    )


@dataclass(frozen=True, kw_only=True)
class Evaluation(Run):
    """Options of ``evaluate voice``."""

    hardships: bool = option(
        False, "measure one model, by actor, on clips as codecs, noise and rooms leave them"
    )
    corpus: str | None = option(
        None,
        "measure one model, as it is shipped, on a corpus it was not trained on",
        choices=[n for n, c in CORPORA.items() if c.is_sound and c.cast != "ravdess"],
    )
    elsewhere: bool = option(
        False, "measure one model, as it is shipped, on every corpus but RAVDESS"
    )
    clips: int = option(
        300, "clips of these measures, of each corpus, 0 for all (default: %(default)s)"
    )


@dataclass(frozen=True, kw_only=True)
class Search(Run):
    """Options of ``search voice``."""

    model: str = option(NAME, "which network (default: %(default)s)", choices=SEARCHED)
    trials: int = option(8, "recipes tried (default: %(default)s)")
    epochs: int | None = option(None, "epochs of every trial")
