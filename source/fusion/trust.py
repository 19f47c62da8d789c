"""How far a reading is trusted: short speech, small, blurred and strange faces weigh less."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from source.core.result import Face, Voice

Curve = Sequence[Sequence[float]]
"""Values of a fact, rising, and the trust at each of them: straight lines in between."""

LEAST = 1e-3
"""Trust of what is not trusted at all: alone it still answers."""


def facts(part: Voice | Face) -> list[dict[str, float]]:
    """What is known of each of a part's `readings`.

    Of speech its ``seconds``, without a break; of a face its ``size`` in pixels, its ``blur``
    (0 to 1), and whether it is in ``doubt`` (1) or not (0).
    """
    if isinstance(part, Voice):
        return [{"seconds": seconds} for seconds in _lengths(part)]
    return [
        {
            "size": f.quality.size,
            "blur": f.quality.blur,
            "doubt": float(f.quality.doubt is not None),
        }
        for person in part.people
        for f in person.segments
        if f.emotion is not None
    ]


def trust(known: Mapping[str, float], curves: Mapping[str, Curve]) -> float:
    """The least trust that one of the facts allows, 0 to 1.

    Examples
    --------
    >>> trust({"seconds": 1.5}, {"seconds": [[1.0, 2.0], [0.5, 1.0]]})
    0.75
    """
    each = [
        float(np.interp(value, curves[name][0], curves[name][1]))
        for name, value in known.items()
        if name in curves
    ]
    return float(np.clip(min(each), LEAST, 1.0)) if each else 1.0


def checked(curves: Any) -> dict[str, Curve]:
    """The curves of a card.

    Raises
    ------
    ValueError, TypeError
        If they are none.
    """
    for xs, ys in dict(curves).values():
        if len(xs) != len(ys) or np.any(np.diff(xs) <= 0) or not (0 <= min(ys) <= max(ys) <= 1):
            raise ValueError("A curve has rising values, and as much trust from 0 to 1.")
    return dict(curves)


def _lengths(voice: Voice) -> list[float]:
    """Seconds of unbroken speech that each segment is part of."""
    lengths: list[float] = []
    run: list[tuple[float, float]] = []
    for segment in voice.segments:
        if run and segment.start > run[-1][1]:
            lengths += [run[-1][1] - run[0][0]] * len(run)
            run = []
        run.append((segment.start, segment.end))
    return lengths + ([run[-1][1] - run[0][0]] * len(run) if run else [])
