"""The networks of the folds: each answers only to speakers it was not trained on."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import NotFound
from source.runtime import Card, head
from source.runtime.card import digest
from source.runtime.classic import FLOOR
from source.runtime.ensemble import KIND, blend
from source.training import calibration
from source.training.report.answers import load
from source.training.report.judged import is_of_corpora
from source.training.voice.held_out import coarse
from source.voice import inputs

Floats = NDArray[np.float32]
Answer = Callable[[Sequence[Floats]], Floats]
"""Utterances at 16 kHz to one row of logits each, averaged over their windows."""

BATCH = 64


def answers(name: str, fold: int, *, models: Path, work: Path) -> Answer:
    """What the model of one fold answers.

    Parameters
    ----------
    name : str
        Of the model in ``models/voice``; of an ensemble every member answers.
    fold : int
        From 0, as in `protocols.RAVDESS_FOLDS`.
    work : Path
        Where training left its runs: ``work/voice/<name>-*``.

    Raises
    ------
    NotFound
        If the weights that made the model's out-of-fold posteriors are not there.
    """
    folder = models / "voice" / name
    card = Card.read(folder)
    if card.architecture["name"] == KIND:
        args = card.architecture["args"]
        members = [answers(m, fold, models=models, work=work) for m in args["members"]]
        warmths = [Card.read(models / "voice" / m).temperature for m in args["members"]]
        return lambda sounds: np.log(np.maximum(blend(
            [calibration.posteriors(a(sounds), temperature=t)
             for a, t in zip(members, warmths, strict=True)], args["weights"]
        ), FLOOR)).astype(np.float32)  # fmt: skip
    if card.architecture["name"] == head.KIND:
        return reader(inputs.of(card.input), _head_of(card, fold, work=work))
    model, weights = _network(card, state(folder, fold, work=work))

    def answer(batch: Floats) -> Floats:
        model.set_weights(weights)
        return _in_batches(model, batch)

    return reader(inputs.of(card.input), answer)


def _head_of(card: Card, fold: int, *, work: Path) -> Callable[[Floats], Floats]:
    """Windows to logits by the head of a fold, trained in the run that ended with the shipped."""
    for final in (work / "voice").glob(f"*/final/{head.FILE}"):
        if digest(final.read_bytes()) == card.sha256[head.FILE]:
            folder = final.parents[1] / f"fold-{fold}"
            model = head.Head(Card.read(folder), folder)
            return lambda batch: np.log(np.maximum(model.run(batch)[0], FLOOR))
    raise NotFound(
        f"The run that trained “{card.name}” is not in {work}.",
        hint=f"Train it here first: python -m source.training.train voice --model {card.name}.",
    )


def reader(make: inputs.Input, answer: Callable[[Floats], Floats]) -> Answer:
    """Utterances to windows, windows to answers, the mean of each utterance's."""

    def read(sounds: Sequence[Floats]) -> Floats:
        cut = [make(samples)[0] for samples in sounds]
        owner = np.repeat(np.arange(len(cut)), [len(c) for c in cut])
        rows = answer(np.concatenate(cut))
        return np.stack([rows[owner == i].mean(axis=0) for i in range(len(cut))])

    return read


def state(folder: Path, fold: int, *, work: Path) -> Path:
    """The weights of a fold's network: those whose answers are in ``oof.npz``, of no other run."""
    rows = load(folder, "voice")
    of_corpora = is_of_corpora(rows)
    mine = rows["fold"] == fold
    names = rows["names"][mine]
    logits = rows["by_speaker"][mine, 0] if of_corpora else rows["logits"][mine]
    for run in sorted((work / "voice").glob(f"{folder.name}-*"), reverse=True):
        answered = run / f"fold-{fold}.npz"
        weights = run / f"fold-{fold}.weights.h5"
        if not answered.is_file() or not weights.is_file():
            continue
        with np.load(answered) as made:
            again = coarse(made["logits"]) if of_corpora else made["logits"]
            if np.array_equal(made["names"], names) and np.allclose(again, logits):
                return weights
    raise NotFound(
        f"The weights behind the out-of-fold posteriors of “{folder.name}” are not in {work}.",
        hint=f"Train it here first: python -m source.training.train voice --name {folder.name}.",
    )


def _network(card: Card, kept: Path) -> tuple[Any, list[NDArray[np.generic]]]:
    """The network, one for all folds so that it is traced once, and the weights of a fold."""
    model = _empty(card.architecture["name"], json.dumps(card.architecture["args"]))
    model.load_weights(kept)
    return model, model.get_weights()


@cache
def _empty(architecture: str, args: str) -> Any:
    from source.runtime import networks

    return networks.build(architecture, frames=None, **json.loads(args))  # as it was trained


def _in_batches(model: Any, batch: Floats) -> Floats:
    rows = []
    for at in range(0, len(batch), BATCH):
        part = batch[at : at + BATCH]
        full = np.concatenate([part, np.zeros((BATCH - len(part), *part.shape[1:]), part.dtype)])
        rows.append(np.asarray(model.predict_on_batch(full)[0])[: len(part)])
    return np.concatenate(rows)
