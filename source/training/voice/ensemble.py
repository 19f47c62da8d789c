"""The card of models that answer together, from their own out-of-fold posteriors.

``python -m source.training.train voice --model ensemble --members a,b`` trains nothing: it
joins what the members answered to clips that they had not heard, fits temperature and
threshold to that, and writes the card.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import BadRequest, NotFound
from source.runtime import Card, names
from source.runtime.classic import FLOOR
from source.runtime.ensemble import KIND, blend, mark
from source.training.voice.runs import Training

NAME = "ensemble"

Rows = dict[str, NDArray[Any]]


def train(run: Training) -> int:
    """Write the ensemble's card, out-of-fold posteriors and report.

    Raises
    ------
    BadRequest
        If fewer than two members, or other weights than members, are named.
    NotFound
        If a member has no out-of-fold posteriors, or no clip was kept from all of them.
    """
    from source.training.voice.report import card, keep, write_report

    members, weights = _asked(run)
    folders = [run.models / "voice" / name for name in members]
    rows = join([_rows(folder) for folder in folders], weights)
    cards = [Card.read(folder) for folder in folders]
    told = card(
        rows, architecture={"name": KIND, "args": {"members": members, "weights": weights}},
        recipe={}, seed=run.seed, preprocessing=max(c.preprocessing for c in cards), shape=(0, 0),
    )  # fmt: skip
    folder = run.models / "voice" / (run.name or NAME)
    told |= {
        "name": folder.name,
        "sense": "voice",
        "input": {"features": KIND, "what": f"what {' and '.join(members)} take"},
        "members": {c.name: mark(c) for c in cards},
        "sha256": {},
        "data": "; ".join(_unlike([_text(c.data) for c in cards])),
        "licence": "; ".join(_unlike([c.licence for c in cards])),
        "protocol": "The members' out-of-fold posteriors, each calibrated on the other folds, "
        "averaged by weight; temperature and threshold are fitted to that. "
        + _text(cards[0].protocol),
    }
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (folder / "card.json").write_text(text, "utf-8")
    keep(folder / "oof.npz", rows)
    write_report(folder, rows)
    return 0


def join(tables: Sequence[Rows], weights: Sequence[float]) -> Rows:
    """One table of the clips that no member had heard when it answered them.

    A clip counts where every member has it in the same fold. `logits` become the logarithms
    of the weighted mean of the calibrated posteriors.

    Raises
    ------
    NotFound
        If there is no such clip.
    """
    from source.training.voice.report import by_clip, by_speaker

    parts = [_join([protocol(t) for t in tables], weights) for protocol in (by_speaker, by_clip)]
    found = {key: np.concatenate([p[key] for p in parts]) for key in parts[0]}
    if not len(found["labels"]):
        raise NotFound(
            "These models were not tested on the same clips in the same folds.",
            hint="Train them with the same protocol first.",
        )
    return found


def _join(tables: Sequence[Rows], weights: Sequence[float]) -> Rows:
    from source.training.voice.report import cross_fitted

    keys = [list(zip(t["fold"].tolist(), t["names"].tolist(), strict=True)) for t in tables]
    shared = set(keys[0]).intersection(*keys[1:])
    kept = [k for k in keys[0] if k in shared]
    at = [dict(zip(k, range(len(k)), strict=True)) for k in keys]
    order = [np.array([a[k] for k in kept], dtype=int) for a in at]
    posteriors = [
        cross_fitted(t)[o] if len(o) else np.zeros((0, t["logits"].shape[1]))
        for t, o in zip(tables, order, strict=True)
    ]
    logits = np.log(np.maximum(blend(posteriors, weights), FLOOR))
    return {
        **{key: value[order[0]] for key, value in tables[0].items() if key != "logits"},
        "logits": logits.astype(np.float32),
    }


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


def _rows(folder: Path) -> Rows:
    path = folder / "oof.npz"
    if not path.is_file():
        raise NotFound(
            f"The voice model “{folder.name}” has no out-of-fold posteriors.",
            hint=f"Train it first; they are kept in {path}.",
        )
    with np.load(path) as kept:
        return dict(kept)


def _unlike(texts: Sequence[str]) -> list[str]:
    """Texts in their order, without those that another one holds."""
    kept = list(dict.fromkeys(texts))
    return [t for t in kept if not any(t in other for other in kept if other != t)]


def _text(told: Any) -> str:
    return told if isinstance(told, str) else json.dumps(told)
