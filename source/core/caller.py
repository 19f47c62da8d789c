"""Who asks for something, whatever door they came by."""

from dataclasses import dataclass
from typing import Literal

EXAMPLE = "example"
"""Owner of the finished example that everybody may look at; nobody handed it in."""


@dataclass(frozen=True)
class Caller:
    """Somebody who owns jobs and results, and sees nobody else's.

    Attributes
    ----------
    owner : str
        The key under which everything of theirs is stored, at most 64 characters.
    kind : {"session", "token", "local"}
        How they are known: by a browser's session, by a token of the API, or because the
        program itself asks.
    """

    owner: str
    kind: Literal["session", "token", "local"] = "session"
