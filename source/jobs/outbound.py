"""Sending to an address that a stranger named, without becoming that stranger's tool.

A name is resolved once, every address it leads to is looked at, and the connection goes to the
address that was looked at: a name that leads elsewhere a moment later changes nothing. Redirects
are not followed, no proxy is used, and the whole try has a time limit.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from source.core.errors import BadRequest
from source.core.figures import shortened

SECONDS = 15.0
"""How long a whole try may take."""

LONGEST = 2000
"""Characters of an address."""

HINT = "Give an address as https://example.org/hook."

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

CARRIERS = tuple(
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)
"""IPv6 networks that stand for an IPv4 address, which may be any."""


class BadWebhook(BadRequest):
    """The address of a webhook is none, or leads where this server sends nothing."""

    code = "bad_webhook"
    hint = HINT


class Undelivered(Exception):  # noqa: N818
    """A message did not arrive; the text says why."""


@dataclass(frozen=True)
class Target:
    """Where a message goes: the parts of an address that was checked."""

    scheme: str
    host: str
    port: int
    path: str
    name: str
    """Host and port as the address has them."""


def check(url: str, *, private: bool) -> Target:
    """Look at an address without asking anybody what its name means.

    Parameters
    ----------
    url : str
        An address.
    private : bool
        Whether it may be one of this machine or its network.

    Raises
    ------
    BadWebhook
        If it is none, or one to which this server sends nothing.
    """
    try:
        if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError
        parts = urlsplit(url)
        port = parts.port
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or port == 0
    except ValueError:
        wrong = True
    if wrong:
        raise BadWebhook(f"“{shortened(url)}” is no address of a webhook.")
    if parts.username is not None or parts.password is not None:
        raise BadWebhook(
            "The address of the webhook has a name or password in it.",
            hint="Leave it out: the receiver checks the signature.",
        )
    host = str(parts.hostname)
    address = _literal(host)
    local = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    if not private and (local or (address is not None and not is_public(address))):
        raise private_address(host)
    return Target(
        parts.scheme,
        host,
        port or (443 if parts.scheme == "https" else 80),
        _path(parts),
        parts.netloc,
    )


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    private: bool,
    seconds: float = SECONDS,
) -> int:
    """Send a message; gives the status of the answer, of which nothing else is read.

    Raises
    ------
    Undelivered
        If no answer came, or the name leads to an address that is not allowed.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Undelivered(f"The name {target.host} was not found.") from error
    addresses = [entry[4] for entry in found]
    if not private and not all(is_public(ipaddress.ip_address(_bare(a))) for a in addresses):
        raise Undelivered(str(private_address(target.host)))
    opened: list[socket.socket] = []
    late = threading.Event()
    connection = _connection(target, [str(a[0]) for a in addresses], seconds, opened)
    end = threading.Timer(seconds, _cut, [opened, late])
    end.daemon = True
    end.start()
    try:
        connection.request("POST", target.path, body, {**headers, "Host": target.name})
        status = connection.getresponse().status
        if late.is_set():  # the headers were cut off, which http.client takes for their end
            raise TimeoutError
        return status
    except (OSError, http.client.HTTPException, AttributeError, ValueError) as error:
        # A socket that is closed while it is read leads to any of these.
        why = "it took too long" if late.is_set() else str(error) or type(error).__name__
        raise Undelivered(f"There was no answer: {why[:200]}.") from error
    finally:
        end.cancel()
        connection.close()
        for handle in opened:
            handle.close()


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open net, also one inside of another.

    Examples
    --------
    >>> from ipaddress import ip_address as ip
    >>> [is_public(ip(a)) for a in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1", "169.254.1.1")]
    [True, False, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped
        if inner is not None:
            return is_public(inner)
        if any(address in network for network in CARRIERS) or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def private_address(host: str) -> BadWebhook:
    """What is said where a webhook leads to a machine that is not on the open net."""
    return BadWebhook(
        f"The webhook leads to {shortened(host)}, which is not on the open net.",
        hint="Whoever runs this server can allow that with WEBHOOK_PRIVATE.",
    )


def _literal(host: str) -> Address | None:
    """The address that a host is, also in a spelling that only a resolver reads (0x7f.1)."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.ip_address(socket.inet_aton(host))
    except OSError:
        return None


def _bare(place: tuple[object, ...]) -> str:
    return str(place[0]).partition("%")[0]


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _connection(
    target: Target, addresses: Sequence[str], seconds: float, opened: list[socket.socket]
) -> http.client.HTTPConnection:
    """A connection to the first of these addresses that answers; TLS checks the name.

    A second handle of each socket goes to `opened`: TLS takes the first one over.
    """

    def connect(*_: object, **__: object) -> socket.socket:
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                made = socket.create_connection((address, target.port), timeout=seconds / left)
            except OSError:
                if left == 1:
                    raise
                continue
            made.settimeout(seconds)
            opened.append(made.dup())
            return made
        raise OSError("the name leads nowhere")

    made: http.client.HTTPConnection
    if target.scheme == "https":
        made = http.client.HTTPSConnection(
            target.host, target.port, timeout=seconds, context=_tls()
        )
    else:
        made = http.client.HTTPConnection(target.host, target.port, timeout=seconds)
    # The seam that http.client has for this; `source_address` and tunnels are not used.
    setattr(made, "_create_connection", connect)  # noqa: B010
    return made


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut(opened: list[socket.socket], late: threading.Event) -> None:
    """End a try from outside: each read has a limit of its own, and many may follow each other."""
    late.set()
    for handle in opened:
        with contextlib.suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)
