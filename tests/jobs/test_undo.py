"""Deleting with undo: hidden at once, back when asked in time, erased for good after that."""

import io
from datetime import timedelta

import pytest

from source.core.caller import Caller
from source.core.errors import NotFound
from source.core.options import Options
from source.jobs import UNDO, Jobs
from source.jobs.sweeper import sweep
from source.store.job import now
from tests.jobs.test_deletion import NAME, traces

ME, YOU = Caller("me"), Caller("you")


class Clock:
    def __init__(self):
        self.later = timedelta()

    def __call__(self):
        return now() + self.later


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def door(settings, clock):
    jobs = Jobs(settings, clock=clock)
    yield jobs
    jobs.close()


@pytest.fixture
def over(door, tone):
    """A job of mine that is over."""
    job = door.submit([(f"{NAME}.wav", io.BytesIO(tone))], Options(), ME)
    return door.cancel(job.id, ME)


def test_it_is_hidden_at_once_and_back_as_it_was(door, over):
    assert door.put_away(over.id, ME)
    with pytest.raises(NotFound):
        door.get(over.id, ME)
    assert door.list(ME) == [] and [job.id for job in door.away(ME)] == [over.id]
    with pytest.raises(NotFound):
        door.put_back(YOU, over.id)
    assert door.put_back(ME, over.id) == [over.id]
    assert door.get(over.id, ME) == over and door.away(ME) == []
    assert door.upload_path(over.id, ME).is_file()


def test_undoing_twice_does_not_say_that_it_was_erased(door, over):
    door.put_away(over.id, ME)
    assert door.put_back(ME, over.id) == door.put_back(ME, over.id) == [over.id]
    with pytest.raises(NotFound):
        door.put_back(YOU, over.id)


def test_after_a_moment_nothing_of_it_is_left(door, over, clock, settings):
    data = settings.path("DATA_DIR")
    door.put_away(over.id, ME)
    assert traces(data)
    clock.later = UNDO + timedelta(seconds=1)
    with pytest.raises(NotFound, match="erased already"):
        door.put_back(ME, over.id)
    assert door.away(ME) == [] and traces(data) == []


def test_the_worker_erases_what_nobody_looks_at_any_more(door, over, clock, settings):
    door.put_away(over.id, ME)
    stores = {name: getattr(door, f"_{name}") for name in ("uploads", "results")}
    day = timedelta(hours=24)
    assert sweep(door._table, **stores, moment=clock(), kept=day) == 0
    clock.later = UNDO + timedelta(seconds=1)
    assert sweep(door._table, **stores, moment=clock(), kept=day) == 1
    assert traces(settings.path("DATA_DIR")) == []


def test_erase_now_does_not_wait(door, over, settings):
    door.put_away(over.id, ME)
    door.erase_away(YOU)
    assert door.away(ME)
    door.erase_away(ME)
    assert door.away(ME) == [] and traces(settings.path("DATA_DIR")) == []


def test_what_is_not_over_is_erased_at_once(door, tone, settings):
    job = door.submit([(f"{NAME}.wav", io.BytesIO(tone))], Options(), ME)
    assert not door.put_away(job.id, ME)
    assert door.away(ME) == [] and traces(settings.path("DATA_DIR")) == []


def test_everything_can_be_brought_back(door, over, tone):
    other = door.submit([("b.wav", io.BytesIO(tone))], Options(), YOU)
    assert door.put_all_away(ME) == [over.id]
    assert door.list(ME) == [] and door.get(other.id, YOU)
    assert door.put_back(ME) == [over.id]
