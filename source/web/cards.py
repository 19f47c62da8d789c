"""The model cards, as the models page shows them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from source.settings import Settings

SENSES = {
    "voice": ("Voice", "reads how a stretch of speech sounds"),
    "face": ("Face", "reads the expression in one picture of a face"),
    "clip": ("Moving face", "reads an expression as it moves, over about four seconds"),
}

MEASURES = {
    "accuracy": "right, of all",
    "uar": "right, mean over the emotions",
    "macro_f1": "F1, mean over the emotions",
}
"""The measures shown large, and what they are in words."""


def cards(settings: Settings) -> list[dict[str, Any]]:
    """Every model that is installed: the defaults by sense, then the others by sense.

    Each is its card with `sense`, `name`, `title`, `what`, `default`, and of its figures
    `main` (measure, words, value, spread), `recall` by emotion and `naive` (who, accuracy).
    """
    root = settings.path("MODELS_DIR")
    defaults = _json_object(root / "index.json") or {}
    shown = []
    for sense, (title, what) in SENSES.items():
        for path in sorted((root / sense).glob("*/card.json")):
            card = _json_object(path)
            if card and isinstance(card.get("labels", []), list):
                name = path.parent.name
                figures = card.get("figures")
                figures = figures if isinstance(figures, dict) else {}
                shown.append(
                    {
                        **card,
                        "sense": sense,
                        "name": name,
                        "title": title,
                        "what": what,
                        "default": defaults.get(sense) == name,
                        "main": _main(figures),
                        "recall": _recall(figures),
                        "naive": _naive(figures),
                    }
                )
    return sorted(shown, key=lambda card: not card["default"])


def _main(figures: Mapping[str, Any]) -> list[tuple[str, str, float, float | None]]:
    """The first accuracy, recall and F1 a card gives: pooled over folds, as the README has them."""
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
    recalls = next(_inside(figures, "recall"), {})
    plain = {k: v.get("recall") if isinstance(v, dict) else v for k, v in recalls.items()}
    return {k: float(v) for k, v in plain.items() if isinstance(v, int | float)}


def _naive(figures: Mapping[str, Any]) -> list[tuple[str, float]]:
    rows = next(_inside(figures, "naive"), {})
    shown = [
        (name, float(row["accuracy"]))
        for name, row in rows.items()
        if isinstance(row, dict) and isinstance(row.get("accuracy"), int | float)
    ]
    if not shown and isinstance(figures.get("majority_class"), int | float):
        shown = [("majority class", float(figures["majority_class"]))]
    return shown


def _dicts(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A tree's dicts, outer before inner; naive ones are not the model's."""
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
