"""Download a corpus: ``python -m source.training.download CORPUS [--to DIR] [--accept]``.

Shows whose it is and under what terms, asks, and then fetches, checks and unpacks it. What was
broken off goes on where it stopped.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from source.core.errors import AverError
from source.settings import ROOT
from source.training.corpora import CORPORA, Corpus
from source.training.face.data import HOW_TO_GET
from source.training.fetch.get import get

PICTURES = "fer2013"
"""The set of faces, which has no row in the table of corpora and nothing to fetch."""


def main(argv: Sequence[str] | None = None) -> int:
    """Download one corpus, once its terms are accepted."""
    args = _parser().parse_args(argv)
    if args.corpus == PICTURES:
        print(HOW_TO_GET)
        return 1
    corpus = CORPORA[args.corpus]
    folder = args.to or args.data / corpus.folder
    print(terms(corpus, folder), flush=True)
    if corpus.source is None:
        print(f"\nIt cannot be downloaded by a program. {corpus.ask}")
        return 1
    if not args.accept:
        if not sys.stdin.isatty():
            print("There is no terminal to ask you on. Add --accept if you accept these terms.",
                  file=sys.stderr)  # fmt: skip
            return 2
        if input("\nDo you accept these terms? [y/N] ").strip().lower() not in ("y", "yes"):
            print("Nothing was downloaded.")
            return 1
    try:
        get(corpus.source, folder, again=args.again)
    except AverError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: complete files are kept, and a file with a "
              "published checksum resumes.", file=sys.stderr)  # fmt: skip
        return 130
    print(f"{corpus.name} is in {folder}.")
    if corpus.is_sound:
        print(f"Next: python -m source.training.prepare {corpus.name}")
    return 0


def terms(corpus: Corpus, folder: Path) -> str:
    """What somebody must know before they say yes."""
    sound = f"about {corpus.hours:.1f} h, {corpus.speakers} speakers" if corpus.hours else ""
    facts = [
        ("licence", corpus.licence),
        ("please cite", corpus.citation),
        ("page", corpus.page),
        ("size", corpus.size),
        ("sound", sound),
        ("goes to", str(folder)),
    ]
    return "\n".join([corpus.title, *(f"  {name + ':':<13}{text}" for name, text in facts if text)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m source.training.download", description="Download a corpus of speech.",
    )  # fmt: skip
    parser.add_argument(
        "corpus",
        choices=(*CORPORA, PICTURES),
        metavar="CORPUS",
        help=f"one of {', '.join(CORPORA)}; {PICTURES} prints how to get the faces",
    )
    parser.add_argument(
        "--to",
        type=Path,
        default=None,
        metavar="DIR",
        help="folder for it (default: its own below the data folder)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="folder of the data sets (default: %(default)s)",
    )
    parser.add_argument("--accept", action="store_true", help="accept the terms without a question")
    parser.add_argument(
        "--again", action="store_true", help="fetch what was fetched before, and compare it"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
