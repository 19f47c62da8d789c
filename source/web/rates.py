"""How often somebody may ask: so many uploads and requests of programs a minute.

Who asks is the holder of a token, else the address that the request came from; a browser's
session would be no measure, since a sender can have a new one with every request. An upload is
counted before anything of it is read.

Where QUEUE_URL names a Redis, all web processes of all machines count there together; otherwise
each process counts for itself.
"""

import ipaddress
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from source.core.errors import BadRequest
from source.core.figures import number_of
from source.settings import Settings
from source.web import pressure
from source.web.accept import API, programs
from source.web.callers import token_key
from source.web.service import service

log = logging.getLogger(__name__)

UPLOADS, REQUESTS = "UPLOADS_PER_MINUTE", "REQUESTS_PER_MINUTE"
"""Settings, which also name what is counted."""

NETWORK = 64
"""Bits of an IPv6 address by which it is counted: whoever has one has all that begin so."""


class TooManyRequests(BadRequest):
    """There were more requests from one sender than the server takes in a minute."""

    code = "too_many_requests"
    status = 429

    def __init__(self, what: str, most: int, seconds: int) -> None:
        super().__init__(
            f"This server takes at most {most} {what} a minute from one sender.",
            hint=f"Try again in {number_of(seconds, 'second')}.",
        )


@dataclass(frozen=True)
class Rates:
    """What is counted, and where.

    Attributes
    ----------
    most : dict of str to RateLimitItem
        The limits that there are, by setting.
    counted, alone : SlidingWindowCounterRateLimiter
        Where all processes count, and where this one does while that is away.
    """

    most: dict[str, RateLimitItem]
    counted: SlidingWindowCounterRateLimiter
    alone: SlidingWindowCounterRateLimiter

    def wait(self, name: str, who: str) -> int | None:
        """Count one more of a sender's; seconds to wait where it was one too many."""
        item = self.most.get(name)
        if item is None:
            return None
        try:
            return _wait(self.counted, item, name, who)
        except StorageError:
            log.warning("The Redis of the rate limits does not answer; this process counts alone.")
            return _wait(self.alone, item, name, who)


def init_app(app: Flask, settings: Settings) -> None:
    """Count before anybody is asked who they are, and before anything that is sent is read."""
    app.extensions["rates"] = made(settings)
    app.before_request(_check)
    app.after_request(_say_when)


def made(settings: Settings) -> Rates:
    """The limits of these settings; 0 is none."""
    most: dict[str, RateLimitItem] = {
        name: RateLimitItemPerMinute(int(settings.number(name)))
        for name in (UPLOADS, REQUESTS)
        if settings.number(name)
    }
    alone = SlidingWindowCounterRateLimiter(MemoryStorage())
    shared = settings.text("QUEUE_URL")
    counted = SlidingWindowCounterRateLimiter(_storage(shared)) if shared and most else alone
    return Rates(most, counted, alone)


def _storage(url: str) -> Storage:
    found = storage_from_string(url, wrap_exceptions=True, key_prefix="aver-rates")
    assert isinstance(found, Storage)
    return found


def _wait(
    counted: SlidingWindowCounterRateLimiter, item: RateLimitItem, name: str, who: str
) -> int | None:
    if counted.hit(item, name, who):
        return None
    reset = counted.get_window_stats(item, name, who).reset_time
    return max(1, math.ceil(reset - time.time()))


def _check() -> None:
    rates: Rates = current_app.extensions["rates"]
    names = list(_counted()) if rates.most else []
    who = _sender() if names else ""
    for name in names:
        seconds = rates.wait(name, who)
        if seconds is None:
            continue
        g.retry_after = seconds
        pressure.leave_unread()
        what = "uploads" if name == UPLOADS else "requests"
        raise TooManyRequests(what, rates.most[name].amount, seconds)


def _counted() -> Iterator[str]:
    """What a request is counted as: a form with files, a request of a program, both or neither."""
    if request.method == "OPTIONS" or request.blueprint == service.name:
        return
    if programs() is not None or request.path.startswith(API):
        yield REQUESTS
    if request.method in ("POST", "PUT", "PATCH") and request.mimetype == "multipart/form-data":
        yield UPLOADS


def _sender() -> str:
    key = token_key()
    if key is not None:
        return key
    text = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:  # a socket of this machine
        return text
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is None:
            return str(ipaddress.ip_network((address, NETWORK), strict=False))
        return str(mapped)
    return str(address)


def _say_when(response: Response) -> Response:
    seconds = g.get("retry_after")
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response
