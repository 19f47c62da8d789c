"""Print figures: ``python -m source.training.evaluate voice|face|clip|fusion|anomaly``."""

from collections.abc import Sequence

from source.training import commands


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures of one sense's models, from posteriors that training saved."""
    return commands.main("evaluate", argv)


if __name__ == "__main__":
    raise SystemExit(main())
