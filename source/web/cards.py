"""The model cards, as the models page shows them."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from source.jobs.models import Network, default_models, networks
from source.settings import Settings
from source.views import model_report
from source.views.figures import corpora, groups
from source.views.model_report import ModelReport
from source.views.models import MODEL_WORDS

MEASURES = {
    "accuracy": "right answers",
    "uar": "right, averaged over the emotions",
    "macro_f1": "F1, averaged over the emotions",
}
"""The measures shown large, in words."""


def cards(settings: Settings) -> list[dict[str, Any]]:
    """Every installed model: first the defaults, then the others, both ordered by sense.

    Each is the card with `sense`, `name`, `words`, `default`, `lacks` (the network of others that
    it needs and that is not installed) and, from its figures, `corpora` (`OnCorpus`), `main`
    (measure, words, value, spread), `recall` by emotion and `naive` (name, accuracy).
    """
    others = networks()
    root = settings.path("MODELS_DIR")
    defaults = default_models(settings)
    models = []
    for sense, words in MODEL_WORDS.items():
        for path in sorted((root / sense).glob("*/card.json")):
            card = _json_object(path)
            if card and isinstance(card.get("labels", []), list):
                name = path.parent.name
                models.append(
                    {
                        **card,
                        "sense": sense,
                        "name": name,
                        "words": words,
                        "default": defaults.get(sense) == name,
                        "lacks": _lacks(card, others),
                        "corpora": corpora(card),
                        "report": _report(path.with_name("report.md")),
                        **_measured(card),
                    }
                )
    return sorted(models, key=lambda card: not card["default"])


def own_cards(settings: Settings) -> list[dict[str, Any]]:
    """Every installed model as `cards` orders them: `sense`, `name`, `default` and its `card`."""
    root = settings.path("MODELS_DIR")
    return [
        {
            "sense": one["sense"],
            "name": one["name"],
            "default": one["default"],
            "card": _json_object(root / one["sense"] / one["name"] / "card.json") or {},
        }
        for one in cards(settings)
    ]


def _lacks(card: Mapping[str, Any], others: Mapping[str, Network]) -> Network | None:
    described = card.get("input")
    need = described.get("needs") if isinstance(described, dict) else None
    network = others.get(need) if isinstance(need, str) else None
    return None if network is None or network.installed else network


def _measured(card: Mapping[str, Any]) -> dict[str, Any]:
    """The first accuracy, recall and F1 on a card, as in the README, and those of naive answers."""
    every = list(groups(card))
    first = next((group for group in every if not group.naive), None)
    naive = [(g.names[1], g.values["accuracy"]) for g in every if g.names[:1] == ("naive",)]
    if first is None:
        return {"main": [], "recall": {}, "naive": []}
    if not naive and "majority_class" in first.values:
        naive = [("majority class", first.values["majority_class"])]
    recall = {k: v.get("recall") if isinstance(v, dict) else v for k, v in first.recall.items()}
    return {
        "main": [
            (name, words, float(first.values[name]), first.spread.get(name))
            for name, words in MEASURES.items()
            if _is_number(first.values.get(name))
        ],
        "recall": {k: float(v) for k, v in recall.items() if isinstance(v, int | float)},
        "naive": [(name, float(share)) for name, share in naive if _is_number(share)],
    }


def _report(path: Path) -> ModelReport:
    """What the report beside a card says; nothing where there is none."""
    try:
        return _read_report(path, path.stat().st_mtime)
    except (OSError, ValueError):
        return ModelReport()


@cache
def _read_report(path: Path, changed: float) -> ModelReport:
    return model_report.read(path.read_text("utf-8"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _json_object(path: Any) -> dict[str, Any] | None:
    try:
        loaded = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return loaded if isinstance(loaded, dict) else None
