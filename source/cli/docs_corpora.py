"""The table of corpora in docs/training.md."""

import re

from source.cli.markdown import table
from source.settings import ROOT
from source.training.corpora import CORPORA, Corpus
from source.training.fetch.sources import Archive, GitLfs, Repository

BLOCK = re.compile(r"(<!-- corpora -->\n).*?(<!-- /corpora -->)", re.DOTALL)
"""What stands between these marks is written from the table."""


def training() -> str:
    """docs/training.md with every corpus that the table holds now."""
    rows = [
        (f"`{c.name}`", _plain(c.title), c.language, c.licence, _source(c))
        for c in CORPORA.values()
    ]
    made = table(("name", "what", "language", "licence", "how it comes"), rows)
    text = (ROOT / "docs" / "training.md").read_text("utf-8")
    return BLOCK.sub(lambda marks: f"{marks[1]}{made}\n{marks[2]}", text)


def _source(corpus: Corpus) -> str:
    match corpus.source:
        case Archive(checksum=""):
            return "one archive; no checksum is published"
        case Archive():
            return "one archive; its checksum is published"
        case Repository(doi=doi):
            return f"doi:{doi}, which publishes checksums"
        case GitLfs():
            return "Git LFS; every file's pointer is its checksum"
    return _plain(corpus.ask)


def _plain(text: str) -> str:
    """Text in which nothing is taken for HTML."""
    return text.replace("<", "&lt;")
