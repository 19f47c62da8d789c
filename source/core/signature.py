"""Signatures of webhooks, as Standard Webhooks describes them (standardwebhooks.com, version 1).

The receiver learns from it that this server sent the message, and when: HMAC-SHA256 over the
message's name, its time and its bytes.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from source.core.errors import BadRequest
from source.core.tokens import MAKE_ONE, SHORTEST

CODED = "whsec_"
"""What a secret begins with whose rest is base64, as other tools write it."""

ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
"""Names of the headers."""


def check(secret: str) -> str:
    """The secret of a setting.

    Raises
    ------
    BadRequest
        If it is short, or no base64 behind ``whsec_``.
    """
    if len(secret) < SHORTEST:
        raise BadRequest(
            f"The setting WEBHOOK_SECRET has {len(secret)} characters, which could be guessed.",
            hint=MAKE_ONE,
        )
    try:
        key(secret)
    except binascii.Error:
        raise BadRequest(
            f"The setting WEBHOOK_SECRET begins with {CODED}, but the rest is no base64.",
            hint=MAKE_ONE,
        ) from None
    return secret


def key(secret: str) -> bytes:
    """The bytes that sign: the secret's own, or those written in base64 behind ``whsec_``."""
    if secret.startswith(CODED):
        return base64.b64decode(secret.removeprefix(CODED), validate=True)
    return secret.encode()


def headers(secret: str, name: str, moment: int, body: bytes) -> Mapping[str, str]:
    """The headers that sign a message.

    Parameters
    ----------
    secret : str
        Known to sender and receiver.
    name : str
        Names the message; the same in each try.
    moment : int
        Seconds since 1970; a receiver refuses what is minutes old.
    body : bytes
        What is sent.

    Examples
    --------
    >>> headers("a secret of 20 letters", "msg_1", 1700000000, b"{}")["webhook-signature"]
    'v1,INxpPYenCXTXTF0MFph1oe6/HZpVP3jZ33G9dOguqeA='
    """
    signed = f"{name}.{moment}.".encode() + body
    mark = base64.b64encode(hmac.digest(key(secret), signed, hashlib.sha256)).decode()
    return {ID: name, TIME: str(moment), SIGNATURE: f"v1,{mark}"}
