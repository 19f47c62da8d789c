"""A program that knows nothing of our pages, and jobs that are done as soon as they are sent."""

import io
from dataclasses import replace

from source.core.emotions import VIEWS
from source.core.older import ANY, COUNT, FLAG, NUMBER, SCORES, TEXT
from tests.web.fakes import FakeJobs

JPEG = b"\xff\xd8\xff\xe0" + bytes(64)


class Program:
    """Keeps cookies like a jar, and has no form."""

    def __init__(self, app, files=None, **headers):
        self.client = app.test_client()
        self.headers = headers
        self.files = files or {}

    def get(self, address, **values):
        return self.client.get(address, headers=self.headers, buffered=True, **values)

    def send(self, address, *fields, **headers):
        """Fields as a row of the table has them: ``("file", "@clip.mp4")``."""
        form = {}
        for name, value in fields:
            form.setdefault(name, []).append(self._value(value))
        return self.client.post(
            address,
            data=form,
            content_type="multipart/form-data",
            headers={**self.headers, **headers},
            buffered=True,
        )

    def ask(self, row, **varying):
        """Ask for a row of the table as its example does."""
        path = row.example
        for name, value in varying.items():
            path = path.replace(name, value)
        return self.get(path) if row.method == "GET" else self.send(path, *row.sends)

    def _value(self, value):
        if not value.startswith("@"):
            return value
        return (io.BytesIO(self.files.get(value[1:], b"some video")), value[1:])


class AtOnce(FakeJobs):
    """Jobs that have a Result, or failed, or wait, as the test wants, when they are sent."""

    def __init__(self, folder):
        super().__init__(folder)
        self.gives = None

    def submit(self, files, options, caller, *, baseline=None):
        job = super().submit(files, options, caller, baseline=baseline)
        if self.gives is None:
            return job
        if isinstance(self.gives, Exception):
            return self.change(job.id, state="failed", error=self.gives.to_dict()["error"])
        return self.finish(job.id, replace(self.gives, id=job.id))


KINDS = {TEXT: str, NUMBER: (int, float), COUNT: int, FLAG: bool, ANY: object}


def check(shape, answer, view, where="answer"):
    """Fail where an answer has not the keys and types of a shape; null only where it may be."""
    if isinstance(shape, dict):
        assert isinstance(answer, dict) and list(answer) == list(shape), where
        for key, inner in shape.items():
            check(inner, answer[key], view, f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(answer, list), where
        for index, entry in enumerate(answer):
            assert shape, f"{where} is to be empty"
            check(shape[0], entry, view, f"{where}[{index}]")
    else:
        kind, _, null = shape.partition(" or ") if shape != FLAG else (shape, "", "")
        if answer is None:
            assert null == "null" or kind == ANY, where
        elif kind == SCORES:
            assert list(answer) == list(VIEWS[view]) or set(answer) < set(VIEWS[view]), where
            assert all(isinstance(score, float) for score in answer.values()), where
        else:
            assert isinstance(answer, KINDS[kind]), where
            assert kind == FLAG or not isinstance(answer, bool), where


def has_value(answer):
    """Whether anything in an answer is not null: keys alone would prove little."""
    if isinstance(answer, dict):
        return any(map(has_value, answer.values()))
    if isinstance(answer, list):
        return any(map(has_value, answer))
    return answer is not None
