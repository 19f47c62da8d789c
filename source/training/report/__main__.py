"""Write reports: ``python -m source.training.report voice|face|clip|fusion|anomaly [--name N]``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from source.core.errors import AverError
from source.settings import ROOT
from source.training.report import SENSES, write_all


def main(argv: Sequence[str] | None = None) -> int:
    """Write the reports of one sense's models, from posteriors that training saved."""
    parser = argparse.ArgumentParser(
        prog="python -m source.training.report",
        description="Write report.md beside each model of a sense, and draw its pictures.",
    )
    parser.add_argument("sense", choices=SENSES, help="which models")
    parser.add_argument("--name", default=None, help="one model's folder (default: all)")
    parser.add_argument(
        "--models",
        type=Path,
        default=ROOT / "models",
        help="folder of the models (default: %(default)s)",
    )
    args = parser.parse_args(argv)
    try:
        for path in write_all(args.models, args.sense, name=args.name):
            print(path)
    except AverError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
