"""The documents tell what the code says."""

import inspect
import json
import re
import sys
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from source.cli.docs import pages
from source.core import errors, notes, options
from source.settings import SETTINGS
from source.training.corpora import table as corpora
from source.training.voice import kinds
from source.views import exports
from tests.views import made

ROOT = Path(__file__).resolve().parents[2]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


written = cache(pages)
"""All pages, written once: each takes the figures of all models."""


@pytest.mark.parametrize("name", list(written()))
def test_a_written_page_is_current(name):
    assert (ROOT / name).read_text("utf-8") == written()[name], "Run: make docs"


def test_figures_of_voice_models_are_pooled_wherever_they_stand():
    """A mean over folds beside a pooled figure would rank models by how they were summed up."""
    row = re.compile(r"^\| `([\w-]+)` \| (0\.\d+) \(sd .+?\) \| (0\.\d+) ", re.MULTILINE)
    shown = row.findall((ROOT / "docs/voice-models.md").read_text("utf-8"))
    assert len(shown) == len(list((ROOT / "models/voice").glob("*/card.json")))
    for name, uar, accuracy in shown:
        card = json.loads((ROOT / "models/voice" / name / "card.json").read_text("utf-8"))
        measured = card["figures"]["by_speaker"]
        pooled = measured.get("pooled") or measured["ravdess"]  # of a voice for all corpora
        assert (float(uar), float(accuracy)) == (
            pytest.approx(pooled["uar"], abs=6e-4),
            pytest.approx(pooled["accuracy"], abs=6e-4),
        )


def test_the_readme_and_the_accuracy_page_tell_how_the_default_voice_does_on_a_corpus_never_heard():
    preferred = json.loads((ROOT / "models/index.json").read_text("utf-8"))["voice"][0]
    card = json.loads((ROOT / "models/voice" / preferred / "card.json").read_text("utf-8"))
    means = [card["figures"][half]["mean"] for half in ("by_speaker", "left_out")]
    rows = [" | ".join(f"{mean[k]:.3f}" for k in ("accuracy", "uar", "ece")) for mean in means]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert readme.index(rows[0]) < readme.index(rows[1])
    page = (ROOT / "docs/accuracy.md").read_text("utf-8")
    keys = ("uar", "ece", "certain", "right")
    assert " | ".join(f"{mean[k]:.3f}" for mean in means for k in keys) in page


def test_every_setting_is_documented():
    for name in ("docs/settings.md", ".env.example"):
        text = (ROOT / name).read_text("utf-8")
        assert [s.name for s in SETTINGS if s.name not in text or s.help not in text] == []


def test_every_error_has_a_code_of_its_own_that_is_documented():
    text = (ROOT / "docs/errors.md").read_text("utf-8")
    classes = [
        cls
        for _, cls in inspect.getmembers(errors, inspect.isclass)
        if issubclass(cls, errors.AverError)
    ]
    codes = [cls.code for cls in classes]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if f"`{code}`" not in text] == []


def test_every_note_is_documented():
    text = (ROOT / "docs/result.md").read_text("utf-8")
    functions = inspect.getmembers(notes, inspect.isfunction)
    makers = [name for name, f in functions if f.__module__ == notes.__name__]
    assert makers
    assert [name for name in makers if f"`{name}`" not in text] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_links_between_documents_lead_somewhere(path):
    text = path.read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    targets += re.findall(r'<img[^>]+src="(?!https?:)([^"]+)"', text)
    assert [t for t in targets if not (path.parent / t).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_links_to_a_heading_lead_to_one(path):
    text = path.read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)", text)
    assert [
        f"{name}#{anchor}"
        for name, anchor in targets
        if anchor not in anchors(path.parent / name if name else path)
    ] == []


def anchors(path):
    """What the headings of a page are called in an address, as GitHub and most others do it."""
    text = re.sub(r"^ *```.*?^ *```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    slugs = []
    for heading in re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        again = sum(re.fullmatch(rf"{re.escape(slug)}(-\d+)?", one) is not None for one in slugs)
        slugs.append(f"{slug}-{again}" if again else slug)
    return slugs


def code(name, heading):
    """The Python code below a heading of a page, block by block, as one would paste it."""
    text = (ROOT / name).read_text("utf-8")
    (section,) = re.findall(rf"^## {heading}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    blocks = re.findall(r"^( *)```python\n(.*?)^\1```$", section, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in blocks]


def test_the_example_of_an_option_is_a_row_of_the_table():
    (block,) = code("CONTRIBUTING.md", "An option")
    names = {**vars(options)}
    exec(f"class More:\n{block}", names)
    (row,) = fields(dataclass(frozen=True)(names["More"]))
    option = options.Option(row.name, **row.metadata)
    assert option.name not in options.OPTIONS
    assert option.flag == "--sharpen" and option.setting and option.form
    assert option.check("0.5") == 0.5 and option.check(option.default) == row.default
    with pytest.raises(errors.OutOfRange):
        option.check(1.5)


def test_the_example_of_a_model_is_a_row_of_the_table():
    (block,) = code("CONTRIBUTING.md", "A model")
    ((name, kind),) = eval(f"{{\n{block}}}", {**vars(kinds)}).items()
    assert name not in kinds.KINDS and isinstance(kind, kinds.VoiceNetwork)


def test_the_example_of_an_export_writes_its_file(monkeypatch):
    module, imported, row = code("CONTRIBUTING.md", "An export")
    name = "source.views.exports.as_audacity"
    monkeypatch.setitem(sys.modules, name, ModuleType(name))
    exec(module, vars(sys.modules[name]))
    names = {**vars(exports)}
    exec(imported, names)
    (export,) = eval(f"[\n{row}]", names)
    assert isinstance(export, exports.Export) and export.name not in exports.EXPORTS
    assert isinstance(export.format, exports.Format)
    result = made.video()
    written = export.write(exports.Subject(result)).decode()
    (first, *lines) = written.splitlines()
    assert first.split("\t") == ["0.000000", "5.000000", "happy"] and len(lines) == 12
    assert export.offered(result) and not export.offered(made.picture())


def test_the_example_of_an_operation_is_one():
    from source.web.api import jobs as operations
    from source.web.api import openapi
    from source.web.api.operation import JSON, Api

    (block,) = code("CONTRIBUTING.md", "An operation of the API")
    api = Api("more", __name__)
    exec(block, {**vars(operations), "api": api, "JSON": JSON})
    (operation,) = api.operations
    assert (operation.path, operation.summary) == (
        "/jobs/{job_id}/ahead",
        "Say how many jobs are done before a job.",
    )
    assert {400, 401, 404, 503} <= set(openapi.errors_of(operation))
    assert operation.path not in openapi.document()["paths"]


def test_the_example_of_a_corpus_is_a_row_of_the_table():
    (block,) = code("docs/training.md", "Adding a corpus")
    (corpus,) = eval(f"[\n{block}]", {**vars(corpora)})
    assert isinstance(corpus, corpora.Corpus) and corpus.name not in corpora.CORPORA
    clip = corpus.named(corpus.example.rpartition(".")[0])
    assert (clip.emotion, clip.speaker, clip.gender) == ("disgust", "f1", "female")


def test_every_make_target_is_told_by_help():
    text = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    told = re.findall(r"^([a-z]+): +## ", text, re.MULTILINE)
    assert sorted(told) == sorted(phony.split())


def test_every_room_stands_in_the_table():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    rooms = [p for p in (ROOT / "source").iterdir() if (p / "__init__.py").is_file()]
    assert [p.name for p in rooms if f"`source/{p.name}/`" not in text] == []
