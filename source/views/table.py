"""Figures as text, for a table on a page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Figures as text, for the table beside a chart: `head` names the columns."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
