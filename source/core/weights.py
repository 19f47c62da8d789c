"""Own weights of emotions for engagement, as one option: ``happy=1.2,sad=0.5``."""

import re
from typing import Any

from source.core.emotions import EMOTIONS
from source.core.errors import BadRequest
from source.core.figures import shortened
from source.core.ranges import Range

OWN = "own"
"""The environment that own weights make."""

WEIGHT = Range("weight", 0, 10)
"""What an emotion may weigh."""

ALSO = {"surprise": "surprised", "fear": "fearful", "anger": "angry", "sadness": "sad"}
"""Other words for emotions that are understood."""

HINT = f"Give emotions with their weights, such as happy=1.2,sad=0.5. Known: {', '.join(EMOTIONS)}."


def read_weights(text: str) -> dict[str, float]:
    """The weights that a text names, by emotion; the others count once.

    Raises
    ------
    BadRequest
        If a part is no “emotion=weight”, or an emotion is named twice.
    OutOfRange
        If a weight is not between 0 and 10.

    Examples
    --------
    >>> read_weights("surprise=1.5, happy=1.2")
    {'happy': 1.2, 'surprised': 1.5}
    """
    given: dict[str, float] = {}
    for part in re.split(r"[,;\s]+", re.sub(r"\s*=\s*", "=", text).strip(" ,;")):
        name, equals, number = part.partition("=")
        label = ALSO.get(name.strip().lower(), name.strip().lower())
        if not equals or label not in EMOTIONS:
            raise _wrong(f"“{shortened(part)}” is no weight of an emotion.")
        if label in given:
            raise _wrong(f"The weight of {label} is given twice.")
        given[label] = float(WEIGHT.check(number, name=f"weight of {label}", hint=HINT))
    return {label: given[label] for label in EMOTIONS if label in given}


def written(weights: dict[str, float]) -> str:
    """Weights as an option keeps them: emotions in their order, without spaces."""
    return ",".join(f"{label}={weight:.10g}" for label, weight in weights.items())


class WeightSyntax:
    """Which texts the option takes."""

    values = "EMOTION=WEIGHT,…"
    examples = ("happy=1.2,sad=0.5",)

    def check(self, value: Any, *, hint: str | None = None) -> str:
        """The value as it is kept.

        Raises
        ------
        BadRequest, OutOfRange
            As `read_weights`.

        Examples
        --------
        >>> WeightSyntax().check("sad=.5 happy=1.20")
        'happy=1.2,sad=0.5'
        """
        return written(read_weights(str(value)))

    def read(self, text: str) -> str:
        """The value that a form sent."""
        return self.check(text)

    def shown(self, value: str | None) -> str:
        """The value as a page shows it: the setting, or an example."""
        return value or f"such as {self.examples[0]}"


def _wrong(message: str) -> BadRequest:
    return BadRequest(message, hint=HINT)
