"""The JSON Schema of the Result, from its dataclasses."""

import dataclasses
import inspect
import types
import typing
from typing import Any

from source.core.analyses import ANALYSES, KINDS
from source.core.emotions import VIEWS
from source.core.result import VERSION, Result, key, written_fields
from source.core.typed import hints

NAME = f"result-{VERSION}.json"
"""What the file is called where it is published."""

_PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}

_NARROWER: dict[tuple[str, str], dict[str, Any]] = {
    ("Result", "analysis"): {"enum": [name for name in ANALYSES if name != "auto"]},
    ("Result", "created"): {"format": "date-time"},
    ("RanOn", "on"): {"enum": ["cpu", "gpu"]},
    ("Source", "kind"): {"enum": list(KINDS)},
    ("Emotion", "score"): {"minimum": 0, "maximum": 1},
    ("Emotion", "scores"): {
        "minProperties": 1,
        "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
    },
    ("Moment", "agreement"): {"minimum": 0, "maximum": 1},
    ("Moment", "anomaly"): {"minimum": 0, "maximum": 1},
    ("Segment", "start"): {"minimum": 0},
    ("Moment", "start"): {"minimum": 0},
}
"""What is known of a key beyond its type."""


def result_schema() -> dict[str, Any]:
    """The schema (2020-12) of the written form, in every label view.

    Keys that it does not name are allowed: a later release may add some.
    """
    parts: dict[str, Any] = {}
    result = _object(Result, parts)
    result["properties"] = {
        "version": {"const": VERSION},
        **result["properties"],
        "labels": {"enum": [name for name in VIEWS if name != "native"]},
    }
    result["required"] = ["version", *result["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:aver:result:{VERSION}",
        "title": f"AVER Result, version {VERSION}",
        **result,
        "$defs": dict(sorted(parts.items())),
    }


def _object(kind: type, parts: dict[str, Any]) -> dict[str, Any]:
    fields = written_fields(kind)
    properties, required = {}, []
    for field in fields:
        annotation = hints(kind)[field.name]
        properties[key(field)] = _value(annotation, parts) | _NARROWER.get(
            (kind.__name__, key(field)), {}
        )
        if not _optional(annotation) and not _may_lack(kind, field):
            required.append(key(field))
    described = (inspect.getdoc(kind) or "").partition("\n\n")[0].replace("\n", " ")
    return {
        "type": "object",
        "description": described,
        "properties": properties,
        "required": required,
    }


def _value(annotation: Any, parts: dict[str, Any]) -> dict[str, Any]:
    if _optional(annotation):  # None is never written
        return _value(next(a for a in typing.get_args(annotation) if a is not type(None)), parts)
    if annotation is Any:
        return {}
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple and inner[-1] is not Ellipsis:
        items = [_value(one, parts) for one in inner]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "items": False}
    if origin is tuple:
        return {"type": "array", "items": _value(inner[0], parts)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _value(inner[1], parts)}
    if dataclasses.is_dataclass(annotation):
        assert isinstance(annotation, type)
        if annotation.__name__ not in parts:
            parts[annotation.__name__] = {}  # one that holds itself would go on for ever
            parts[annotation.__name__] = _object(annotation, parts)
        return {"$ref": f"#/$defs/{annotation.__name__}"}
    return {"type": _PLAIN[annotation]}


def _optional(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType) and type(
        None
    ) in typing.get_args(annotation)


def _may_lack(kind: type, field: "dataclasses.Field[Any]") -> bool:
    """Whether a key that is never None may still be left out: `sources` of a single recording."""
    return kind is Result and field.name == "sources"
