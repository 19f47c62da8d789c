"""Result files as bytes and back: quickly where this release wrote them, with care otherwise.

Almost all of a long recording's Result is its moments and faces. What this release wrote is of
the types of this release; a compiled reader checks them and builds them. What another release
wrote is read key by key by `Result.from_dict`, which keeps what it does not know.
"""

import dataclasses
import gc
import hashlib
import json
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from source.core.result import Affect, Moment, Person, Result, key

LONG = 500_000
"""Bytes from which on the compiled reader is worth its start."""


def written(result: Result) -> bytes:
    """A Result as it is stored: its written form, with what tells who wrote it at the end."""
    text = json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False)
    return text[:-1].encode() + (b"}" if result.unknown else _mark())


def read(raw: bytes) -> Result:
    """The Result that `written` gave, or an earlier release.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError
        If it is damaged, or of a version this release does not know.
    """
    if not raw.endswith(_mark()):
        return Result.from_dict(json.loads(raw))
    whole = raw[: -len(_mark())] + b"}"
    return Result.from_dict(json.loads(whole)) if len(whole) < LONG else _compiled(whole)


def _compiled(raw: bytes) -> Result:
    """The same, with the long parts read by msgspec."""
    import msgspec

    with no_collection():
        parts = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        long: dict[str, Any] = {}
        if "timeline" in parts:
            long["timeline"] = msgspec.json.decode(parts.pop("timeline"), type=tuple[Moment, ...])
        if "affect" in parts:
            long["affect"] = msgspec.json.decode(parts.pop("affect"), type=Affect)
        people = None
        if "face" in parts:
            face = msgspec.json.decode(parts.pop("face"), type=dict[str, msgspec.Raw])
            people = msgspec.json.decode(face.pop("people", b"[]"), type=tuple[Person, ...])
            long["face"] = None
        short = {name: json.loads(bytes(part)) for name, part in parts.items()}
        if people is not None:
            short["face"] = {name: json.loads(bytes(part)) for name, part in face.items()}
        result = Result.from_dict(short)
        if people is not None and result.face is not None:
            long["face"] = dataclasses.replace(result.face, people=people)
        return dataclasses.replace(result, **long)


@cache
def _mark() -> bytes:
    """The end of a file that this release wrote: a fingerprint of all keys and types."""
    seen: dict[type, list[str]] = {}
    _describe(Result, seen)
    told = json.dumps({kind.__name__: fields for kind, fields in seen.items()}, sort_keys=True)
    return b', "fields": "' + hashlib.sha256(told.encode()).hexdigest()[:16].encode() + b'"}'


def _describe(kind: Any, seen: dict[type, list[str]]) -> None:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and kind not in seen:
        hints = typing.get_type_hints(kind)
        fields = dataclasses.fields(kind)
        seen[kind] = [f"{field.name} {key(field)} {hints[field.name]}" for field in fields]
        for hint in hints.values():
            _describe(hint, seen)
    for inner in typing.get_args(kind):
        _describe(inner, seen)


@contextmanager
def no_collection() -> Iterator[None]:
    """Let the collector wait: it would look through every new object several times."""
    wait = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wait:
            gc.enable()
