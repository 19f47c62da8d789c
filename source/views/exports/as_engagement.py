"""Engagement over time as CSV: two rows a second, gaps left empty."""

import csv
import io
from collections.abc import Iterator

from source.core.engagement import STEP, WEIGHTS, WINDOWS, base_score, curves, environments
from source.core.result import Result
from source.core.weights import OWN
from source.views import engagement
from source.views.exports.row import Subject

COLUMNS = (
    *("timestamp", "emotion", "confidence", "base_score"),
    *(f"{name}_score" for name in WEIGHTS),
    *(f"{name}_{mean}" for name in WEIGHTS for mean in (*WINDOWS, "cumulative")),
)
"""The twenty columns; own weights add four of their own behind them."""

OWN_COLUMNS = tuple(f"{OWN}_{mean}" for mean in ("score", *WINDOWS, "cumulative"))


def has_samples(result: Result) -> bool:
    """Whether something was measured over time."""
    return bool(result.timeline)


def has_people(result: Result) -> bool:
    """Whether several people have curves of their own."""
    return has_samples(result) and len(engagement.people(result)) > 1


def engagement_csv(subject: Subject) -> bytes:
    """Everything together, in the columns that `COLUMNS` names.

    A row in which nothing was measured has its time alone. Emotions are in AVER's own words,
    whatever the label view: the formulas are made for these.
    """
    own = engagement.own_weights(subject.result)
    head = (*COLUMNS, *(OWN_COLUMNS if own else ()))
    return _written(head, _rows(subject.result, None, own))


def people_csv(subject: Subject) -> bytes:
    """The same for one person after the other, with the person's number in front."""
    own = engagement.own_weights(subject.result)
    head = ("person", *COLUMNS, *(OWN_COLUMNS if own else ()))
    return _written(
        head,
        (
            (str(person.id), *row)
            for person in engagement.people(subject.result)
            for row in _rows(subject.result, person.id, own)
        ),
    )


def _rows(result: Result, person: int | None, own: str | None) -> Iterator[tuple[str, ...]]:
    read = engagement.samples(result, person)
    lines = {name: curves(read, weights) for name, weights in environments(own).items()}
    for index, emotion in enumerate(read):
        time = f"{index * STEP:.1f}"
        if emotion is None:
            yield (time, *("" for _ in COLUMNS[1:]), *("" for _ in OWN_COLUMNS if own))
            continue
        scores = {name: _number(line.scores[index]) for name, line in lines.items()}
        means = {
            name: [_number(curve[index]) for curve in engagement.means(line).values()]
            for name, line in lines.items()
        }
        yield (
            time,
            emotion.label,
            _number(emotion.score),
            _number(base_score(emotion.label, emotion.score)),
            *(scores[name] for name in WEIGHTS),
            *(text for name in WEIGHTS for text in means[name]),
            *((scores[OWN], *means[OWN]) if own else ()),
        )


def _number(value: float | None) -> str:
    """A figure with twelve digits: enough for sums to agree to a thousandth of a millionth."""
    return "" if value is None else f"{value:.12g}"


def _written(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([head, *rows])
    return out.getvalue().encode()
