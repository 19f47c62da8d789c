"""Where a recording is unlike what the models were trained on."""

from dataclasses import dataclass

from source.core.result import Result
from source.views.units import instant

NEAR = 0.6
"""Seconds between two unusual moments that are told as one."""


@dataclass(frozen=True)
class Unusual:
    """A stretch, in seconds, and a sentence about it."""

    start: float
    end: float
    said: str


def unusual(result: Result) -> list[Unusual]:
    """Stretches whose anomaly exceeds the threshold of the Result, in order of time."""
    if result.anomaly is None:
        return []
    stretches: list[tuple[float, float]] = []
    for moment in result.timeline:
        if moment.anomaly is None or moment.anomaly <= result.anomaly.threshold:
            continue
        if stretches and moment.start - stretches[-1][1] <= NEAR:
            stretches[-1] = (stretches[-1][0], moment.end)
        else:
            stretches.append((moment.start, moment.end))
    return [
        Unusual(
            start, end,
            f"{instant(start)} to {instant(end)}: unlike the recordings the models were trained on",
        )
        for start, end in stretches
    ]  # fmt: skip
