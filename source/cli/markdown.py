"""Pieces of Markdown."""

from collections.abc import Sequence

MADE = "<!-- Written by `make docs` (python -m source.cli.docs) from the code; do not edit. -->"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; signs that would end a cell are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )


def page(title: str, *parts: str) -> str:
    """A page that says it is written by a program."""
    return "\n\n".join([MADE, f"# {title}", *parts]) + "\n"
