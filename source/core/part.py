"""Which part of a recording is read: from one time to another, counted from its start."""

import math
from collections.abc import Mapping
from typing import Any


def part(options: Mapping[str, Any], seconds: float | None = None) -> tuple[float, float]:
    """The first and the last second that are read; infinite where no end is known.

    Parameters
    ----------
    options : mapping
        `start`, `end` and `seconds`, as `Options` has them and a Result records them. `seconds`
        counts from `start`.
    seconds : float, optional
        Length of the recording.

    Examples
    --------
    >>> part({"start": 10.0, "seconds": 5.0}, 60.0), part({"end": 90.0}, 60.0), part({})
    ((10.0, 15.0), (0.0, 60.0), (0.0, inf))
    """
    start = float(options.get("start") or 0.0)
    first = options.get("seconds")
    ends = (options.get("end"), seconds, None if first is None else start + first)
    return start, min((float(end) for end in ends if end is not None), default=math.inf)
