"""Which programs may ask without a token: those of this machine, for themselves."""

import ipaddress
from urllib.parse import urlsplit

from flask import current_app, request

from source.core.errors import BadRequest
from source.core.figures import shortened
from source.web.cors import listed

FORWARDED = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-Ip",
)
"""Headers by which a proxy says that it passes on what somebody else asked."""


class NeedsToken(BadRequest):
    """The request has no token, and this server answers such a program only with one."""

    code = "needs_token"
    status = 401
    hint = (
        "Send “Authorization: Bearer TOKEN”. Whoever runs this server makes a token with: "
        "python run.py --make-token."
    )


class ForeignSite(BadRequest):
    """The page of another web site sent the request, and its site is not on the server's list."""

    code = "foreign_site"
    status = 403
    hint = "Whoever runs this server can add the site to CORS_ORIGINS."


def check_site() -> None:
    """Refuse what the page of another site sent where no token says whose request it is.

    Any page that a browser on this machine opens can send requests here; browsers say so.

    Raises
    ------
    ForeignSite
        If the site is not listed in CORS_ORIGINS by name.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    if origin is None:
        foreign = site in ("cross-site", "same-site")
    else:
        foreign = not _ours(origin) and origin not in listed()
    if foreign:
        sender = f"“{shortened(origin)}”" if origin else "another site"
        raise ForeignSite(f"A page of {sender} sent this request, which this server does not take.")


def is_local() -> bool:
    """Whether a program on this machine asks for itself: no proxy, no other name of the server.

    A name that is not this machine's own in the Host header may be that of a site which lets its
    name point here (DNS rebinding). Behind a TLS proxy (HTTPS) everybody comes from this machine.
    """
    return (
        is_loopback(request.remote_addr or "")
        and is_loopback(_host())
        and not current_app.config["SESSION_COOKIE_SECURE"]
        and not any(name in request.headers for name in FORWARDED)
    )


def is_loopback(host: str) -> bool:
    """Whether an address or name is that of this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def refusal(*, tokens: bool) -> NeedsToken:
    """What is said to a program without a token; `tokens` says whether the server has some."""
    if tokens:
        return NeedsToken("The API of this server needs a token.")
    return NeedsToken(
        "This server has no tokens, so its API answers only programs on its own machine that ask "
        "it directly."
    )


def _ours(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:  # no address, as “http://[::1”
        return False


def _host() -> str:
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""
