"""Reports of models as data: what the page draws is what the report says."""

import pytest

from source.settings import ROOT
from source.views.model_report import ModelReport, read

READ = ("voice", "face", "clip")
"""The senses whose models the page shows."""

REPORTS = [path for sense in READ for path in sorted((ROOT / "models" / sense).glob("*/report.md"))]

TEXT = """# small

## By emotion

How often each acted emotion (row) was answered as which (column):

|  | happy | sad |
| --- | ---: | ---: |
| happy | 3 | 1 |
| sad | 0 | 0 |

## Are the scores true?

| mean score | share right |
| --- | ---: |
| 0.4 | 0.5 |
| 0.9 | 0.8 |

## By whom

| gender | n | UAR |
| --- | ---: | ---: |
| female | 10 | 0.8 |

| speaker | n | UAR |
| --- | ---: | ---: |
| 1 | 5 | 0.7 |

## In the real world

Measured by `something`.

| sound | UAR |
| --- | ---: |
| clean | 0.7 |
"""


def test_matrix_reliability_groups_and_robustness_are_read():
    report = read(TEXT)
    assert report.confusion.labels == ("happy", "sad")
    assert report.confusion.shares == ((0.75, 0.25), (0.0, 0.0))
    assert report.reliability == ((0.4, 0.5), (0.9, 0.8))
    (groups,) = report.groups
    assert [table.head[0] for table in groups.tables] == ["gender"]
    (robust,) = report.robustness
    assert robust.sentences == ("Measured by something.",)
    assert robust.tables[0].rows == (("clean", "0.7"),)


def test_a_report_without_them_gives_nothing():
    assert read("# empty\n\n## Figures\n\nNone.\n") == ModelReport()


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.parent.name)
def test_every_report_of_this_repository_has_its_pictures(path):
    report = read(path.read_text("utf-8"))
    assert report.confusion is not None and len(report.reliability) > 5 and report.groups
    assert report.reliability == tuple(sorted(report.reliability))
