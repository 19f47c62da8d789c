"""What kind of answer the caller wants: a page for a person or JSON for a program."""

from typing import Any

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from source.core.errors import AverError
from source.core.result import Result
from source.views.exports import result_json
from source.web.headers import upload_by_script
from source.web.upload import PAGES

API = "/api/"
"""What every address of the API begins with, also one that does not exist."""

OLDER_KEY = "X-Hume-Api-Key"
"""The header in which programs written for Hume send their token."""


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


class OlderBlueprint(ProgramBlueprint):
    """Routes of older systems, whose errors are one sentence under ``error``."""


def asks_api() -> bool:
    """Whether the address is one of the API, and not an older route that begins like it."""
    return request.path.startswith(API) and not isinstance(programs(), OlderBlueprint)


def by_program() -> bool:
    """Whether a program sent the request, and not a form or a script of our pages.

    It did where the route is made for programs. The upload pages take both: there a browser
    prefers HTML, our script says who it is, and our forms have a token.
    """
    if programs() is not None:
        return True
    if request.method != "POST" or request.endpoint not in {p.endpoint for p in PAGES.values()}:
        return False
    accepted = request.accept_mimetypes
    if accepted.provided and accepted["text/html"] > accepted["application/json"]:
        return False
    return not (upload_by_script() or "X-CSRFToken" in request.headers or _has_form_token())


def error_body(error: AverError) -> dict[str, Any]:
    """An error as JSON: the one shape, or for programs of older systems theirs, with the code."""
    shared = programs() is None
    if isinstance(programs(), OlderBlueprint) or (shared and by_program()):
        return {"error": str(error), "code": error.code}
    return error.to_dict()


def _has_form_token() -> bool:
    try:
        return "csrf_token" in request.form
    except HTTPException:  # the form is too large to be read, say
        return False


def wants_json() -> bool:
    """Whether the caller wants JSON rather than a page.

    The Accept header says so; where it takes both, it is JSON for a program (`by_program`). The
    API has no pages.
    """
    if asks_api():
        return True
    default = by_program()
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
