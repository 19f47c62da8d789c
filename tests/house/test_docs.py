"""The documents tell what the code says."""

import inspect
import re
from pathlib import Path

import pytest

from source.cli.docs import pages
from source.core import errors, notes
from source.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", list(pages()))
def test_a_written_page_is_current(name):
    assert (ROOT / name).read_text("utf-8") == pages()[name], "Run: make docs"


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
    makers = inspect.getmembers(notes, inspect.isfunction)
    assert makers
    assert [name for name, _ in makers if f"`{name}`" not in text] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_links_between_documents_lead_somewhere(path):
    text = path.read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    targets += re.findall(r'<img[^>]+src="(?!https?:)([^"]+)"', text)
    assert [t for t in targets if not (path.parent / t).exists()] == []


def test_every_make_target_is_told_by_help():
    text = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    told = re.findall(r"^([a-z]+): +## ", text, re.MULTILINE)
    assert sorted(told) == sorted(phony.split())


def test_every_room_stands_in_the_table():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    rooms = [p for p in (ROOT / "source").iterdir() if (p / "__init__.py").is_file()]
    assert [p.name for p in rooms if f"`source/{p.name}/`" not in text] == []
