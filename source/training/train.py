"""Train a model: ``python -m source.training.train voice|face|clip|fusion|anomaly``."""

from collections.abc import Sequence

from source.training import commands


def main(argv: Sequence[str] | None = None) -> int:
    """Train one sense's model and write it to its model folder."""
    return commands.main("train", argv)


if __name__ == "__main__":
    raise SystemExit(main())
