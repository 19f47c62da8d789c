"""Who is asking: the one place where a request becomes a `Caller`."""

import secrets
from collections.abc import Callable

from flask import Flask, current_app, g, request, session

from source.core.caller import Caller
from source.core.errors import BadRequest
from source.core.tokens import digest, known
from source.web import access
from source.web.accept import API, OLDER_KEY, programs, wants_json

__all__ = ["LOCAL", "TOKENS", "WrongToken", "caller", "digest", "has_cookie", "init_app"]

TOKENS = "TOKENS"
"""Key in the application's configuration: digests (`digest`) of the tokens that are good."""


LOCAL = Caller("local", "local")
"""Every program on this machine that asks without a token and without a browser's session."""


class WrongToken(BadRequest):
    """The token is not, or no longer, valid on this server."""

    code = "wrong_token"
    status = 401
    hint = "Check the token after “Authorization: Bearer”, or ask whoever runs this for one."


def init_app(app: Flask, tokens: frozenset[str] = frozenset()) -> None:
    """Know the caller of every request; `tokens` are digests."""
    app.config[TOKENS] = tokens
    app.before_request(_identify)


def caller() -> Caller:
    """Who sent the request that is being answered."""
    known: Caller = g.caller
    return known


def is_known() -> bool:
    """Whether there is a caller: not of a static file, nor of a request with a wrong token."""
    return "caller" in g


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


def token_key() -> str | None:
    """What stands for the token of this request where it is a good one; it names no token."""
    good = current_app.config[TOKENS]
    token = _sent_token()
    key = None if not good or token is None else known(token, good)
    return None if key is None else f"token-{key[:48]}"


def _by_token() -> Caller | None:
    """The holder of a token. A server without tokens leaves the header to whoever is before it.

    Raises
    ------
    WrongToken
        If there are tokens, and this is none of them.
    """
    if not current_app.config[TOKENS] or _sent_token() is None:
        return None
    key = token_key()
    if key is None:
        raise WrongToken("The token of this request is not known here.")
    return Caller(key, "token")


def _by_session() -> Caller | None:
    """A browser, named with the first page it sees, whatever page that is.

    Named with the first upload it would be too late: two uploads at once would get two names,
    and the browser keeps only one of them. A program that asks the API and brings no session
    gets none: it keeps no cookies, and would be somebody else with every request. The programs of
    older systems keep theirs.
    """
    g.returning = "id" in session
    made_for = programs()
    without = current_app.config[TOKENS] or (not g.returning and wants_json())
    if made_for is not None and made_for.strict and without:
        return None
    if not g.returning:
        session["id"] = secrets.token_hex(16)
    session.permanent = True
    return Caller(str(session["id"]), "session")


def _by_machine() -> Caller | None:
    """A program on this machine, as long as the server has no tokens."""
    if current_app.config[TOKENS] or not access.is_local():
        return None
    access.check_site()
    return LOCAL


WAYS: tuple[Callable[[], Caller | None], ...] = (_by_token, _by_session, _by_machine)
"""The ways to know a caller, in the order in which they are tried."""


NOBODY = ("static", "service")
"""The endpoint, and the blueprint, whose answers are for everybody: who asks gets no session."""


def _identify() -> None:
    if request.endpoint in NOBODY or request.blueprint in NOBODY or _is_open():
        return
    found = next((one for way in WAYS if (one := way()) is not None), None)
    if found is None:
        raise access.refusal(tokens=bool(current_app.config[TOKENS]))
    g.caller = found


def _is_open() -> bool:
    """Whether a program asks for nothing of anybody: how the server is, which methods there are."""
    made_for = programs()
    if made_for is None:
        return request.endpoint is None and request.path.startswith(API)
    return request.method == "OPTIONS" or request.endpoint in made_for.open
