"""What kind of answer the caller wants: a page for a person or JSON for a program."""

from flask import Response, request

from source.core.result import Result
from source.views.exports import result_json


def wants_json(*, default: bool = False) -> bool:
    """Whether the Accept header asks for JSON rather than for a page.

    Parameters
    ----------
    default : bool
        The answer for a caller who takes anything.
    """
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
