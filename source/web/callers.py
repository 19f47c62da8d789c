"""Who is asking: the one place where a request becomes a `Caller`."""

import hashlib
import secrets
from collections.abc import Callable

from flask import Flask, current_app, g, request, session

from source.core.caller import Caller
from source.core.errors import BadRequest

TOKENS = "TOKENS"
"""Key in the application's configuration: digests (`digest`) of the tokens that are good."""


OLDER_KEY = "X-Hume-Api-Key"
"""The header in which programs of the closed service that `/v0/batch` stands for send theirs."""


class WrongToken(BadRequest):
    """The token is not, or no longer, valid on this server."""

    code = "wrong_token"
    status = 401
    hint = "Check the token after “Authorization: Bearer”, or ask whoever runs this for one."


def init_app(app: Flask) -> None:
    """Know the caller of every request."""
    app.config.setdefault(TOKENS, frozenset())
    app.before_request(_identify)


def caller() -> Caller:
    """Who sent the request that is being answered."""
    known: Caller = g.caller
    return known


def is_known() -> bool:
    """Whether there is a caller: not of a static file, nor of a request with a wrong token."""
    return "caller" in g


def digest(token: str) -> str:
    """What is kept of a token: 64 hexadecimal digits, from which it cannot be told."""
    return hashlib.sha256(token.encode()).hexdigest()


def has_cookie() -> bool:
    """Whether the browser brought its session along, rather than being given one just now."""
    return bool(g.get("returning"))


def _sent_token() -> str | None:
    """The token of a request; None without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    key = request.headers.get(OLDER_KEY)
    return None if key is None else key.strip()


def _by_token() -> Caller | None:
    """The holder of a token. A server without tokens leaves the header to whoever is before it.

    Raises
    ------
    WrongToken
        If there are tokens, and this is none of them.
    """
    good = current_app.config[TOKENS]
    token = _sent_token()
    if not good or token is None:
        return None
    key = digest(token)
    if key not in good:
        raise WrongToken("The token of this request is not known here.")
    return Caller(f"token-{key[:48]}", "token")


def _by_session() -> Caller:
    """A browser, named with the first page it sees, whatever page that is.

    Named with the first upload it would be too late: two uploads at once would get two names,
    and the browser keeps only one of them.
    """
    g.returning = "id" in session
    if not g.returning:
        session["id"] = secrets.token_hex(16)
    session.permanent = True
    return Caller(str(session["id"]), "session")


WAYS: tuple[Callable[[], Caller | None], ...] = (_by_token, _by_session)
"""The ways to know a caller, in the order in which they are tried."""


def _identify() -> None:
    if request.endpoint != "static":
        g.caller = next(known for way in WAYS if (known := way()) is not None)
