"""What a program asks of a batch: its files, the models it names, and how they are set."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import Request

from source.core.errors import BadRequest, TooLarge, UnknownOption
from source.core.options import OPTIONS, Options
from source.core.senses import SENSES
from source.web.compat.sent import Files

PART = "json"
"""The part of the form that holds the request, as text or as a file."""

LONGEST = 100_000
"""Bytes of a request without its files."""


class NotFetched(BadRequest):
    """The request names addresses, and this server opens none that a caller names."""

    code = "not_fetched"
    hint = "Send the recordings themselves: -F file=@clip.mp4."


class NoCallback(BadRequest):
    """The request names an address to be called when the job is over."""

    code = "no_callback"
    hint = "Leave callback_url out, and ask for the state of the job until it is over."


@dataclass(frozen=True)
class Model:
    """A model of the closed service that has a counterpart here.

    Attributes
    ----------
    sense : str
        The sense that reads what it read.
    config : callable
        How it is set, for the answer, from the options of a job.
    options : dict of str to str
        Our option for each of its settings that has one; others are ignored.
    """

    sense: str
    config: Callable[[Options], dict[str, Any]]
    options: dict[str, str]


MODELS = {
    "face": Model(
        "face",
        lambda options: {
            "fps_pred": options.fps,
            "min_face_size": options.min_face,
            "identify_faces": True,
        },
        {"fps_pred": "fps", "min_face_size": "min_face"},
    ),
    "prosody": Model("voice", lambda options: {"granularity": "utterance"}, {}),
}
"""The models that can be asked for."""


@dataclass(frozen=True)
class Asked:
    """A request that makes sense."""

    files: Files
    senses: tuple[str, ...]
    options: dict[str, Any]

    @classmethod
    def read(cls, request: Request) -> "Asked":
        """Read a request: a form with files and JSON, or JSON alone.

        Raises
        ------
        BadRequest
            If it is no JSON, or asks for what there is not: addresses to fetch or to call, text,
            other models; `UnknownOption` and `OutOfRange` for wrong values.
        """
        body = _body(request)
        for key in ("urls", "registry_files"):
            if body.get(key):
                raise NotFetched(f"The request has {key}, but this server fetches no files.")
        if body.get("text"):
            raise BadRequest("The request has text, but no text is read.", hint=NotFetched.hint)
        if body.get("callback_url"):
            raise NoCallback("This route calls no callback_url.")
        named = _object(body, "models")
        for name in named:
            if name not in MODELS:
                raise UnknownOption("model", name, tuple(MODELS))
        wanted = [name for name in MODELS if not named or name in named]
        options: dict[str, Any] = {}
        for name in wanted:
            options |= _options(MODELS[name], _object(named, name))
        senses = {MODELS[name].sense for name in wanted}
        return cls(_files(request), tuple(s for s in SENSES if s in senses), options)


def _body(request: Request) -> dict[str, Any]:
    text: str | bytes
    if request.is_json:
        text = request.stream.read(LONGEST + 1)
    elif PART in request.files:
        text = request.files[PART].stream.read(LONGEST + 1)
    else:
        text = request.form.get(PART, "")
    if len(text) > LONGEST:
        raise TooLarge("The JSON of the request is too long.", hint="Send the files as files.")
    if not text.strip():
        return {}
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest(
            "The request is no JSON.", hint="Send -F json='{\"models\": {}}'."
        ) from None
    if not isinstance(body, dict):
        raise BadRequest("The request is no JSON object.", hint='Send {"models": {"face": {}}}.')
    return body


def _object(within: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object with what is not null in it; empty where it is absent or null."""
    value = within.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRequest(f"“{key}” is no object.", hint=f'Send "{key}": {{}}.')
    if key == "models":
        return {name: config for name, config in value.items() if config is not None}
    return value


def _options(model: Model, config: Mapping[str, Any]) -> dict[str, Any]:
    """Our options for the settings of a model."""
    options: dict[str, Any] = {}
    for key, name in model.options.items():
        given, ends = config.get(key), OPTIONS[name].range
        if given is None:
            continue
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise BadRequest(f"“{key}” is no number.", hint="Give a number, or leave it out.")
        if name == "fps" and given == 0 and ends is not None:  # every picture there is
            given = ends.high
        options[name] = OPTIONS[name].check(given)
    return options


def _files(request: Request) -> Files:
    return [
        (file.filename or "", cast(BinaryIO, file.stream))
        for name, file in request.files.items(multi=True)
        if name != PART
    ]
