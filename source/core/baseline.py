"""What a speaker's voice is read against, as one option: own, none, FROM-TO or a file.

Each utterance of a speaker may be read against a baseline: the other utterances of the recording,
a stretch of it in which they speak as usual, or another recording in which they do.
"""

import re
from pathlib import PurePath
from typing import Any

from source.core.analyses import KINDS as KINDS_OF_FILE
from source.core.errors import BadRequest, WrongKind
from source.core.figures import figure, shortened

OWN = "own"
"""The other utterances of the recording itself."""

NONE = "none"
"""Nothing: each utterance is read by itself."""

STRETCH, FILE = "stretch", "file"
"""How a Result names a stretch of the recording, and another recording."""

KINDS = (OWN, STRETCH, FILE, NONE)
"""What a voice may be read against."""

TIME = r"(?:(?:\d+:)?\d+:)?\d+(?:[.,]\d+)?"
SPAN = re.compile(rf"\s*({TIME})\s*[-\N{{EN DASH}}]\s*({TIME})\s*")
LIKE_TIMES = re.compile(r"[\d.,:;\s\N{EN DASH}-]*")
"""Text that was meant as a stretch, and is no name of a file."""

SENT = "Give own, none, or from and to in seconds, such as 12.5-30."
GIVEN = "Give own, none, from and to in seconds (12.5-30), or the name of a recording."

TALK = "Choose a recording in which the speaker talks as usual, or leave the baseline out."
BOTH = "Choose a file or fill in the field, not both."


def stretch(value: str) -> tuple[float, float] | None:
    """From when to when, in seconds, a stretch goes; None where the value is none.

    Examples
    --------
    >>> stretch("12.5-30"), stretch("1:05-1:20"), stretch("own")
    ((12.5, 30.0), (65.0, 80.0), None)
    """
    match = SPAN.fullmatch(value)
    return (_seconds(match[1]), _seconds(match[2])) if match else None


def file(value: str) -> str | None:
    """The file that a value names; None where it names none."""
    return None if value in (OWN, NONE) or stretch(value) else value


def sent(name: str) -> str:
    """The value for a recording that was sent under a name, which may look like another value.

    Examples
    --------
    >>> sent("normal.wav"), sent("12-30"), sent("own")
    ('normal.wav', 'file 12-30', 'file own')
    """
    return f"file {name}" if name in (OWN, NONE) or LIKE_TIMES.fullmatch(name) else name


def shown(value: str) -> str:
    """A value as a Result records it: of a file its name, and not where it lies.

    Examples
    --------
    >>> shown("recordings/normal.wav"), shown("own")
    ('normal.wav', 'own')
    """
    named = file(value)
    return PurePath(named).name if named else value


class Syntax:
    """Which texts the option takes."""

    values = "own, none, FROM-TO, FILE"
    examples = (OWN, NONE, "12.5-30")

    def check(self, value: Any, *, hint: str | None = None) -> str:
        """The value as it is kept: times as plain seconds.

        Raises
        ------
        BadRequest
            If it is empty, or looks like a stretch and is none.

        Examples
        --------
        >>> Syntax().check("0:12,5 - 0:30")
        '12.5-30'
        """
        text = str(value).strip()
        span = stretch(text)
        if span is not None:
            if span[0] >= span[1]:
                raise BadRequest(
                    f"The baseline must end after it begins; it is “{shortened(text)}”.",
                    hint=hint or GIVEN,
                )
            return "-".join(figure(edge).replace(",", "") for edge in span)
        if LIKE_TIMES.fullmatch(text):
            raise _unknown(text, hint or GIVEN)
        return text

    def read(self, text: str) -> str:
        """The value a form sent; a form names no file of this machine.

        Raises
        ------
        BadRequest
            If it is neither own nor none nor a stretch.
        """
        value = self.check(text, hint=SENT)
        if file(value):
            raise _unknown(text, SENT)
        return value

    def shown(self, value: str) -> str:
        """The value as a page shows it."""
        return shown(value)


def check_heard(name: str, kind: str, *, sound: bool) -> None:
    """Whether a recording has a sound track, without which it is no baseline of a voice.

    Raises
    ------
    WrongKind
        If it has none; its hint is about baselines.
    """
    if not sound:
        silent = "" if kind == "image" else " without sound"
        raise WrongKind(name, f"{KINDS_OF_FILE[kind]}{silent}", "audio as its baseline", hint=TALK)


def no_such_file(value: str) -> BadRequest:
    """What to say where a baseline is no word, no stretch and no file that is there."""
    return _unknown(value, GIVEN)


def two_baselines(text: str, name: str) -> BadRequest:
    """What to say where a form has both a baseline in words and a recording."""
    return BadRequest(
        f"Two baselines were given: “{shortened(text)}” and the file “{shortened(name)}”.",
        hint=BOTH,
    )


def _unknown(value: str, hint: str) -> BadRequest:
    return BadRequest(f"There is no baseline “{shortened(value)}”.", hint=hint)


def _seconds(text: str) -> float:
    seconds = 0.0
    for part in text.replace(",", ".").split(":"):
        seconds = 60.0 * seconds + float(part)
    return round(seconds, 3)
