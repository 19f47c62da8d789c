"""The OpenAPI document, made of the operations: what is not in a row of theirs is not in it."""

import inspect
from collections.abc import Iterable
from functools import cache
from typing import Any

from source import __version__
from source.core.errors import AverError, Unavailable
from source.core.senses import SENSES
from source.views.exports import EXPORTS
from source.web.access import ForeignSite, NeedsToken
from source.web.api.blueprint import api
from source.web.api.operation import JSON, Answer, Operation, Parameter
from source.web.api.schemas import REFS, components
from source.web.callers import WrongToken
from source.web.errors import InternalError, StaleForm
from source.web.rates import TooManyRequests

ALWAYS: tuple[type[AverError], ...] = (TooManyRequests, InternalError, Unavailable)
"""What any operation may say."""

CALLED: tuple[type[AverError], ...] = (NeedsToken, WrongToken, ForeignSite)
"""What any operation says that has to know who asks."""

LATER = (TooManyRequests.status, Unavailable.status)
"""Statuses that say when to try again."""

PLACES: dict[str, dict[str, Any]] = {
    "job_id": {"schema": {"type": "string"}, "description": "Name of a job."},
    "name": {"schema": {"type": "string"}, "description": "Name of a model."},
    "sense": {"schema": {"type": "string", "enum": list(SENSES)}, "description": "A sense."},
}
"""What stands in an address."""

EXPORT = {"schema": {"type": "string", "enum": list(EXPORTS)}, "description": "An export."}

ABOUT = (
    "AVER recognises emotion in voices, faces and video. Hand in a recording, wait, read the "
    "Result.\n\n"
    "**Who you are.** If the server has tokens, send `Authorization: Bearer TOKEN`. If it has "
    "none, programs on its own machine need none, and others are refused. You see your own jobs "
    "alone.\n\n"
    "**Errors** have one form: `code` for programs, `message` and `hint` for people, `request` to "
    "find it in the server's log. A 429 or 503 says in `Retry-After` when to try again.\n\n"
    "**Times** in a recording are in seconds. What was not measured is absent."
)


@cache
def document() -> dict[str, Any]:
    """The document (OpenAPI 3.1)."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in api.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    tags = dict.fromkeys(operation.tag for operation in api.operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AVER",
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": api.url_prefix}],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": components(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}, {}],
    }


def errors_of(operation: Operation) -> dict[int, list[type[AverError]]]:
    """What an operation may say when all is not well, by status."""
    every = [*operation.errors, *ALWAYS]
    if not operation.open:
        every += CALLED
        if operation.method != "GET":
            every.append(StaleForm)
    found: dict[int, list[type[AverError]]] = {}
    for error in dict.fromkeys(every):
        found.setdefault(error.status, []).append(error)
    if 400 not in found:
        from source.core.errors import UnknownOption

        found[400] = [UnknownOption]
    return dict(sorted(found.items()))


def _described(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary.rstrip("."),
        "description": operation.description or operation.summary,
        "parameters": [
            *(place(operation, name) for name in operation.names),
            *(_parameter(one) for one in operation.parameters),
        ],
        "responses": {
            **{str(one.status): _answer(one) for one in operation.answers},
            **{str(status): _error(status, of) for status, of in errors_of(operation).items()},
        },
    }
    if operation.body:
        content = {media: {"schema": schema} for media, schema in operation.body.items()}
        made["requestBody"] = {"required": True, "content": content}
    if operation.open:
        made["security"] = [{}]
    return made


def place(operation: Operation, name: str) -> dict[str, Any]:
    """What stands at a name in the address of an operation."""
    facts = EXPORT if operation.name == "get_export" and name == "name" else PLACES[name]
    return {"name": name, "in": "path", "required": True, **facts}


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": one.where,
        "required": False,
        "description": one.help,
        "schema": dict(one.schema),
    }


def _answer(one: Answer) -> dict[str, Any]:
    made: dict[str, Any] = {"description": one.what}
    if one.content:
        made["content"] = {media: {"schema": schema} for media, schema in one.content.items()}
    if one.headers:
        made["headers"] = {
            name: {"description": what, "schema": {"type": "string"}}
            for name, what in one.headers.items()
        }
    return made


def _error(status: int, classes: Iterable[type[AverError]]) -> dict[str, Any]:
    said = [f"`{one.code}`: {(inspect.getdoc(one) or '').partition(chr(10))[0]}" for one in classes]
    made = Answer(
        "\n\n".join(said),
        {JSON: {"$ref": f"{REFS}Error"}},
        headers={"Retry-After": "Seconds to wait."} if status in LATER else {},
    )
    return _answer(made)
