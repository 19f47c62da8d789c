"""The page about security names tests that exist, and every setting that it relies on."""

import ast
import re

import pytest

from source.settings import ROOT, SETTINGS

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")

ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and "tests/" in line
]


def functions(path):
    return {n.name for n in ast.walk(ast.parse(path.read_text("utf-8"))) if hasattr(n, "name")}


def test_there_are_many_rows_and_each_says_all_four_things():
    assert len(ROWS) > 25
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []


@pytest.mark.parametrize("test", [row[-1].strip("`") for row in ROWS])
def test_every_line_is_guarded_by_a_test_that_exists(test):
    file, _, name = test.partition("::")
    path = ROOT / file
    assert path.is_file()
    assert name in functions(path) or (not name and "test_" in path.read_text("utf-8"))


def test_every_setting_that_it_names_exists():
    named = set(re.findall(r"`([A-Z]{2,}(?:_[A-Z]+)+)", PAGE))
    known = {s.name for s in SETTINGS}
    assert named and named <= known


def test_it_is_found():
    assert "docs/security.md" in (ROOT / "SECURITY.md").read_text("utf-8")
    assert "docs/security.md" in (ROOT / "README.md").read_text("utf-8")
