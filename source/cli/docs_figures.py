"""The figures in README.md and docs/accuracy.md, all of them from the models' cards."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from source.cli.markdown import page, table
from source.settings import ROOT
from source.views import use
from source.views.figures import CORPORA, OnCorpus, corpora, groups
from source.views.models import MODEL_WORDS

SHOWN = (("accuracy", "accuracy"), ("uar", "UAR"), ("macro_f1", "macro-F1"), ("ece", "ECE"))
"""Key on the card, and its name in the table."""

HALVES = {"by_speaker": "on people never heard", "left_out": "in a corpus left out"}
"""Key of the figures on the card of a voice for all corpora, and what they are figures of."""

UNHEARD = "the same, in a corpus of which it heard nothing"

BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)


def readme() -> str:
    """README.md with the figures that are on the cards now, and what AVER may be used for."""
    made = {
        "figures": summary(default_cards(ROOT / "models")),
        "use": " ".join(use.SENTENCES) + "\n",
    }
    text = (ROOT / "README.md").read_text("utf-8")
    return BLOCK.sub(lambda block: block[1] + made[block[2]] + block[3], text)


def voice_models() -> str:
    """docs/voice-models.md with the pooled figures of every voice model."""
    made = {"voice": pooled(sorted((ROOT / "models" / "voice").glob("*/card.json")))}
    text = (ROOT / "docs" / "voice-models.md").read_text("utf-8")
    return BLOCK.sub(lambda block: block[1] + made[block[2]] + block[3], text)


def pooled(paths: Sequence[Path]) -> str:
    """One row for each voice model, worst first: pooled figures, spread over folds; naive rows."""
    cards = [json.loads(path.read_text("utf-8")) for path in paths]
    if not cards:
        return ""
    naive = cards[0]["figures"]["naive"]
    rows = [
        (name, _cell(row["uar"], None), _cell(row["accuracy"], None), "", "")
        for name, row in naive.items()
    ]
    for card in sorted(cards, key=lambda card: float(_on_ravdess(card)[0]["uar"])):
        figures, spread = _on_ravdess(card)
        rows.append(
            (
                f"`{card['name']}`",
                _cell(figures["uar"], spread["uar"]),
                _cell(figures["accuracy"], spread["accuracy"]),
                _cell(figures["ece"], None),
                _cell(card["figures"].get("by_clip", {}).get("pooled", {}).get("uar"), None),
            )
        )
    head = ("model", "UAR by actor", "accuracy by actor", "ECE by actor", "UAR by clip")
    return table(head, rows) + "\n"


def _on_ravdess(card: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A voice's figures by actor of RAVDESS, and their spread over folds."""
    measured = card["figures"]["by_speaker"]
    if "ravdess" in measured:  # a voice for all corpora
        return measured["ravdess"], measured["ravdess"]["fold_sd"]
    return measured["pooled"], measured["fold_sd"]


def accuracy() -> str:
    """docs/accuracy.md: protocol, figures and data of each default model."""
    cards = default_cards(ROOT / "models")
    return page(
        "How good the models are, and what they learned from",
        "These are the figures of the default models, each with its protocol. Every model's "
        "`report.md` has more, with confidence intervals.",
        figures(cards).rstrip(),
        "## Data and their terms",
        "The code is under the MIT licence. The models learned from data with terms of their own, "
        "and those terms limit what you may do with the models.",
        licences(cards).rstrip(),
    )


def summary(cards: list[dict[str, Any]]) -> str:
    """One row for each model: what it was measured on, accuracy, UAR, ECE."""
    rows = []
    for card in cards:
        measured = next(groups(card))
        words = MODEL_WORDS[str(card["sense"])]
        rows.append((words.title.lower(), words.measured_on, *_summed(measured.values)))
        if every := corpora(card):
            rows.append(("", UNHEARD, *_summed(every[-1].left_out)))
    return table(("model", "tested on", "accuracy", "UAR", "ECE"), rows) + "\n" if rows else ""


