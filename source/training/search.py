"""Search for a better recipe: ``python -m source.training.search voice --trials 8``."""

from collections.abc import Sequence

from source.training import commands


def main(argv: Sequence[str] | None = None) -> int:
    """Try recipes of one model and print them, the best first."""
    return commands.main("search", argv)


if __name__ == "__main__":
    raise SystemExit(main())
