"""The command line that train and evaluate share: one sub-command per sense.

A sense is a module ``source.training.<sense>`` with ``train(args)`` and ``evaluate(args)``,
each returning an exit code or None, and optionally ``arguments(parser, command)``, which
adds options of its own.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from source.core.errors import AverError, BadRequest
from source.core.output import unread
from source.settings import ROOT

SENSES = ("voice", "face", "clip", "anomaly")


def parser(command: str, sense: str | None = None) -> argparse.ArgumentParser:
    """Arguments of ``train``, ``evaluate`` or ``search``; those of a named sense too."""
    found = argparse.ArgumentParser(
        prog=f"python -m source.training.{command}",
        description=f"{command.capitalize()} the model of one sense.",
    )
    found.add_argument("sense", choices=SENSES, help="which model")
    found.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data",
        help="folder of the data sets (voice/, face/, ...; default: %(default)s)",
    )
    found.add_argument(
        "--work",
        type=Path,
        default=ROOT / "work",
        help="folder for prepared data and checkpoints (default: %(default)s)",
    )
    found.add_argument(
        "--models",
        type=Path,
        default=ROOT / "models",
        help="folder of the models (default: %(default)s)",
    )
    found.add_argument("--name", default=None, help="model folder's name (default: the sense's)")
    found.add_argument("--seed", type=int, default=0, help="seed of all chance (default: 0)")
    found.add_argument("--threads", type=int, default=1, help="processor threads (default: 1)")
    found.add_argument(
        "--mixed",
        action="store_true",
        help="compute in bfloat16, weights in float32: for a GPU that knows it",
    )
    found.add_argument(
        "--tiny",
        action="store_true",
        help="a few items and one or two epochs, to see that everything runs",
    )
    if sense is not None:
        add = getattr(_sense(sense), "arguments", None)
        if add is not None:
            add(found, command)
    return found


def run(command: str, argv: Sequence[str] | None = None) -> int:
    """Call ``source.training.<sense>.<command>(args)``; errors a person sees give exit 1."""
    given = list(sys.argv[1:] if argv is None else argv)
    named = next((a for a in given if a in SENSES), None)
    args = parser(command, named).parse_args(given)
    try:
        todo = getattr(_sense(args.sense), command, None)
        if todo is None:
            raise BadRequest(f"There is no {command} of the {args.sense} yet.")
        status = int(todo(args) or 0)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # as under “| head”
        return unread()
    except AverError as error:
        print(error, file=sys.stderr)
        return 1


def _sense(name: str) -> Any:
    return importlib.import_module(f"source.training.{name}")
