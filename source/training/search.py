"""Search for a better recipe: ``python -m source.training.search voice --trials 8``."""

import sys
from collections.abc import Sequence

from source.training.commands import run


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line."""
    return run("search", argv)


if __name__ == "__main__":
    sys.exit(main())
