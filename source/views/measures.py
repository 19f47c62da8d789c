"""The figures by which recordings are compared: of a whole recording, and of each moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from source.core.affect import affect
from source.core.emotions import view
from source.core.engagement import WEIGHTS, score
from source.core.overall import basis
from source.core.result import Moment, Result

ENVIRONMENT = "general"
"""The environment whose engagement is compared."""


@dataclass(frozen=True)
class Measure:
    """One figure of a recording.

    Attributes
    ----------
    name : str
        In addresses and in columns.
    title : str
        Above its column, and beside its axis.
    low, high : float
        The ends of its scale.
    whole : callable
        Its value for a Result; None where there is none.
    moment : callable
        Its value at a moment.
    """

    name: str
    title: str
    low: float
    high: float
    whole: Callable[[Result], float | None]
    moment: Callable[[Moment], float]


def _affect(place: int, result: Result) -> float | None:
    found = result.affect
    return None if found is None else (found.valence, found.arousal, found.dominance)[place]


def _affect_at(place: int, moment: Moment) -> float:
    return affect(moment.emotion.scores)[place]


def _engagement(result: Result) -> float | None:
    return (result.engagement or {}).get(ENVIRONMENT)


def _engagement_at(moment: Moment) -> float:
    return score(moment.emotion.label, moment.emotion.score, WEIGHTS[ENVIRONMENT])


TONE = (
    Measure("valence", "Valence", -1.0, 1.0, partial(_affect, 0), partial(_affect_at, 0)),
    Measure("arousal", "Arousal", -1.0, 1.0, partial(_affect, 1), partial(_affect_at, 1)),
    Measure("dominance", "Dominance", -1.0, 1.0, partial(_affect, 2), partial(_affect_at, 2)),
    Measure("engagement", "Engagement", 1.0, 5.0, _engagement, _engagement_at),
)
"""What every recording has in which something could be read, whatever its labels."""


def measures(results: Sequence[Result], labels: str = "native") -> dict[str, Measure]:
    """Every measure of these Results by its name: `TONE`, then the mean score of each emotion.

    Parameters
    ----------
    results : sequence of Result
        As they were measured.
    labels : str
        The label view of the emotions.
    """
    emotions: dict[str, None] = {}
    for result in results:
        if result.emotion is not None:
            emotions |= dict.fromkeys(view(result.emotion.scores, labels))
    found = [*TONE, *(_emotion(name, labels) for name in emotions)]
    return {measure.name: measure for measure in found}


def leading_share(result: Result) -> float | None:
    """The share of what was measured in which the overall label leads, 0 to 1."""
    rests = basis(result)
    return None if rests is None else rests.share


def _emotion(name: str, labels: str) -> Measure:
    def whole(result: Result) -> float | None:
        return None if result.emotion is None else view(result.emotion.scores, labels).get(name)

    def moment(moment: Moment) -> float:
        return view(moment.emotion.scores, labels).get(name, 0.0)

    return Measure(name, name.capitalize(), 0.0, 1.0, whole, moment)
