"""What the API answers, as schemas; those of a job are in `source.jobs.public`."""

import json
import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from source.core import edits as core
from source.core import result_schema
from source.core.edits import KINDS, Edits
from source.core.result import Result
from source.core.typed import hints
from source.jobs.public import Moment, PublicJob
from source.web.api.operation import JSON, Schema

REFS = "#/components/schemas/"


class JobPage(Struct, omit_defaults=True):
    """Jobs, newest first."""

    jobs: list[PublicJob]
    next: (
        Annotated[str, Meta(description="The `cursor` of the next page; absent on the last one.")]
        | UnsetType
    ) = UNSET


class Submitted(Struct):
    """What became of the files that were sent."""

    jobs: Annotated[list[PublicJob], Meta(description="In the order of the files.")]
    reused: Annotated[
        list[str],
        Meta(description="Those of the jobs that were there before: nothing is analysed again."),
    ]
    refused: Annotated[
        list[PublicJob], Meta(description="Files that cannot be analysed, each with its error.")
    ]


class ExportRow(Struct):
    """One export that a result has."""

    name: str
    title: str
    format: str
    media_type: str
    href: Annotated[str, Meta(description="Path of the file on this server.")]


class Exports(Struct):
    """The exports that a result has."""

    exports: list[ExportRow]


class PersonRow(Struct, omit_defaults=True):
    """One person of a result, as corrected."""

    id: int
    first: Annotated[float, Meta(description="Second at which the face was first seen.")]
    last: float
    name: str | UnsetType = UNSET
    emotion: str | UnsetType = UNSET
    neutral: (
        Annotated[list[float], Meta(description="Where the face is neutral: from and to.")]
        | UnsetType
    ) = UNSET


class MarkerRow(Struct):
    """A moment that was marked."""

    edit: Annotated[int, Meta(description="Number of the change, by which it is removed.")]
    at: float
    note: str


class ExcludedRow(Struct):
    """A stretch that is left out of all summaries."""

    edit: int
    start: float
    end: float
    note: str


def _edit_type(kind: type[Any]) -> type[Struct]:
    """The class that reads and describes one kind of change; its note may be left out."""
    plain = [(name, hint) for name, hint in hints(kind).items() if name != "note"]
    note = [("note", str, "")] if "note" in hints(kind) else []
    return msgspec.defstruct(
        kind.__name__,
        [*plain, *note],
        tag_field="kind",
        tag=kind.kind,
        forbid_unknown_fields=True,
        namespace={"__doc__": kind.__doc__, "__module__": __name__},
    )


EDIT_TYPES = tuple(_edit_type(kind) for kind in KINDS.values())
"""A class that reads and describes each kind of change, from the table of them."""


class Corrections(Struct):
    """The corrections of a result, and what they lead to."""

    made: Annotated[
        list[dict[str, Any]],
        Meta(description="Changes in the order in which they were made; the first is number 1."),
    ]
    undone: Annotated[list[dict[str, Any]], Meta(description="What `redo` makes again.")]
    people: list[PersonRow]
    markers: list[MarkerRow]
    excluded: list[ExcludedRow]


class Model(Struct):
    """An installed model: its place, and its card."""

    sense: str
    name: str
    default: Annotated[bool, Meta(description="Whether it serves where no model is named.")]
    card: Annotated[
        dict[str, Any],
        Meta(description="Labels, data with their licences, protocol, figures, SHA-256."),
    ]


class Models(Struct):
    """The installed models, defaults first."""

    models: list[Model]


class Health(Struct, omit_defaults=True):
    """How the server is."""

    status: Annotated[
        Literal["healthy", "degraded"],
        Meta(description="`degraded`: no worker was seen for half a minute, so jobs wait."),
    ]
    version: str
    waiting: Annotated[int, Meta(ge=0, description="Jobs that wait, of all callers.")]
    worker_seen: Moment | UnsetType = UNSET


