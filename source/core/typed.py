"""Whether a value is what an annotation says; for what was read from a disk, not for our code."""

import collections.abc
import dataclasses
import types
import typing
from functools import cache
from typing import Any

MOST = 1e300
"""No number that is stored is larger; one that is would break sums, as one that is none would."""


def fits(kind: Any, value: Any) -> bool:
    """Whether a value is of a kind, and so is everything in it.

    Parameters
    ----------
    kind : type or annotation
        A plain type, dataclass, union, tuple, list, set or mapping; Any fits everything. A whole
        number fits `float`, but truth is no number, and neither are infinity and NaN.
    value : object
        Of any type.

    Returns
    -------
    bool
    """
    if kind is Any:
        return True
    if kind is float:
        return type(value) in (float, int) and -MOST < value < MOST
    if kind is int:
        return type(value) is int
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return any(fits(one, value) for one in inner)
    if origin is not None:
        return isinstance(value, origin) and _filled(origin, inner, value)
    if not isinstance(value, kind):
        return False
    if dataclasses.is_dataclass(kind):
        return all(fits(hint, getattr(value, name)) for name, hint in hints(kind).items())
    return True


def _filled(origin: type, inner: tuple[Any, ...], value: Any) -> bool:
    """Whether what is in a collection is of the kinds `inner`."""
    if issubclass(origin, collections.abc.Mapping):
        return all(fits(inner[0], k) and fits(inner[1], v) for k, v in value.items())
    if origin is tuple and inner[-1] is not Ellipsis:
        return len(value) == len(inner) and all(map(fits, inner, value))
    return all(fits(inner[0], one) for one in value)


def hints(kind: Any) -> dict[str, Any]:
    """The kinds of a dataclass's fields, by name."""
    return _hints(kind)


@cache
def _hints(kind: type) -> dict[str, Any]:
    found = typing.get_type_hints(kind)
    return {field.name: found[field.name] for field in dataclasses.fields(kind)}
