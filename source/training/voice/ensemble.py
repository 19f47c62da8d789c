"""The card of models that answer together, from their own out-of-fold posteriors.

``python -m source.training.train voice --model ensemble --members a,b`` trains nothing: it
joins what the members answered to clips that they had not learnt from, fits temperature and
threshold to that, and writes the card.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from source.core.errors import BadRequest, NotFound
from source.runtime import Card, names
from source.runtime.classic import FLOOR
from source.runtime.ensemble import KIND, blend, mark
from source.training import report
from source.training.calibration import cross_fitted
from source.training.report import answers
from source.training.report.answers import Rows
from source.training.report.voice import PROTOCOLS, by_protocol
from source.training.voice.card import card
from source.training.voice.runs import Training

NAME = "ensemble"


def train(run: Training) -> int:
    """Write the ensemble's card, out-of-fold posteriors and report.

    Raises
    ------
    BadRequest
        If fewer than two members, or other weights than members, are named.
    NotFound
        If a member has no out-of-fold posteriors, or no clip was kept from all of them.
    """
    members, weights = _asked(run)
    folders = [run.models / "voice" / name for name in members]
    rows = join([answers.load(folder, "voice") for folder in folders], weights)
    cards = [Card.read(folder) for folder in folders]
    folder = run.output / "voice" / (run.name or NAME)
    described = card(
        folder,
        rows,
        architecture={"name": KIND, "args": {"members": members, "weights": weights}},
        recipe={},
        seed=run.seed,
        preprocessing=max(c.preprocessing for c in cards),
        taken={"features": KIND, "what": f"the inputs of {' and '.join(members)}"},
    )
    described = replace(
        described,
        data="; ".join(_unlike([_text(c.data) for c in cards])),
        licence="; ".join(_unlike([c.licence for c in cards])),
        protocol="The members' out-of-fold posteriors, each calibrated on the other folds, "
        "are averaged with weights. The temperature and threshold are fitted to the average. "
        + _text(cards[0].protocol),
        extra={**described.extra, "members": {c.name: mark(c) for c in cards}},
    )
    folder.mkdir(parents=True, exist_ok=True)
    described.write(folder)
    answers.save(folder, "voice", rows)
    report.write(folder)
    return 0


def join(tables: Sequence[Rows], weights: Sequence[float]) -> Rows:
    """One table of the clips that no member had learnt from when it answered them.

    A clip counts where every member has it in the same fold. `logits` become the logarithms
    of the weighted mean of the calibrated posteriors.

    Raises
    ------
    NotFound
        If there is no such clip.
    """
    each = [by_protocol(table) for table in tables]
    parts = [
        _join([one[protocol] for one in each], weights)
        for protocol in PROTOCOLS
        if all(protocol in one for one in each)
    ]
    if not any(len(part["labels"]) for part in parts):
        raise NotFound(
            "These models were not tested on the same clips in the same folds.",
            hint="Train them with the same protocol first.",
        )
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def _join(tables: Sequence[Rows], weights: Sequence[float]) -> Rows:
    keys = [list(zip(t["fold"].tolist(), t["names"].tolist(), strict=True)) for t in tables]
    shared = set(keys[0]).intersection(*keys[1:])
    places = [{key: place for place, key in enumerate(own)} for own in keys]
    order = [
        np.array([place[key] for key in keys[0] if key in shared], dtype=int) for place in places
    ]
    posteriors = [
        cross_fitted(t["logits"], t["labels"], t["fold"])[o]
        for t, o in zip(tables, order, strict=True)
    ]
    logits = np.log(np.maximum(blend(posteriors, weights), FLOOR))
    first = {key: column[order[0]] for key, column in tables[0].items()}
    return {**first, "logits": logits.astype(np.float32)}


def _asked(run: Training) -> tuple[list[str], list[float]]:
    members = list(run.members)
    if len(members) < 2:
        known = ", ".join(names("voice", root=run.models))
        raise BadRequest(
            "An ensemble needs two members or more.", hint=f"Name them: --members a,b of {known}."
        )
    weights = [float(w) for w in run.weights] or [1.0] * len(members)
    if len(weights) != len(members) or min(weights) < 0 or not sum(weights):
        raise BadRequest(
            f"{len(members)} members have {len(weights)} weights.",
            hint="Give each member one weight of 0 or more.",
        )
    return members, [round(w / sum(weights), 4) for w in weights]


def _unlike(texts: Sequence[str]) -> list[str]:
    """Texts in their order, without those that another one holds."""
    kept = list(dict.fromkeys(texts))
    return [t for t in kept if not any(t in other for other in kept if other != t)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
