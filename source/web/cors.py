"""Pages of other sites that may use the API: those that a setting lists."""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from source.core.errors import BadRequest
from source.core.figures import shortened
from source.web.accept import API, OLDER_KEY, programs
from source.web.requests import HEADER

ORIGINS = "CORS_ORIGINS"
"""Key in the application's configuration: the sites, as browsers name them in `Origin`."""

EVERY = "*"

METHODS = "GET, POST, PATCH, DELETE"
REQUEST_HEADERS = f"Authorization, Content-Type, Idempotency-Key, {OLDER_KEY}"
ANSWER_HEADERS = f"Content-Disposition, Idempotent-Replayed, Link, Location, Retry-After, {HEADER}"
"""Headers that a page may read beside those that it always may."""

DAY = "86400"


def init_app(app: Flask, text: str) -> None:
    """Answer the questions that browsers ask beforehand, and say who may read the answers."""
    app.config[ORIGINS] = read(text)
    app.before_request(_preflight)
    app.after_request(_allow)


def read(text: str) -> frozenset[str]:
    """The sites in a setting.

    Raises
    ------
    BadRequest
        If one is neither a site nor ``*``.

    Examples
    --------
    >>> sorted(read("https://a.example, http://localhost:5173/"))
    ['http://localhost:5173', 'https://a.example']
    """
    return frozenset(_site(part.strip()) for part in text.split(",") if part.strip())


def listed() -> frozenset[str]:
    """The sites that are listed by name."""
    sites: frozenset[str] = current_app.config[ORIGINS]
    return sites - {EVERY}


def _site(part: str) -> str:
    if part == EVERY:
        return part
    try:
        parts = urlsplit(part)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname
    except ValueError:
        wrong = True
    if wrong or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadRequest(
            f"The setting CORS_ORIGINS has “{shortened(part)}”, which is no web site.",
            hint="Give sites as https://app.example.org, without a path; or *.",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _for_programs() -> bool:
    """Whether programs are answered there: the API, and the routes of older systems."""
    return request.path.startswith(API) or programs() is not None


def _allowed() -> str | None:
    """The site that asks, if it is allowed to."""
    origin = request.headers.get("Origin")
    sites = current_app.config[ORIGINS]
    return origin if _for_programs() and origin and (origin in sites or EVERY in sites) else None


def _preflight() -> Response | None:
    asked = "Access-Control-Request-Method" in request.headers and _for_programs()
    return Response(status=204) if request.method == "OPTIONS" and asked else None


def _allow(response: Response) -> Response:
    if _for_programs():
        response.vary.add("Origin")
    if (origin := _allowed()) is None:
        return response
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = ANSWER_HEADERS
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
        response.headers["Access-Control-Max-Age"] = DAY
    return response