def _summed(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_cell(values.get(key), None) for key in ("accuracy", "uar", "ece"))


def default_cards(models: Path) -> list[dict[str, Any]]:
    """The card of each sense's preferred model; none where there are no models yet."""
    index = models / "index.json"
    default = json.loads(index.read_text("utf-8")) if index.is_file() else {}
    paths = [models / sense / _first(default.get(sense, "")) / "card.json" for sense in MODEL_WORDS]
    return [json.loads(path.read_text("utf-8")) for path in paths if path.is_file()]


def _first(preferred: str | list[str]) -> str:
    """The model that serves wherever it can."""
    return preferred if isinstance(preferred, str) else preferred[0]


def figures(cards: list[dict[str, Any]]) -> str:
    """One protocol and one table for each model."""
    if not cards:
        return ""
    parts = [_model(card) for card in cards]
    parts.append(
        "UAR (unweighted average recall) is the mean of the recalls of all classes; look at it "
        "when the classes differ in size. ECE (expected calibration error) is how far the scores "
        "are from the share of answers that were right. sd is the standard deviation over folds. "
        "`python -m source.training.evaluate voice`, `face` and `clip` print all figures."
    )
    return "\n\n".join(parts) + "\n"


def _on_corpora(every: Sequence[OnCorpus]) -> str:
    """One row for each corpus: speakers never heard beside a corpus never heard."""
    head = ("UAR", "ECE", "sure", "of these right")
    titles = ("corpus", *head, *(f"left out: {name}" for name in head))
    rows = []
    for one in every:
        halves = (one.by_speaker, one.left_out)
        cells = [_cell(h.get(k), None) for h in halves for k in ("uar", "ece", "certain", "right")]
        rows.append((one.corpus, *cells))
    return table(titles, rows)


def _beside(card: Mapping[str, Any]) -> str:
    """What to hold the UAR of a voice for all corpora against."""
    figures = card["figures"]
    naive = [f"{name} {_cell(row.get('uar'), None)}" for name, row in figures["naive"].items()]
    people = [
        f"one listener on {CORPORA[corpus].partition(',')[0]} {_cell(row.get('uar'), None)}"
        for corpus, row in figures.get("people", {}).items()
    ]
    with_three = {half: figures["baselines"][half]["neutral 3"]["mean"] for half in HALVES}
    known = ", ".join(f"{_cell(with_three[half], None)} {HALVES[half]}" for half in HALVES)
    return (
        f"UAR to compare with (mean, by speaker): {', '.join(naive + people)}. With three neutral "
        f"utterances as a baseline of the speaker the mean UAR is {known}. An answer is *sure* by "
        "a rule that was fitted without the people, or the corpus, that it is judged on."
    )


def licences(cards: list[dict[str, Any]]) -> str:
    """What each model learned from, and the terms of those data."""
    rows = [(str(c["sense"]), _text(c["data"]), _text(c["licence"])) for c in cards]
    return table(("model", "learned from", "terms of the data"), rows) + "\n" if rows else ""


def _model(card: dict[str, Any]) -> str:
    rows = []
    for group in groups(card):
        cells = [_cell(group.values.get(key), group.spread.get(key)) for key, _ in SHOWN]
        rows.append((" ".join(group.names).replace("_", " ") or "all", *cells))
    title = f"**{str(card['sense']).capitalize()}, `{card['name']}`.** {_text(card['protocol'])}"
    if every := corpora(card):
        return f"{title}\n\n{_on_corpora(every)}\n\n{_beside(card)}"
    if not rows:
        return f"{title} Not measured yet."
    return f"{title}\n\n{table(('measured', *(name for _, name in SHOWN)), rows)}"


def _cell(value: Any, spread: float | None) -> str:
    if not isinstance(value, int | float):
        return ""
    return f"{value:.3f}" + (f" (sd {spread:.3f})" if spread is not None else "")


def _text(value: Any) -> str:
    """A card's text: one sentence, or several in a list or dict."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return "; ".join(_text(part).rstrip(".") for part in value) + "."
    return str(value)
