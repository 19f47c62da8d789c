"""Uploads are refused before they are read where there is no room for them.

A page or route that takes recordings is marked with `takes_recordings`. Where the queue or the
disk is full, its answer is 503 with `Retry-After`, and of what was being sent nothing is stored.
"""

import logging
from collections.abc import Callable
from inspect import unwrap
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request

from source.core.errors import Unavailable
from source.web import work

log = logging.getLogger(__name__)

DRAINED = 64_000_000
"""Most bytes of a refused upload that are read and discarded, so that the browser receives the
answer instead of a broken connection."""

View = TypeVar("View", bound=Callable[..., Any])

_TAKERS: set[Callable[..., Any]] = set()


def takes_recordings(view: View) -> View:
    """Mark a view whose POST brings recordings."""
    _TAKERS.add(view)
    return view


def init_app(app: Flask) -> None:
    """Look for room before anything else reads a request."""
    app.before_request(_check)
    app.after_request(_close)


def _check() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in ("POST", "PUT") and view is not None and unwrap(view) in _TAKERS:
        size, most = request.content_length or 0, current_app.config["MAX_CONTENT_LENGTH"]
        try:
            work.jobs().check_room(size if size <= most else 0)  # what is too large is told so
        except Unavailable:
            leave_unread()
            raise


def leave_unread() -> None:
    """Answer this request without reading what it sends."""
    request.environ["aver.refused"] = True


def _close(response: Response) -> Response:
    if request.environ.get("aver.refused"):
        # Its sender hears the answer first; what it sends meanwhile goes nowhere.
        response.headers["Connection"] = "close"
        environ = request.environ
        response.call_on_close(lambda: drain(environ))
    return response


def drain(environ: dict[str, Any]) -> None:
    """Read and discard what is still being sent, up to `DRAINED` bytes."""
    stream = environ.get("wsgi.input")
    left = min(int(environ.get("CONTENT_LENGTH") or 0), DRAINED)
    try:
        while stream and left > 0 and (block := stream.read(min(left, 65_536))):
            left -= len(block)
    except (OSError, ValueError):
        log.debug("The sender of a refused upload has gone.")
