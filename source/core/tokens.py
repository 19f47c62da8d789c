"""Tokens of programs: how one is made, what is kept of it, how one is recognised."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable

from source.core.errors import BadRequest

PREFIX = "aver_"
"""What a made token begins with, so that one that leaked is found by a search."""

HASHED = "sha256:"
"""What a token begins with in the settings if only its digest stands there."""

SHORTEST = 20
"""Fewest characters of a token or secret that somebody made up; a made one has 43 random ones."""

MAKE_ONE = "Make one with: python run.py --make-token."


def make() -> str:
    """A new token with 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token: 64 hexadecimal digits, from which it cannot be told.

    A fast hash is enough, because a token is random and not a word that could be guessed.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def read(text: str) -> frozenset[str]:
    """The digests of the tokens in a setting, separated by commas or spaces.

    Raises
    ------
    BadRequest
        If one is too short to be safe, or is no digest behind ``sha256:``.

    Examples
    --------
    >>> read("") == frozenset(), read("a-token-of-20-letters") == {digest("a-token-of-20-letters")}
    (True, True)
    """
    return frozenset(_one(part) for part in re.split(r"[,\s]+", text) if part)


def known(token: str, digests: Iterable[str]) -> str | None:
    """The digest of a token if it is among `digests`; each is compared in constant time."""
    key = digest(token)
    same = [hmac.compare_digest(key, one) for one in digests]  # a list: all are compared
    return key if any(same) else None


def _one(part: str) -> str:
    if part.startswith(HASHED):
        key = part.removeprefix(HASHED).lower()
        if re.fullmatch("[0-9a-f]{64}", key) is None:
            raise BadRequest(
                "The setting API_TOKENS has a digest that is no SHA-256.",
                hint="Make a token and its digest with: python run.py --make-token.",
            )
        return key
    if len(part) < SHORTEST:
        raise BadRequest(
            f"The setting API_TOKENS has a token of {len(part)} characters, which could be "
            "guessed.",
            hint=MAKE_ONE,
        )
    return digest(part)
