"""What an analysis is for, as one option: a known purpose, or own words."""

import re
from typing import Any

from source.core.errors import BadRequest

PURPOSES = {
    "research": "Research, with people who know and agree",
    "rehearsal": "Rehearsing a talk, a role or an interview of my own",
    "own recordings": "My own recordings, for myself",
    "trying AVER": "Trying AVER, or building software with it",
}
"""Purposes to choose from, each with what it means."""

LONGEST = 120
"""Most characters of a purpose in own words."""


class PurposeSyntax:
    """Which texts the option takes."""

    values = f"{', '.join(PURPOSES)}, or own words"
    examples = tuple(PURPOSES)

    def check(self, value: Any, *, hint: str | None = None) -> str:
        """The value as it is kept: one line without spaces at its ends.

        Raises
        ------
        BadRequest
            If there are no words, or too many.

        Examples
        --------
        >>> PurposeSyntax().check("  a study of \\n laughter ")
        'a study of laughter'
        """
        text = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in str(value)))
        text = text.strip()
        if not re.search(r"\w", text):
            raise BadRequest("The purpose is empty.", hint="Say in a few words what it is for.")
        if len(text) > LONGEST:
            raise BadRequest(
                f"The purpose has {len(text)} characters; the limit is {LONGEST}.",
                hint="Say in a few words what it is for.",
            )
        return text

    def read(self, text: str) -> str:
        """The value that a form sent."""
        return self.check(text)

    def shown(self, value: str | None) -> str:
        """The value as a page shows it."""
        return value or "not stated"
