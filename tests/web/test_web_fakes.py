"""`FakeJobs` answers as the real `Jobs` do, so that what is tested with it holds."""

import inspect
import io

import pytest

from source.core.caller import Caller
from source.core.errors import AverError
from source.core.options import Options
from source.jobs import Job, Jobs
from tests.web.fakes import FakeJobs
from tests.web.test_web_names import grey

ME, YOU = Caller("me"), Caller("you")
HELPERS = {"change", "finish"}
"""What a test does with a fake."""
FOR_PROGRAMS = {"hand_in", "begin_request", "end_request", "webhooks", "waiting"}
"""What only the API and the pressure on uploads ask for; they are tested with real jobs."""


def _methods(cls):
    return {
        name: [(p.name, p.kind, p.default) for p in inspect.signature(method).parameters.values()]
        for name, method in inspect.getmembers(cls, inspect.isfunction)
        if not name.startswith("_") and name not in HELPERS
    }


def test_both_have_the_same_methods_with_the_same_signatures():
    real = _methods(Jobs)
    assert set(real) >= FOR_PROGRAMS
    assert _methods(FakeJobs) == {n: s for n, s in real.items() if n not in FOR_PROGRAMS}


@pytest.fixture
def both(settings, tmp_path):
    real = Jobs(settings)
    yield real, FakeJobs(tmp_path / "fake")
    real.close()


def _picture(name="a.png", content=None):
    return name, io.BytesIO(grey() if content is None else content)


def _plain(value):
    """An answer without what differs from one store to the next: names on disk and times."""
    if isinstance(value, Job):
        error = value.error and value.error["code"]
        return (value.session, value.names, value.analysis, value.state, value.kind, error)
    if isinstance(value, AverError):
        return type(value)
    if isinstance(value, (list, tuple)) and not isinstance(value, str):
        return [_plain(part) for part in value]
    return value


def _answer(call, jobs, job_id):
    try:
        return _plain(call(jobs, job_id))
    except AverError as error:
        return type(error)


CALLS = {
    "get": lambda jobs, job: jobs.get(job, ME),
    "get another's": lambda jobs, job: jobs.get(job, YOU),
    "get none": lambda jobs, job: jobs.get("01JNONE", ME),
    "list": lambda jobs, job: jobs.list(ME),
    "list one": lambda jobs, job: jobs.list(ME, limit=1),
    "list older": lambda jobs, job: jobs.list(ME, before=job),
    "list another's": lambda jobs, job: jobs.list(YOU),
    "result of a waiting one": lambda jobs, job: jobs.result(job, ME),
    "result of another's": lambda jobs, job: jobs.result(job, YOU),
    "find before it is done": lambda jobs, job: jobs.find("a.png", ME),
    "a file": lambda jobs, job: jobs.upload_path(job, ME).read_bytes() == grey(),
    "no such file": lambda jobs, job: jobs.upload_path(job, ME, 1),
    "another's file": lambda jobs, job: jobs.upload_path(job, YOU),
    "shown": lambda jobs, job: (lambda s: (s.type, s.sort, s.copy))(jobs.shown(job, ME)),
    "not shown to another": lambda jobs, job: jobs.shown(job, YOU),
    "copy of another's": lambda jobs, job: jobs.ask_for_copy(job, YOU),
    "drawings": lambda jobs, job: jobs.drawings(job, ME),
    "another's drawings": lambda jobs, job: jobs.drawings(job, YOU),
    "ahead": lambda jobs, job: jobs.ahead(jobs.get(job, ME)),
    "cancel": lambda jobs, job: jobs.cancel(job, ME),
    "cancel another's": lambda jobs, job: jobs.cancel(job, YOU),
    "result of a cancelled one": lambda jobs, job: (jobs.cancel(job, ME), jobs.result(job, ME)),
    "delete": lambda jobs, job: (jobs.delete(job, ME), jobs.list(ME)),
    "delete another's": lambda jobs, job: jobs.delete(job, YOU),
    "delete all": lambda jobs, job: (jobs.delete_all(ME) == [job], jobs.list(ME)),
    "delete all of nobody": lambda jobs, job: (jobs.delete_all(YOU), len(jobs.list(ME))),
    "submit nothing": lambda jobs, job: jobs.submit([], Options(), ME),
    "submit an empty file": lambda jobs, job: jobs.submit([_picture(content=b"")], Options(), ME),
    "submit something else": lambda jobs, job: jobs.submit(
        [_picture(content=b"not media")], Options(), ME
    ),
    "submit good and bad": lambda jobs, job: jobs.submit_each(
        [_picture("b.png"), _picture("c.png", b"")], Options(), ME
    ),
    "unread": lambda jobs, job: (
        jobs.submit_each([_picture("c.png", b"")], Options(), ME),
        jobs.unread(ME),
        jobs.unread(YOU),
        jobs.list(ME),
    ),
    "dismiss": lambda jobs, job: (
        jobs.submit_each([_picture("c.png", b"")], Options(), ME),
        jobs.dismiss(ME),
        jobs.unread(ME),
        len(jobs.list(ME)),
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_both_answer_the_same(both, name):
    answers = []
    for jobs in both:
        job = jobs.submit([_picture()], Options(analysis="image"), ME)
        answers.append(_answer(CALLS[name], jobs, job.id))
    assert answers[0] == answers[1]
