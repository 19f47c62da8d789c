"""Each request has a number, which stands in the log and in the answer, and a line in the log.

The line tells the route, not the address, and nothing of who asked: an address can hold the name
of a recording.
"""

import logging
import re
import secrets
import time
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request

from source.core import logs
from source.jobs import metrics

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"

GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
"""What the number of a proxy may look like; any other is replaced by ours."""

UNLOGGED = ("static", "service.")
"""Endpoints, or beginnings of them, whose requests are not logged: they tell nothing."""


def init_app(app: Flask) -> None:
    """Number every request, before anything else is done with it."""
    app.before_request(_begin)
    app.after_request(_end)


def current() -> str:
    """The number of the request that is being answered."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def about() -> dict[str, Any]:
    """What an error of the API says of its request: its number, and the job that it was about."""
    job = (request.view_args or {}).get("job_id")
    return {"request": current(), **({"job": job} if job else {})}


def route() -> str:
    """The address of the request with its parts by name: ``/results/<job_id>``."""
    rule = request.url_rule
    return "an unknown address" if rule is None else rule.rule


def names() -> list[str]:
    """Names that this request may have brought along and that must not be told."""
    parts = [str(value) for value in (request.view_args or {}).values()]
    files: Any = request.__dict__.get("files")  # a form that was not read yet is left unread
    sent = [] if files is None else [file.filename or "" for _, file in files.items(multi=True)]
    return [*parts, *sent]


def _begin() -> None:
    trusted = current_app.config["AVER"].number("PROXIES") > 0
    given = request.headers.get(HEADER, "") if trusted else ""
    g.request_id = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    g.began = time.monotonic()
    logs.turn_to(request=g.request_id)


def _end(response: Response) -> Response:
    response.headers[HEADER] = current()
    if _unlogged():
        return response
    method = request.method if request.url_rule else "any"  # a sender may make one up
    metrics.request(method, route(), response.status_code, time.monotonic() - g.began)
    if current_app.config["AVER"].text("LOG_FORMAT") == "json":
        log.info(
            "%s %s",
            request.method,
            route(),
            extra={
                "fields": {
                    "method": request.method,
                    "route": route(),
                    "status": response.status_code,
                    "seconds": round(time.monotonic() - g.began, 4),
                }
            },
        )
    return response


def _unlogged() -> bool:
    return (request.endpoint or "").startswith(UNLOGGED)
