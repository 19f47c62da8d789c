"""The command line: what `run.py` does. Nothing heavy is imported before it is needed."""

from source.cli.main import main

__all__ = ["main"]
