"""What kind of answer the caller wants: a page for a person or JSON for a program."""

from typing import Any

from flask import Blueprint, Response, current_app, request

from source.core.result import Result
from source.views.exports import result_json

API = "/api/"
"""What every address of the API begins with, also one that does not exist."""


class ProgramBlueprint(Blueprint):
    """Routes that are made for programs: who takes anything gets JSON from them, errors too.

    Attributes
    ----------
    strict : bool
        Whether a browser's session counts only as long as the server has no tokens.
    open : set of str
        Endpoints that answer everybody, whoever they are.
    """

    def __init__(self, *args: Any, strict: bool = False, **values: Any) -> None:
        super().__init__(*args, **values)
        self.strict = strict
        self.open: set[str] = set()


def programs() -> ProgramBlueprint | None:
    """The routes for programs to which the address of this request belongs."""
    found = current_app.blueprints.get(request.blueprint or "")
    return found if isinstance(found, ProgramBlueprint) else None


def wants_json() -> bool:
    """Whether the caller wants JSON rather than a page.

    The Accept header says so; where it takes both, the blueprint of the route. The API has no
    pages.
    """
    if request.path.startswith(API):
        return True
    default = programs() is not None
    accepted = request.accept_mimetypes
    if not accepted.provided:
        return default
    html, json = accepted["text/html"], accepted["application/json"]
    if html == json:
        named = {kind for kind, _ in accepted}
        return "text/html" not in named and ("application/json" in named or default)
    return bool(json > html)


def result_as_json(result: Result, view: str) -> Response:
    """The answer to a program that asks for a Result.

    Raises
    ------
    UnknownOption
        If there is no such label view.
    """
    return Response(f"{result_json(result, view=view)}\n", mimetype="application/json")
