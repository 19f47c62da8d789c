"""The figures on the cards of models/ are those of the answers that lie beside them."""

import json
import math
import re
from pathlib import Path

import pytest

from source.core.emotions import FACE
from source.settings import ROOT
from source.training import report
from source.training.report import answers, clip, face, pictures, voice

MODELS = ROOT / "models"
ROUNDING = 1e-3
"""The face's logits are kept in half precision, which moves its figures by less than this."""


def folders(sense: str) -> list[Path]:
    return sorted(p.parent for p in (MODELS / sense).glob("*/card.json"))


def on_card(folder: Path) -> dict:
    return json.loads((folder / "card.json").read_text("utf-8"))


@pytest.mark.parametrize("sense", report.SENSES)
def test_every_model_has_its_answers_and_its_report(sense):
    assert answers.folders(MODELS, sense) == folders(sense)
    assert all((folder / "report.md").is_file() for folder in folders(sense))


@pytest.mark.parametrize("folder", folders("voice"), ids=lambda f: f.name)
def test_a_voice_card_has_the_figures_of_its_posteriors(folder):
    card = on_card(folder)
    found = voice.figures(answers.load(folder, "voice"))
    assert card["figures"] == found
    assert card["temperature"] == found["by_speaker"]["temperature"]
    assert card["threshold"] == found["by_speaker"]["threshold"]


@pytest.mark.parametrize("folder", folders("face"), ids=lambda f: f.name)
def test_a_face_card_has_the_figures_of_its_answers(folder):
    kept, part = on_card(folder)["figures"], face.page(folder)
    spans = part.scored.bootstrap(rounds=face.ROUNDS)
    for key, value in part.scored.figures.items():
        assert kept[key] == pytest.approx(value, abs=ROUNDING), key
    for key in ("accuracy", "macro_f1"):
        assert kept[f"{key}_95"] == pytest.approx(spans[key], abs=ROUNDING)
    assert kept["faces"] == len(part.scored)
    assert kept["majority_class"] == round(part.scored.majority()["accuracy"], 4)
    assert kept["coverage_at_threshold"] == pytest.approx(part.certain[1], abs=ROUNDING)
    counts = part.scored.confusion.sum(axis=1)
    for name, recall in kept["recall"].items():
        assert recall["faces"] == counts[FACE.index(name)]
        assert recall["recall"] == pytest.approx(part.scored.recall[name], abs=ROUNDING)
    seven = next(re.search(r"accuracy (\S+) of", note) for note in part.notes if "seven" in note)
    assert float(seven[1]) == round(kept["fer2013_accuracy"], 3)


@pytest.mark.parametrize("folder", folders("clip"), ids=lambda f: f.name)
def test_a_clip_card_has_the_figures_of_its_answers(folder):
    rows = clip.compare(clip.Clips.of_rows(answers.load(folder, "clip")))
    assert on_card(folder)["figures"]["beside_stills"] == rows


@pytest.mark.parametrize(
    "folder", [f for sense in report.SENSES for f in folders(sense)], ids=lambda f: f.name
)
def test_a_report_is_the_one_that_its_answers_give(folder, tmp_path, monkeypatch):
    """Its text, that is; the pictures are drawn by hand (`make report`) and kept nowhere."""
    names = ("confusion", "confusion-counts", "classes", "reliability", "coverage")
    monkeypatch.setattr(pictures, "draw", lambda *args, **more: [f"{name}.png" for name in names])
    copy = tmp_path / folder.parent.name / folder.name
    copy.mkdir(parents=True)
    for path in folder.iterdir():
        if path.is_file():
            (copy / path.name).symlink_to(path)
    (copy / "report.md").unlink()
    report.write(copy)
    written, kept = ((f / "report.md").read_text("utf-8") for f in (copy, folder))
    assert written == kept


def test_no_card_has_a_figure_that_is_no_number():
    def numbers(value):
        if isinstance(value, dict):
            for part in value.values():
                yield from numbers(part)
        elif isinstance(value, list):
            for part in value:
                yield from numbers(part)
        elif isinstance(value, float):
            yield value

    for sense in report.SENSES:
        for folder in folders(sense):
            assert all(math.isfinite(n) for n in numbers(on_card(folder)["figures"])), folder
