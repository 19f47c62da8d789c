"""Engagement as a page and a file show it: scores, curves and the words beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from source.core.emotions import Emotion
from source.core.engagement import (
    STEP,
    Curves,
    Stretches,
    base_score,
    curves,
    engagement,
    environments,
    person_samples,
    sampled,
    weight_of,
)
from source.core.errors import NotFound, UnknownOption
from source.core.result import Person, Result
from source.core.weights import OWN, WeightSyntax, read_weights
from source.views import series
from source.views.table import Table
from source.views.timeline import length, looks
from source.views.units import clock

WORDS = {
    "classroom": "Classroom",
    "product_demo": "Product demo",
    "seminar": "Seminar",
    "general": "General",
    OWN: "Own weights",
}
"""What each environment is called."""

DEFAULT = "general"
"""The environment that is shown first."""

FORMULA = (
    "Engagement is a rule of thumb on a scale of 1 to 5, not a trained model, and nobody has "
    "shown that it measures attention.",
    "Each emotion has a base score. If its probability is below 80 %, the base score is "
    "multiplied by it, but is at least 1.",
    "The environment multiplies the base score by a weight, and the result is kept between 1 "
    "and 5.",
    "The curves take two samples a second. The 30-second and 1-minute curves are the means of "
    "the last 60 and 120 samples, the cumulative curve is the mean of all samples so far. Where "
    "no voice or face was read, there is a gap, and no value is made up.",
    "The score of the whole weighs each measured stretch by its length, so the end of the "
    "cumulative curve may differ from it a little in short recordings.",
)
"""How it is worked out, sentence by sentence."""

ROWS = 40
"""Most rows of the table behind the curves."""


@dataclass(frozen=True)
class Choice:
    """What is looked at.

    Attributes
    ----------
    environment : str
        One of `core.engagement.environments`.
    person : int or None
        The number of a person; None for everything together.
    own : str or None
        Own weights, as the option keeps them.
    """

    environment: str = DEFAULT
    person: int | None = None
    own: str | None = None


def word(environment: str) -> str:
    """What an environment is called."""
    return WORDS.get(environment, environment)


def own_weights(result: Result) -> str | None:
    """The own weights that the analysis was asked for."""
    given = result.options.get("engagement_weights")
    return given if isinstance(given, str) else None


def choose(result: Result, *, environment: str, person: str, own: str) -> Choice:
    """What a form asks for; what it leaves empty is as the analysis was asked for.

    Raises
    ------
    BadRequest, OutOfRange, UnknownOption
        For weights or an environment that there are none of.
    NotFound
        If the Result has no such person.
    """
    weights = WeightSyntax().read(own) if own.strip() else own_weights(result)
    name = environment or (OWN if weights else DEFAULT)
    known = environments(weights)
    if name not in known:
        raise UnknownOption("environment", name, tuple(known))
    if not person:
        return Choice(name, None, weights)
    found = next((p.id for p in people(result) if str(p.id) == person), None)
    if found is None:
        raise NotFound(f"There is no person {person[:20]} in this result.")
    return Choice(name, found, weights)


def people(result: Result) -> list[Person]:
    """The people whose faces were read."""
    people = result.face.people if result.face else ()
    return [p for p in people if any(s.emotion is not None for s in p.segments)]


def scores(result: Result, choice: Choice) -> dict[str, float]:
    """The score of each environment, 1 to 5; empty where nothing was measured."""
    read = result.as_measured
    person = None if choice.person is None else _person(read, choice.person)
    kept = read.engagement if person is None else person.engagement
    as_asked = choice.own == own_weights(read)
    if as_asked and kept is not None and list(kept) == list(environments(choice.own)):
        return kept
    if person is None:
        timed = [(m.end - m.start, m.emotion) for m in read.timeline]
        whole = [(1.0, read.emotion)] if read.emotion else []
        return engagement(timed or whole, own=choice.own) or {}
    return engagement(person_samples(person), own=choice.own) or {}


def measured(result: Result, person: int | None = None) -> Stretches:
    """What was measured of everything together, or of one person."""
    read = result.as_measured
    if person is None:
        return [(m.start, m.end, m.emotion) for m in read.timeline]
    return looks(_person(read, person), length(read))


def samples(result: Result, person: int | None = None) -> list[Emotion | None]:
    """Two samples a second over the whole recording; None in a gap, empty for a picture."""
    if not result.timeline:
        return []
    return sampled(measured(result, person), length(result))


def drawn_curves(result: Result, choice: Choice) -> Curves:
    """The curves of the environment and person that were chosen."""
    weights = environments(choice.own)[choice.environment]
    return curves(samples(result, choice.person), weights)


def curve_table(result: Result, choice: Choice) -> Table:
    """The curves in at most `ROWS` rows: each with its mean score and where the means stand."""
    head = ("From", "To", "Score", "30 s", "1 min", "Cumulative")
    seconds = length(result)
    line = drawn_curves(result, choice)
    known = [i for i, value in enumerate(line.scores) if value is not None]
    if not known:
        return Table(head)
    ends = [min(STEP * (i + 1), seconds) for i in known]
    timed = [(STEP * i, end, (_known(line.scores[i]),)) for i, end in zip(known, ends, strict=True)]
    rows = []
    for row in series.rows(timed, seconds, most=ROWS):
        last = max(i for i in known if STEP * i < row.end)
        means = (*(curve[last] for curve in line.rolling.values()), line.cumulative[last])
        figures = (f"{_known(value):.2f}" for value in (row.values[0], *means))
        rows.append((clock(row.start), clock(row.end), *figures))
    return Table(head, tuple(rows))


def overview_table(result: Result) -> Table:
    """The mean score of each environment over time, in at most `ROWS` rows."""
    own = own_weights(result)
    head = ("From", "To", *(WORDS[name] for name in environments(own)))
    if len(result.timeline) < 2:
        return Table(head)
    seconds = length(result)
    every = [drawn_curves(result, Choice(name, own=own)).scores for name in environments(own)]
    timed = [
        (STEP * i, min(STEP * (i + 1), seconds), tuple(_known(v) for v in values))
        for i, values in enumerate(zip(*every, strict=True))
        if values[0] is not None
    ]
    if not timed:
        return Table(head)
    return Table(
        head,
        tuple(
            (clock(row.start), clock(row.end), *(f"{value:.2f}" for value in row.values))
            for row in series.rows(timed, seconds, most=ROWS)
        ),
    )


def title(result: Result, choice: Choice) -> str:
    """What stands above the curves of a choice."""
    person = None if choice.person is None else _person(result, choice.person)
    who = "everything together" if person is None else person.called
    return f"{WORDS[choice.environment]}: {who}"


def score_table(result: Result, own: str | None = None) -> Table:
    """The score of everything together and of each person in every environment."""
    names = list(environments(own))
    every = [("Together", None), *((p.called, p.id) for p in people(result))]
    rows = []
    for who, person in every:
        found = scores(result, Choice(person=person, own=own))
        rows.append((who, *(f"{found[name]:.1f}" if name in found else "–" for name in names)))
    return Table(("Who", *(WORDS[name] for name in names)), tuple(rows))


def weight_table(own: str | None = None) -> Table:
    """The base score and the weights of each emotion, as the formula uses them."""
    given = list(read_weights(own)) if own else []
    known = ("surprised", "happy", "neutral", "sad", "angry")
    every = environments(own)
    rows = [
        (
            label,
            f"{base_score(label, 1.0):g}",
            *(f"{weight_of(label, weights):g}" for weights in every.values()),
        )
        for label in (*known, *(label for label in given if label not in known))
    ]
    rows.append(("any other", "1", *("1" for _ in every)))
    return Table(("Emotion", "Base score", *(WORDS[name] for name in every)), tuple(rows))


def _person(result: Result, number: int) -> Person:
    return next(p for p in people(result) if p.id == number)


def _known(value: float | None) -> float:
    assert value is not None, "a gap has no score"
    return value


def means(line: Curves) -> dict[str, Sequence[float | None]]:
    """The curves by the name of their column in a file."""
    return {**line.rolling, "cumulative": line.cumulative}
