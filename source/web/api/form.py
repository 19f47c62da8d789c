"""What a program sends with its files: every option of the table, and a few fields of its own."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import current_app, request

from source.core import baseline as baselines
from source.core import signature
from source.core.errors import BadRequest, NoFile, UnknownOption
from source.core.options import OPTIONS, Option, Options
from source.jobs import outbound
from source.jobs.intake import Sent
from source.jobs.terms import Terms
from source.settings import Settings
from source.web.api.operation import Schema
from source.web.api.parameters import on

MULTIPART = "multipart/form-data"

FILES, BASELINE = "files", "baseline_file"
"""Fields that hold files."""

OWN: Mapping[str, Schema] = {
    FILES: {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
        "minItems": 1,
        "description": "The recordings; each is a job of its own. A picture and an audio file are "
        "one job with `analysis=combined`.",
    },
    BASELINE: {
        "type": "string",
        "format": "binary",
        "description": "A recording in which the speaker sounds as usual; see `baseline`.",
    },
    "webhook": {
        "type": "string",
        "format": "uri",
        "maxLength": outbound.LONGEST,
        "description": "Address that is sent the job and its Result, signed, when the job ends.",
    },
    "fresh": {
        "type": "boolean",
        "default": False,
        "description": "The same as the parameter `fresh`.",
    },
}
"""The fields beside the options."""

BLOCK = 1 << 20
"""Bytes read at a time."""

ALSO = {"file": FILES}
"""Other names under which a field is understood."""


@dataclass(frozen=True)
class Sending:
    """What a request hands in."""

    files: list[Sent]
    baseline: Sent | None
    options: Options
    terms: Terms


def schema() -> Schema:
    """The JSON Schema of the form."""
    options = {option.name: _schema_of(option) for option in OPTIONS.values()}
    return {
        "type": "object",
        "properties": {FILES: OWN[FILES], **options, **OWN},
        "required": [FILES],
        "additionalProperties": False,
    }


def read(*, fresh: bool = False, **presets: Any) -> Sending:
    """Read the form of this request; `presets` are options where it has none.

    Raises
    ------
    UnknownOption
        If it has a field that there is not.
    AverError
        For a value that is none of its option's, or an address to which nothing is sent.
    NoFile
        If there is no file.
    """
    settings: Settings = current_app.config["AVER"]
    form, sent = request.form, request.files
    known = (*OPTIONS, *OWN, *ALSO)
    for name in (*form, *sent):
        if name not in known:
            raise UnknownOption("field", name, known)
    if FILES in form or BASELINE in form:
        raise BadRequest(
            f"The field “{FILES if FILES in form else BASELINE}” holds text, not a file.",
            hint="Send files with their names: curl -F files=@clip.mp4.",
        )
    for name in sent:
        if name in OPTIONS:
            raise BadRequest(f"The field “{name}” holds a file, not a value.")
    files = [
        (file.filename or "", cast(BinaryIO, file.stream))
        for name in (FILES, *ALSO)
        for file in sent.getlist(name)
    ]
    if not files:
        raise NoFile(hint=f"Send it in the field “{FILES}”: curl -F {FILES}=@clip.mp4.")
    values = {option.name: _value(option) for option in OPTIONS.values() if option.name in form}
    options = settings.options(**{**presets, **values})
    webhook = form.get("webhook", "").strip()
    if webhook:
        _check_webhook(webhook, settings)
    again = fresh or on("fresh", form.get("fresh") or "false")
    return Sending(files, _baseline(), options, Terms(reuse=not again, webhook=webhook))


def digest() -> str:
    """Digest of all that this request sends: fields, and files with their names."""
    made = hashlib.sha256()
    for name, text in sorted(request.form.items(multi=True)):
        made.update(f"{name}\0{text}\0".encode("utf-8", "replace"))
    for name, text in sorted(request.args.items(multi=True)):
        made.update(f"?{name}\0{text}\0".encode("utf-8", "replace"))
    for name, file in request.files.items(multi=True):
        made.update(f"{name}\0{file.filename}\0".encode("utf-8", "replace"))
        while block := file.stream.read(BLOCK):
            made.update(block)
        made.update(b"\0")
        file.stream.seek(0)
    return made.hexdigest()


def _value(option: Option) -> Any:
    texts = request.form.getlist(option.name)
    text = ",".join(texts) if option.several else texts[0]
    if option.switch:
        return on(option.name, text) if text.strip() else None
    if option.several and text.strip().lower() in ("off", "false"):
        return None
    return option.read(text, hint=option.sentence)


def _schema_of(option: Option) -> Schema:
    """The schema of an option in a form, where a series may also be left to AVER."""
    made = option.schema()
    if not option.several:
        return made
    described = made.pop("description")
    return {"anyOf": [made, {"const": "on"}], "description": f"{described} `on`: AVER chooses."}


def _baseline() -> Sent | None:
    file = request.files.get(BASELINE)
    if file is None or not file.filename:
        return None
    if text := request.form.get("baseline", "").strip():
        raise baselines.two_baselines(text, file.filename)
    return file.filename, cast(BinaryIO, file.stream)


def _check_webhook(url: str, settings: Settings) -> None:
    outbound.check(url, private=bool(settings["WEBHOOK_PRIVATE"]))
    secret = settings.text("WEBHOOK_SECRET")
    if not secret:
        raise outbound.BadWebhook(
            "This server sends no webhooks, since it has no secret to sign them with.",
            hint="Whoever runs it can set WEBHOOK_SECRET.",
        )
    signature.check(secret)
