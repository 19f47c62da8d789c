"""The log of every process: as text or as JSON, with the request and the job a line is about.

What a line is about is set once, where a request or a job begins (`about`), and stands in every
line that is written until it ends, whoever writes it. Names of recordings and secrets are taken
out of each line as the last step, tracebacks included.
"""

import json
import logging
import os
import re
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TextIO

SECRET_NAMES = re.compile(r"(^|_)(KEY|TOKENS?|SECRETS?|PASSWORDS?)$")
"""Settings whose values never stand in a log."""

OTHERS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PGPASSWORD")
"""Secrets that libraries read from the environment by themselves."""

LEAST = 6
"""Characters of the shortest secret: taking out shorter ones would take words apart."""

PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s/@]+@", re.IGNORECASE)
"""A user and a password in an address."""

BEARER = re.compile(r"(\bBearer )\S+", re.IGNORECASE)
"""A token, as a request sends it."""

HIDDEN, NAME = "…", "[name]"
"""What stands in place of a secret, and of the name of a recording."""

SHORTEST = 3
"""Characters of the shortest name that is taken out: shorter ones are parts of other words."""

QUIET = ("huey", "alembic", "PIL", "matplotlib", "fontTools", "numba", "urllib3", "botocore")
"""Libraries that talk to programmers: only their warnings are logged."""


@dataclass(frozen=True)
class Subject:
    """What lines are about: fields for programs, and names that must not be told."""

    fields: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()


_subject: ContextVar[Subject] = ContextVar("subject", default=Subject())  # noqa: B039  (frozen)


@contextmanager
def about(*, names: Collection[str] = (), **fields: str) -> Iterator[None]:
    """Give every line of this thread these fields until the block ends.

    Parameters
    ----------
    names : collection of str
        Names of recordings that may stand in a message or a traceback meanwhile.
    **fields : str
        ``job="01J…"``, ``request="9f…"``; they add to those that hold already.
    """
    before = _subject.get()
    token = _subject.set(Subject({**before.fields, **fields}, (*before.names, *names)))
    try:
        yield
    finally:
        _subject.reset(token)


def turn_to(**fields: str) -> None:
    """Give every line of this thread these fields and no others, until it turns to something else.

    For a server's threads: an answer may still be on its way when the function that made it has
    returned, so that no block ends with it.
    """
    _subject.set(Subject(fields))


def begin(values: Mapping[str, object], *, process: str, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process to one stream, in one form.

    Parameters
    ----------
    values : mapping
        The settings' values: LOG_FORMAT, LOG_LEVEL, LOG_NAMES; and whatever is secret.
    process : str
        What this process is: web or worker.
    stream : TextIO, optional
        stderr where it is None.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    scrub = Scrub(values)
    made = Json if values["LOG_FORMAT"] == "json" else Text
    handler.setFormatter(made(scrub, process))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(str(values["LOG_LEVEL"]).upper())
    logging.captureWarnings(True)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class Scrub:
    """Takes out of a text what must not be told."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._names = bool(values.get("LOG_NAMES"))
        texts = [str(v) for name, v in values.items() if SECRET_NAMES.search(name)]
        texts += [os.environ.get(name, "") for name in OTHERS]
        parts = {part for text in texts for part in [text, *re.split(r"[,\s]+", text)]}
        self._secrets = sorted((p for p in parts if len(p) >= LEAST), key=len, reverse=True)

    def __call__(self, text: str, names: Collection[str] = ()) -> str:
        """The text without secrets, and without `names` unless the settings allow them.

        Examples
        --------
        >>> scrub = Scrub({"SECRET_KEY": "abcdef", "LOG_NAMES": False})
        >>> scrub("abcdef at postgresql://me:pass@db/x: “Anna.wav” is empty", ["Anna.wav"])
        '… at postgresql://me:…@db/x: “[name]” is empty'
        """
        text = BEARER.sub(rf"\1{HIDDEN}", PASSWORD.sub(rf"\1:{HIDDEN}@", text))
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        if self._names:
            return text
        for name in sorted(_spellings(names), key=len, reverse=True):
            text = text.replace(name, NAME)
        return text


def _spellings(names: Collection[str]) -> set[str]:
    """Names as they may stand in a text: whole, without their ending, and escaped."""
    whole = {spelling for name in names for spelling in (name, name.rpartition(".")[0])}
    escaped = {ascii(name)[1:-1] for name in whole}
    return {name for name in whole | escaped if len(name) >= SHORTEST}


class Text(logging.Formatter):
    """A line for people: time, level, process, message, and in brackets what it is about."""

    def __init__(self, scrub: Scrub, process: str) -> None:
        super().__init__()
        self._scrub, self._process = scrub, process

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback under it."""
        subject = _subject.get()
        message = _one_line(self._scrub(record.getMessage(), subject.names))
        told = [f"{k}={v}" for k, v in subject.fields.items() if v not in message]
        line = f"{self.formatTime(record)} {record.levelname} {self._process}: {message}"
        line += f" [{' '.join(told)}]" if told else ""
        if record.exc_info and record.exc_info[0] is not None:
            line += "\n" + self._scrub(self.formatException(record.exc_info), subject.names)
        return line


def _one_line(text: str) -> str:
    """A text that cannot pass for a second line, nor steer a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class Json(logging.Formatter):
    """One object per line, with the keys of docs/running.md."""

    def __init__(self, scrub: Scrub, process: str) -> None:
        super().__init__()
        self._scrub, self._process = scrub, process

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        subject = _subject.get()
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "process": self._process,
            "pid": os.getpid(),
            "thread": threading.current_thread().name,
            "logger": record.name,
            "message": self._scrub(record.getMessage(), subject.names),
            **subject.fields,
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            trace = self.formatException(record.exc_info)
            line["traceback"] = self._scrub(trace, subject.names)
        return json.dumps(line, ensure_ascii=False, default=str)
