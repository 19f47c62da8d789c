"""A Result in another vocabulary: every emotion in it, shown under one label view."""

import dataclasses
from typing import Any

from source.core.emotions import VIEWS, Emotion, view
from source.core.errors import UnknownOption
from source.core.overall import MAJORITY, basis
from source.core.result import Result


def check(name: str) -> str:
    """Return `name` if it is a label view.

    Raises
    ------
    UnknownOption
        If there is no view of that name; the hint lists those there are.
    """
    if name not in VIEWS:
        raise UnknownOption("label view", name, tuple(VIEWS))
    return name


def relabelled(result: Result, name: str) -> Result:
    """The same Result with every emotion in the view `name`.

    Probability mass is added up, never invented: an emotion stays as certain as it was read;
    the overall one is only certain where its label leads most of the time in the new words, too.

    Raises
    ------
    UnknownOption
        If there is no view of that name.
    """
    if check(name) == "native":
        return result
    shown: Result = _walk(result, name)
    overall, rests = shown.emotion, basis(shown)
    if overall is not None and rests is not None and rests.share <= MAJORITY:
        overall = dataclasses.replace(overall, certain=False)
    return dataclasses.replace(shown, emotion=overall, basis=rests, native=result.as_measured)


def relabel(result: Result, name: str) -> dict[str, Any]:
    """The written form of `relabelled`; ``labels`` names the view if it is not ``native``.

    Raises
    ------
    UnknownOption
        If there is no view of that name.
    """
    written = relabelled(result, name).to_dict()
    if name != "native":
        written["labels"] = name
    return written


def _emotion(emotion: Emotion, name: str) -> Emotion:
    scores = view(emotion.scores, name)
    label = max(scores, key=lambda e: scores[e])
    return Emotion(label, scores[label], emotion.certain, scores)


def _walk(value: Any, name: str) -> Any:
    if isinstance(value, Emotion):
        return _emotion(value, name)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return dataclasses.replace(
            value, **{f.name: _walk(getattr(value, f.name), name) for f in fields}
        )
    if isinstance(value, tuple):
        return tuple(_walk(v, name) for v in value)
    return value
