"""Between which values a number may lie, and the one sentence for those that do not."""

import math
from dataclasses import dataclass
from typing import Any

from source.core.errors import OutOfRange
from source.core.figures import figure


@dataclass(frozen=True)
class Range:
    """The values one option or setting may have, both ends included.

    Attributes
    ----------
    name : str
        What it is, as it stands after "The" in a sentence.
    low, high : float
        The ends.
    unit : str
        What is counted; empty where a bare number is meant.
    whole : bool
        Whether only whole numbers will do.
    """

    name: str
    low: float
    high: float
    unit: str = ""
    whole: bool = False

    def check(self, value: object, *, name: str | None = None, hint: str | None = None) -> float:
        """Return a number if it is in the range.

        Parameters
        ----------
        value : object
            A number, or text that should be one.
        name, hint : str, optional
            What it is called, and the cure, where those of the range do not fit.

        Raises
        ------
        OutOfRange
            If it is no number, not finite, outside, or not whole where it has to be.

        Examples
        --------
        >>> Range("frame rate", 0.1, 60).check("2.5")
        2.5
        """
        number = _number(value)
        good = self.low <= number <= self.high and not (self.whole and number % 1)
        if not good:
            raise OutOfRange(
                name or self.name,
                value,
                low=self.low,
                high=self.high,
                unit=self.unit,
                whole=self.whole,
                hint=hint,
            )
        return int(number) if self.whole else number

    def __str__(self) -> str:
        return f"{figure(self.low)} to {figure(self.high)}"


def _number(value: Any) -> float:
    """`value` as a number; NaN, which is in no range, if it is not a number."""
    if isinstance(value, str) and "_" in value:  # a number in Python alone
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan
