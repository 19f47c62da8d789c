"""The model cards, as the models page shows them."""

import json
from typing import Any

from source.settings import Settings

SENSES = {
    "voice": ("Voice", "reads how a stretch of speech sounds"),
    "face": ("Face", "reads the expression in one picture of a face"),
    "clip": ("Moving face", "reads an expression as it moves, over two seconds"),
}


def cards(settings: Settings) -> list[dict[str, Any]]:
    """Every model that is installed, by sense, each with `sense`, `name` and `default`."""
    root = settings.path("MODELS_DIR")
    defaults = _read(root / "index.json") or {}
    found = []
    for sense, (title, what) in SENSES.items():
        for path in sorted((root / sense).glob("*/card.json")):
            card = _read(path)
            if card and isinstance(card.get("labels", []), list):
                name = path.parent.name
                default = defaults.get(sense) == name
                found.append(
                    {**card, "sense": sense, "name": name, "title": title, "what": what,
                     "default": default}
                )
    return found


def _read(path: Any) -> dict[str, Any] | None:
    try:
        loaded = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return loaded if isinstance(loaded, dict) else None
