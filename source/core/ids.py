"""Identifiers."""

import os
import time
from datetime import UTC, datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A ULID: 48 bits of time in milliseconds, then 80 random bits; sorts by time.

    Source: the ULID specification, in Crockford's base 32.
    """
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def made(identifier: str) -> datetime | None:
    """When an identifier was made, in UTC; None where it is none.

    Examples
    --------
    >>> made("01JTEST0000000000000000000").year, made("lost")
    (2025, None)
    """
    value = 0
    for letter in identifier[:10]:
        value = value * 32 + max(0, _ALPHABET.find(letter))
    if len(identifier) != 26 or not set(identifier) <= set(_ALPHABET) or value >= 1 << 48:
        return None
    return datetime.fromtimestamp(value / 1000, UTC)
