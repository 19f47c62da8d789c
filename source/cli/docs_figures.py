"""The figures in README.md and docs/accuracy.md, all of them from the models' cards."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from source.cli.markdown import page, table
from source.settings import ROOT

SENSES = ("voice", "face", "clip")
SHOWN = (("accuracy", "accuracy"), ("uar", "UAR"), ("macro_f1", "macro-F1"), ("ece", "ECE"))
"""Key on the card, and its name in the table."""

BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)


MEASURED = {
    "voice": "voices of actors it never heard",
    "face": "faces of FER+ PublicTest, on which choices were made",
    "clip": "clips made of stills",
}
"""On what a sense's first figures were measured, in a few words."""


def readme() -> str:
    """README.md with what stands on the cards now."""
    made = {"figures": summary(default_cards(ROOT / "models"))}
    text = (ROOT / "README.md").read_text("utf-8")
    return BLOCK.sub(lambda found: found[1] + made[found[2]] + found[3], text)


def accuracy() -> str:
    """docs/accuracy.md: every default model with its protocol, its figures and its data."""
    cards = default_cards(ROOT / "models")
    return page(
        "How good the models are, and what they learned from",
        "Figures of the models that are used by default. Each comes with its protocol; "
        "each model's `report.md` has more of them, with intervals.",
        figures(cards).rstrip(),
        "## Data and their terms",
        "The code is under the MIT licence. The models learned from data that have terms of "
        "their own, which bind what you may do with the models.",
        licences(cards).rstrip(),
    )


def summary(cards: list[dict[str, Any]]) -> str:
    """One row for each model: what it was measured on, accuracy, UAR, ECE."""
    rows = []
    for card in cards:
        _, found, _ = next(iter(_tables(card["figures"])))
        cells = (_cell(found.get(key), None) for key in ("accuracy", "uar", "ece"))
        rows.append((str(card["sense"]), MEASURED[str(card["sense"])], *cells))
    return table(("", "measured on", "accuracy", "UAR", "ECE"), rows) + "\n" if rows else ""


def default_cards(models: Path) -> list[dict[str, Any]]:
    """The card of each sense's default model; none where there are no models yet."""
    index = models / "index.json"
    default = json.loads(index.read_text("utf-8")) if index.is_file() else {}
    paths = [models / sense / default.get(sense, "") / "card.json" for sense in SENSES]
    return [json.loads(path.read_text("utf-8")) for path in paths if path.is_file()]


def figures(cards: list[dict[str, Any]]) -> str:
    """One protocol and one table for each model."""
    if not cards:
        return ""
    parts = [_model(card) for card in cards]
    parts.append(
        "UAR is the mean of the recalls of all classes, the figure to look at where classes are "
        "not equally many; ECE is how far the scores are from the shares that were right; sd is "
        "the spread over folds. All figures are printed by `python -m source.training.evaluate "
        "voice`, `face` or `clip`; more of them stand in each model's `report.md`."
    )
    return "\n\n".join(parts) + "\n"


def licences(cards: list[dict[str, Any]]) -> str:
    """What each model learned from, and what those data ask."""
    rows = [(str(c["sense"]), _text(c["data"]), _text(c["licence"])) for c in cards]
    return table(("model", "learned from", "terms of the data"), rows) + "\n" if rows else ""


def _model(card: dict[str, Any]) -> str:
    rows = []
    for names, found, spread in _tables(card["figures"]):
        cells = [_cell(found.get(key), spread.get(key)) for key, _ in SHOWN]
        rows.append((" ".join(names).replace("_", " ") or "all", *cells))
    title = f"**{str(card['sense']).capitalize()}, `{card['name']}`.** {_text(card['protocol'])}"
    if not rows:
        return f"{title} It has not been measured yet."
    return f"{title}\n\n{table(('measured', *(name for _, name in SHOWN)), rows)}"


def _tables(
    found: Any, names: tuple[str, ...] = (), spread: dict[str, float] | None = None
) -> Iterator[tuple[tuple[str, ...], dict[str, float], dict[str, float]]]:
    """Every group of figures on a card: where it stands, the figures, their spread over folds."""
    if not isinstance(found, dict):
        return
    if "accuracy" in found:
        yield tuple(n for n in names if n != "pooled"), found, spread or {}
        return
    for name, part in found.items():
        if name not in ("fold_mean", "fold_sd", "recall"):
            yield from _tables(part, (*names, name), found.get("fold_sd"))


def _cell(value: Any, spread: float | None) -> str:
    if not isinstance(value, int | float):
        return ""
    return f"{value:.3f}" + (f" (sd {spread:.3f})" if spread is not None else "")


def _text(value: Any) -> str:
    """A card's text, whether it is one sentence or several under names."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return "; ".join(_text(part).rstrip(".") for part in value) + "."
    return str(value)
