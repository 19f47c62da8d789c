"""The command line that train, evaluate and search share: one sub-command per sense.

A sense is a module ``source.training.<sense>`` with functions ``train(run)``, ``evaluate(run)``
and perhaps ``search(run)``, each returning an exit code or None. The type of ``run`` is a `Run`;
its fields are the options of that command.
"""

import argparse
import importlib
import sys
import typing
from collections.abc import Callable, Sequence
from typing import Any

from source.core.errors import AverError
from source.core.output import unread
from source.training.run import Run, add_flags

SENSES = ("voice", "face", "clip", "fusion", "anomaly")


def parser(command: str, kind: type[Run] = Run) -> argparse.ArgumentParser:
    """Arguments of ``train``, ``evaluate`` or ``search``: the sense and the fields of `kind`."""
    made = argparse.ArgumentParser(
        prog=f"python -m source.training.{command}",
        description=f"{command.capitalize()} the model of one sense.",
    )
    made.add_argument("sense", choices=SENSES, help="which model")
    add_flags(made, kind)
    return made


def main(command: str, argv: Sequence[str] | None = None) -> int:
    """Call ``source.training.<sense>.<command>(run)``; errors a person sees give exit 1."""
    given = list(sys.argv[1:] if argv is None else argv)
    sense = next((a for a in given if a in SENSES), None)
    action = _action(sense, command) if sense else None
    if sense and action is None:
        print(f"There is no {command} of the {sense} yet.", file=sys.stderr)
        return 1
    kind = typing.get_type_hints(action)["run"] if action else Run
    options = vars(parser(command, kind).parse_args(given))
    del options["sense"]
    try:
        run = kind(**options)
        status = int(action(run) or 0) if action else 1
        if command == "train" and run.tiny and status == 0:
            print(f"The models of --tiny are in {run.output}.")
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # as under “| head”
        return unread()
    except AverError as error:
        print(error, file=sys.stderr)
        return 1


def _action(sense: str, command: str) -> Callable[[Any], int | None] | None:
    action: Callable[[Any], int | None] | None = getattr(
        importlib.import_module(f"source.training.{sense}"), command, None
    )
    return action
