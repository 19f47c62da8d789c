"""The options of one run of training, evaluation or search, as a frozen value.

A command takes a `Run`, or a subclass with more options. The fields of that class are the flags
of the command line (`add_flags`); behind the command line nothing knows argparse.
"""

import argparse
import types
import typing
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from source.settings import ROOT

SHIPPED = ROOT / "models"
"""The models that the application reads."""


def option(default: Any, help: str, **flag: Any) -> Any:
    """A field of a `Run` with its help; `flag` is passed to ``add_argument``."""
    return field(default=default, metadata={"help": help, **flag})


@dataclass(frozen=True, kw_only=True)
class Run:
    """Options that every sense has."""

    data: Path = option(
        ROOT.parent / "shared" / "data",
        "folder of the data sets (voice/, face/, ...; default: %(default)s)",
    )
    work: Path = option(
        ROOT / "work", "folder for prepared data and checkpoints (default: %(default)s)"
    )
    models: Path = option(SHIPPED, "folder of the models (default: %(default)s)")
    name: str | None = option(None, "model folder's name (default: the sense's)")
    seed: int = option(0, "seed of all random numbers (default: 0)")
    threads: int = option(1, "processor threads (default: 1)")
    mixed: bool = option(False, "compute in bfloat16, weights in float32: for a GPU that knows it")
    tiny: bool = option(
        False,
        "a few items and one or two epochs, to see that everything runs; models are written to "
        "tiny-models in the folder of --work, unless --models names another folder",
    )

    @property
    def output(self) -> Path:
        """The folder that models are written to: with `tiny`, never that of the shipped ones."""
        if self.tiny and self.models.resolve() == SHIPPED.resolve():
            return self.work / "tiny-models"
        return self.models


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers, comma separated.

    >>> numbers("1,2")
    (1, 2)
    """
    return tuple(int(part) for part in text.split(","))


def words(text: str) -> tuple[str, ...]:
    """Words, comma separated; empty ones left out.

    >>> words("folds,final")
    ('folds', 'final')
    """
    return tuple(part for part in text.split(",") if part)


def add_flags(parser: argparse.ArgumentParser, kind: type[Run]) -> None:
    """Add one flag for each field of `kind`: its name, type, default and help."""
    hints = typing.get_type_hints(kind)
    for one in fields(kind):
        flag: dict[str, Any] = {"default": one.default, **one.metadata}
        if hints[one.name] is bool:
            flag["action"] = "store_true"
        else:
            flag.setdefault("type", _plain(hints[one.name]))
        parser.add_argument("--" + one.name.replace("_", "-"), **flag)


def _plain(hint: Any) -> Any:
    """The type of a field that may be None."""
    if isinstance(hint, types.UnionType):
        return next(kind for kind in typing.get_args(hint) if kind is not type(None))
    return hint
