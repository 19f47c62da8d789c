"""docs/result.md, from the dataclasses of `source.core.result`."""

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Iterator

from source.cli.markdown import page, table
from source.core import notes, result
from source.core.emotions import EMOTIONS, Emotion
from source.core.result import Baseline, Note, Result, key, written_fields
from source.core.result_schema import NAME

MEANING = {
    "version": "version of this format",
    "id": "ULID: unique and sortable by time",
    "analysis": "audio, image, video or combined",
    "created": "UTC, ISO 8601",
    "took": "duration of the analysis in seconds",
    "app": "version of AVER",
    "source": "the recording; for a pair, the picture",
    "models": "by sense: voice, face, clip",
    "options": "the options used, with defaults",
    "emotion": "overall emotion of the recording",
    "basis": "what the overall emotion is based on",
    "voice": "if the voice was requested and there is audio",
    "face": "if faces were requested and there are pictures",
    "timeline": "all senses combined, in steps of at most half a second",
    "disagreements": "where voice and face disagree, if a recording has both",
    "affect": "valence, arousal and dominance, and their path over time",
    "anomaly": "how unlike the training data the recording is",
    "engagement": "1 to 5 for each setting, by a rule of thumb",
    "notes": "what the reader should know first",
    "sources": "both files of a pair; otherwise absent",
    "thresholds": "the smallest score of a moment that is certain, by the senses read: voice+face",
    "device": "the machine that did the analysis, and what ran each model there",
    "edits": "what its owner changed by hand; absent in a Result as it was measured",
}
"""Meaning of the Result's own keys."""


def keys() -> str:
    """docs/result.md, from the dataclasses of `source.core.result`."""
    parts = [_section(cls) for cls in (Result, *_parts(Result))]
    rows = [(f"`{note.code}`", note.text) for note in _notes()]
    return page(
        f"The Result, version {result.VERSION}",
        "Every page, chart, export and route shows this one object. Times are seconds from the "
        "start of the recording, from presentation time stamps. Segments are half-open "
        "`[start, end)` and sorted. Boxes are fractions of the upright picture: left, top, "
        "width, height. Scores are calibrated and sum to 1. **What was not measured is absent**, "
        "never a default. The same bytes, options and models always give the same Result; only "
        "`id`, `created`, `took` and `device` differ.",
        f"Emotions: {', '.join(EMOTIONS)}. The voice has no contempt and the face has no "
        "calm. In the combined result, calm counts as neutral and contempt is left out. In a "
        "label view other than `native`, the key `labels` names the view.",
        f"For programs, the same as a [JSON Schema]({NAME}) (2020-12).",
        *parts,
        "## Notes",
        "Notes tell the reader what to know before the figures. The numbers are examples.",
        table(("code", "text"), rows),
    )


def _section(cls: type) -> str:
    text = re.split(r"\n\s*\n(?=Attributes)", _doc(cls), maxsplit=1)[0]
    hints = typing.get_type_hints(cls)
    head: tuple[str, ...] = ("key", "type", "present")
    rows: list[tuple[str, ...]] = []
    for f in written_fields(cls):
        optional = type(None) in typing.get_args(hints[f.name]) or f.name == "sources"
        rows.append((f"`{key(f)}`", _type(hints[f.name]), "if measured" if optional else "always"))
    if cls is Result:
        rows = [("`version`", "int", "always"), *rows]
        head = (*head, "meaning")
        rows = [(*row, MEANING[row[0].strip("`")]) for row in rows]
    return f"## {cls.__name__}\n\n{' '.join(text.split())}\n\n{table(head, rows)}"


def _parts(cls: type) -> Iterator[type]:
    """Dataclasses that `cls` is made of, in order of first use."""
    parts: list[type] = []
    waiting = [cls]
    while waiting:
        for hint in typing.get_type_hints(waiting.pop(0)).values():
            for part in _named(hint):
                if part not in parts and part is not cls:
                    parts.append(part)
                    waiting.append(part)
    return iter(parts)


def _named(hint: object) -> Iterator[type]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    for inner in typing.get_args(hint):
        yield from _named(inner)


def _type(hint: object) -> str:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _type(inner[0])
    if origin is tuple and inner[-1] is Ellipsis:
        return f"list of {_type(inner[0])}"
    if origin is tuple:
        return f"{len(inner)} {_type(inner[0])}s"
    if origin is dict:
        return f"object of {_type(inner[1])}"
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return {"Any": "any", "str": "text", "bool": "true or false", "float": "number"}.get(
        name := getattr(hint, "__name__", str(hint)), name
    )


def _doc(cls: type) -> str:
    text = (cls.__doc__ or "").strip()
    if cls is Emotion:
        text += (
            " `label` is the most probable emotion, `score` its probability, `certain` whether "
            "the score reaches the threshold on the model's card, and `scores` the posterior."
        )
        head, _, tail = text.partition("\n")
        text = head + " " + tail[tail.index("`label` is") :]
    return text


def _notes() -> list[Note]:
    """One note of each kind, with example figures."""
    example = {
        "speech": 28, "seconds": 40, "with_face": 36, "read": 39, "promised": 42.5,
        "refused": {"small": 2, "blurred": 0, "dark": 1},
        "doubts": {"turned": 2, "covered": 1},
        "clip_model": "temporal-head", "face_model": "residual",
        "size": 1_200_000, "what": "audio", "number": 2, "count": 3,
        "people": ("Person 1", "Person 3"), "alone": False, "start": 60.0, "end": 95.5,
        "used": Baseline("own", 12), "stretch": (12.5, 30.0), "voice_model": "ensemble",
    }  # fmt: skip
    functions = inspect.getmembers(notes, inspect.isfunction)
    makers = [f for _, f in functions if f.__module__ == notes.__name__]
    makers.sort(key=lambda f: f.__code__.co_firstlineno)
    return [
        f(**{name: example[name] for name in inspect.signature(f).parameters if name in example})
        for f in makers
    ]
