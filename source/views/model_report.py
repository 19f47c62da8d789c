"""What a model's report says, as data for pictures: confusion, reliability, groups, robustness.

`report.md` stands beside each card and is written by ``python -m source.training.report``. Its
tables are read here, so that the page shows the same figures and nothing is written twice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from source.views.table import Table

GROUPS = ("By whom", "By what is known of a face", "By what is known of a clip")
"""The sections with figures by group."""

ROBUSTNESS = ("In the real world", "On other corpora", "Real clips")
"""The sections with figures of recordings that are unlike the training data."""

APART = ("fold", "speaker")
"""Tables that are left out: of single folds and single speakers."""


@dataclass(frozen=True)
class Section:
    """A part of a report: its title, its sentences, and its tables."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Confusion:
    """How often each true emotion (row) was answered as which (column).

    `shares` are of each row, 0 to 1; `counts` are what they come from.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def shares(self) -> tuple[tuple[float, ...], ...]:
        """Each row as shares of its sum; zeros for an emotion that never occurred."""
        return tuple(tuple(n / (sum(row) or 1) for n in row) for row in self.counts)


@dataclass(frozen=True)
class ModelReport:
    """What a page shows of a report; each part is empty where the report lacks it.

    Attributes
    ----------
    confusion : Confusion or None
    reliability : tuple of (float, float)
        Mean score and share of right answers of bins of equal counts, rising.
    groups, robustness : tuple of Section
    """

    confusion: Confusion | None = None
    reliability: tuple[tuple[float, float], ...] = ()
    groups: tuple[Section, ...] = ()
    robustness: tuple[Section, ...] = ()


def read(text: str) -> ModelReport:
    """Read the text of a report."""
    found = list(_sections(text))
    tables = [table for section in found for table in section.tables]
    return ModelReport(
        next((c for table in tables if (c := _confusion(table))), None),
        next((r for table in tables if (r := _reliability(table))), ()),
        tuple(_of_groups(s) for s in found if s.title in GROUPS and s.tables),
        tuple(s for s in found if s.title in ROBUSTNESS and s.tables),
    )


def _of_groups(section: Section) -> Section:
    kept = tuple(table for table in section.tables if table.head[0] not in APART)
    return Section(section.title, section.sentences, kept)


def _sections(text: str) -> Iterator[Section]:
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        title, _, body = part.partition("\n")
        tables: list[Table] = []
        sentences: list[str] = []
        for block in re.split(r"\n\s*\n", body.strip()):
            if block.startswith("|"):
                tables.append(_table(block))
            elif block and not block.startswith(("!", "#", "`", "- ")):
                sentences.append(re.sub(r"[`*]", "", " ".join(block.split())))
        yield Section(title.strip(), tuple(sentences), tuple(tables))


def _table(block: str) -> Table:
    lines = [
        tuple(re.sub(r"[`*]", "", cell.strip()) for cell in line.strip().strip("|").split("|"))
        for line in block.splitlines()
    ]
    return Table(lines[0], tuple(lines[2:]))


def _confusion(table: Table) -> Confusion | None:
    labels = table.head[1:]
    if len(labels) < 2 or tuple(row[0] for row in table.rows) != labels:
        return None
    try:
        counts = tuple(tuple(int(cell) for cell in row[1:]) for row in table.rows)
    except ValueError:
        return None
    return Confusion(labels, counts) if all(len(row) == len(labels) for row in counts) else None


def _reliability(table: Table) -> tuple[tuple[float, float], ...]:
    if table.head != ("mean score", "share right"):
        return ()
    try:
        return tuple((float(score), float(right)) for score, right in table.rows)
    except ValueError:
        return ()
