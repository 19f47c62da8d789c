"""A name for each request, which its answer and the server's log have in common."""

import re
from typing import Any

from flask import Flask, Response, g, request

from source.core.ids import new_id
from source.web.accept import API

HEADER = "X-Request-Id"
GIVEN = re.compile(r"[\w.:-]{1,64}", re.ASCII)
"""What a caller, or a proxy in between, may call a request."""


def init_app(app: Flask) -> None:
    """Name every request, before anything can go wrong with it."""
    app.before_request(_name)
    app.after_request(_send)


def about() -> dict[str, Any]:
    """What an error of the API says of its request: its name, and the job that it was about."""
    job = (request.view_args or {}).get("job_id")
    return {"request": g.request_id, **({"job": job} if job else {})}


def _name() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if GIVEN.fullmatch(given) else new_id()


def _send(response: Response) -> Response:
    if request.path.startswith(API):
        response.headers[HEADER] = g.request_id
    return response
