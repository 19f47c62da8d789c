"""The API as people read it: chapters of operations, for the page /docs and for docs/api.md."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from source.core.edits import KINDS
from source.core.figures import figure
from source.web.api import api, openapi
from source.web.api.operation import Operation
from source.web.api.schemas import REFS


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of what is sent: its name, values, default, and what it does."""

    name: str
    values: str
    default: str
    help: str


@dataclass(frozen=True)
class Entry:
    """One operation.

    Attributes
    ----------
    name, method, path, summary, text : str
        Its name, HTTP method, whole address, what it does in short, and at length.
    parameters, fields : list of Field
        What may stand in address and headers, and what is sent.
    answers : list of (int, str, str)
        Status, what it is, and the name of its schema or its media types.
    errors : list of (int, str, str)
        Status, code and meaning of what may go wrong.
    """

    name: str
    method: str
    path: str
    summary: str
    text: str
    parameters: list[Field]
    fields: list[Field]
    answers: list[tuple[int, str, str]]
    errors: list[tuple[int, str, str]]


def chapters() -> dict[str, list[Entry]]:
    """The operations by chapter, in their order."""
    found: dict[str, list[Entry]] = {}
    for operation in api.operations:
        found.setdefault(operation.tag, []).append(_entry(operation))
    return found


def edits() -> list[tuple[str, str, str]]:
    """Each kind of change: its name, its values, what it does."""
    return [
        (
            name,
            ", ".join(field for field in inspect.signature(kind).parameters),
            (inspect.getdoc(kind) or "").partition("\n")[0],
        )
        for name, kind in KINDS.items()
    ]


def _entry(operation: Operation) -> Entry:
    places = [
        Field(name, "", "", str(openapi.place(operation, name)["description"]))
        for name in operation.names
    ]
    return Entry(
        operation.name,
        operation.method,
        f"{api.url_prefix}{operation.path}",
        operation.summary,
        operation.description,
        [
            *places,
            *(_field(one.name, {**one.schema, "description": one.help})
              for one in operation.parameters),
        ],
        _sent(operation),
        [(a.status, a.what, _shape(a.content)) for a in operation.answers],
        [
            (status, one.code, (inspect.getdoc(one) or "").partition("\n")[0])
            for status, classes in openapi.errors_of(operation).items()
            for one in classes
        ],
    )  # fmt: skip


def _sent(operation: Operation) -> list[Field]:
    for schema in operation.body.values():
        return [_field(name, of) for name, of in schema.get("properties", {}).items()]
    return []


def _field(name: str, schema: Mapping[str, Any]) -> Field:
    default = schema.get("default")
    shown = str(default).lower() if isinstance(default, bool) else str(default)
    help = str(schema.get("description", ""))
    return Field(name, _values(schema), "" if default is None else shown, help)


def _values(schema: Mapping[str, Any]) -> str:
    """The values of a schema in words."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_values(one) for one in schema["anyOf"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("format") == "binary":
        return "a file"
    if schema.get("type") == "array":
        inner = _values(schema["items"])
        return "files" if inner == "a file" else f"several, each {inner}"
    if "minimum" in schema and "maximum" in schema:
        return f"{figure(schema['minimum'])} to {figure(schema['maximum'])}"
    named = {"date-time": "a time", "uri": "an address"}
    if schema.get("format") in named:
        return named[schema["format"]]
    kinds = {"boolean": "true or false", "integer": "a whole number", "number": "a number"}
    return kinds.get(str(schema.get("type")), "text")


def _shape(content: Mapping[str, Mapping[str, Any]]) -> str:
    names = [
        str(schema["$ref"]).removeprefix(REFS) if "$ref" in schema else media
        for media, schema in content.items()
    ]
    return names[0] if len(names) == 1 else ("a file" if names else "")
