"""The name of the server that a request gives (Host): refused where it can be none.

Routes are looked up and addresses made with that name, before any error could be answered. So a
name that is none is replaced first, and the request is refused as soon as it can be.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, request

from source.core.errors import BadRequest

NAME = re.compile(
    r"(?=[^:]{1,253}(?::|$))[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?(?::[0-9]{1,5})?"
    r"|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?"
)
"""A host as a name or address, and its port."""

STAND_IN = "host.invalid"
"""The name that takes the place of one that is none; no server has it (RFC 2606)."""

REFUSED = "aver.bad_host"


class BadHost(BadRequest):
    """The Host header of the request is no name of a server."""

    code = "bad_host"
    hint = "Check the address. A proxy in front of the server must pass the Host header on."


def init_app(app: Flask) -> None:
    """Refuse requests to a name that is none."""
    inner = app.wsgi_app

    def checked(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST")
        if host and not NAME.fullmatch(host):
            environ["HTTP_HOST"] = STAND_IN
            environ[REFUSED] = True
        return inner(environ, start)

    vars(app)["wsgi_app"] = checked  # to a type checker it is a method, and not assigned to
    app.before_request(_refuse)


def _refuse() -> None:
    if REFUSED in request.environ:
        raise BadHost("The Host header of this request is no name of a server.")
