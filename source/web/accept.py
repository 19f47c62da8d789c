"""What kind of answer the caller wants: a page for a person or JSON for a program."""

from flask import Blueprint, Response, current_app, request

from source.core.result import Result
from source.views.exports import result_json


class ProgramBlueprint(Blueprint):
    """Routes that are made for programs: who takes anything gets JSON from them, errors too."""


def wants_json() -> bool:
    """Whether the caller wants JSON rather than a page.

    The Accept header says so; where it takes both, the blueprint of the route.
    """
    default = isinstance(current_app.blueprints.get(request.blueprint or ""), ProgramBlueprint)
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