class ErrorBody(Struct, omit_defaults=True):
    """What went wrong."""

    code: Annotated[str, Meta(description="Stable name, for programs.")]
    message: Annotated[str, Meta(description="What happened, with the value.")]
    hint: Annotated[str, Meta(description="What to do.")]
    status: Annotated[int, Meta(ge=400, le=599, description="HTTP status.")]
    request: (
        Annotated[str, Meta(description="Number of the request: `X-Request-ID`.")] | UnsetType
    ) = UNSET
    job: Annotated[str, Meta(description="The job it was about.")] | UnsetType = UNSET


class Error(Struct):
    """The one form of every error."""

    error: ErrorBody


STRUCTS = (
    PublicJob,
    JobPage,
    Submitted,
    Exports,
    Corrections,
    Models,
    Model,
    Health,
    Error,
    *EDIT_TYPES,
)
"""Every class that the document describes."""

RESULT: Schema = {"$ref": f"{REFS}Result"}
EDIT: Schema = {
    "oneOf": [{"$ref": f"{REFS}{kind.__name__}"} for kind in EDIT_TYPES],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {name: f"{REFS}{kind.__name__}" for name, kind in KINDS.items()},
    },
}


def json_of(kind: type) -> dict[str, Schema]:
    """The content of an answer that is one of `STRUCTS`."""
    return {JSON: {"$ref": f"{REFS}{public_name(kind.__name__)}"}}


def public_name(name: str) -> str:
    """What a class is called in the document."""
    return name.removeprefix("Public").removesuffix("Row")


def components() -> dict[str, Any]:
    """All schemas of the document, by name."""
    _, made = msgspec.json.schema_components(STRUCTS, ref_template=REFS + "{name}")
    text = re.sub(
        rf'"{REFS}(\w+)"', lambda found: f'"{REFS}{public_name(found[1])}"', json.dumps(made)
    )
    schemas: dict[str, Any] = {}
    for name, schema in json.loads(text).items():
        assert public_name(name) not in schemas, f"two schemas would be called {public_name(name)}"
        schemas[public_name(name)] = {**schema, "title": public_name(name)}
    result = result_schema.result_schema()
    parts = result.pop("$defs")
    for name, schema in {**parts, "Result": result}.items():
        schemas[name if name == "Result" else f"Result{name}"] = _moved(schema)
    return dict(sorted(schemas.items()))


def read_edit(body: bytes) -> core.Edit:
    """Read a change that was sent as JSON.

    Raises
    ------
    ValueError
        If it is none; the text says what is wrong.
    """
    sent = msgspec.json.decode(body, type=_any_edit())
    return core.read(msgspec.to_builtins(sent))


def _any_edit() -> Any:
    whole: Any = EDIT_TYPES[0]
    for kind in EDIT_TYPES[1:]:
        whole = whole | kind
    return whole


def corrections(result: Result, edits: Edits) -> Corrections:
    """The corrections of a result; `result` has them."""
    people = result.face.people if result.face else ()
    made = result.edits
    return Corrections(
        [core.plain(one) for one in edits.done],
        [core.plain(one) for one in edits.undone],
        [
            PersonRow(
                one.id,
                one.first,
                one.last,
                one.name or UNSET,
                one.emotion.label if one.emotion else UNSET,
                [one.neutral.start, one.neutral.end] if one.neutral else UNSET,
            )
            for one in people
        ],
        [MarkerRow(one.edit, one.time, one.note) for one in (made.markers if made else ())],
        [
            ExcludedRow(one.edit, one.start, one.end, one.note)
            for one in (made.excluded if made else ())
        ],
    )


def _moved(schema: Any) -> Any:
    """The schema of a part of the Result, with references into the document."""
    if isinstance(schema, dict):
        return {
            key: f"{REFS}Result{value.rpartition('/')[2]}" if key == "$ref" else _moved(value)
            for key, value in schema.items()
            if key not in ("$schema", "$id")
        }
    return [_moved(one) for one in schema] if isinstance(schema, list) else schema
