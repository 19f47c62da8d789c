"""The model cards, as the models page shows them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from source.jobs.models import default_models
from source.settings import Settings
from source.views.models import MODEL_WORDS

MEASURES = {
    "accuracy": "right answers",
    "uar": "right, averaged over the emotions",
    "macro_f1": "F1, averaged over the emotions",
}
"""The measures shown large, in words."""


def cards(settings: Settings) -> list[dict[str, Any]]:
    """Every installed model: first the defaults, then the others, both ordered by sense.

    Each is the card with `sense`, `name`, `words`, `default` and, from its figures, `main`
    (measure, words, value, spread), `recall` by emotion and `naive` (name, accuracy).
    """
    root = settings.path("MODELS_DIR")
    defaults = default_models(settings)
    models = []
    for sense, words in MODEL_WORDS.items():
        for path in sorted((root / sense).glob("*/card.json")):
            card = _json_object(path)
            if card and isinstance(card.get("labels", []), list):
                name = path.parent.name
                figures = card.get("figures")
                figures = figures if isinstance(figures, dict) else {}
                models.append(
                    {
                        **card,
                        "sense": sense,
                        "name": name,
                        "words": words,
                        "default": defaults.get(sense) == name,
                        "main": _main(figures),
                        "recall": _recall(figures),
                        "naive": _naive(figures),
                    }
                )
    return sorted(models, key=lambda card: not card["default"])


def _main(figures: Mapping[str, Any]) -> list[tuple[str, str, float, float | None]]:
    """The first accuracy, recall and F1 on a card: pooled over folds, as in the README."""
    spreads = next(_inside(figures, "fold_sd"), {})
    values = next(_inside(figures, "pooled"), None) or next(
        (d for d in _dicts(figures) if isinstance(d.get("accuracy"), int | float)), {}
    )
    return [
        (name, words, float(values[name]), spreads.get(name))
        for name, words in MEASURES.items()
        if isinstance(values.get(name), int | float)
    ]


def _recall(figures: Mapping[str, Any]) -> dict[str, float]:
    recall = next(_inside(figures, "recall"), {})
    plain = {k: v.get("recall") if isinstance(v, dict) else v for k, v in recall.items()}
    return {k: float(v) for k, v in plain.items() if isinstance(v, int | float)}


def _naive(figures: Mapping[str, Any]) -> list[tuple[str, float]]:
    rows = next(_inside(figures, "naive"), {})
    accuracies = [
        (name, float(row["accuracy"]))
        for name, row in rows.items()
        if isinstance(row, dict) and isinstance(row.get("accuracy"), int | float)
    ]
    if not accuracies and isinstance(figures.get("majority_class"), int | float):
        accuracies = [("majority class", float(figures["majority_class"]))]
    return accuracies


def _dicts(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All dicts in a tree, outer before inner, without those of naive baselines."""
    yield tree
    for key, value in tree.items():
        if isinstance(value, dict) and key != "naive":
            yield from _dicts(value)


def _inside(tree: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    return (d[key] for d in _dicts(tree) if isinstance(d.get(key), dict))


def _json_object(path: Any) -> dict[str, Any] | None:
    try:
        loaded = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return loaded if isinstance(loaded, dict) else None
