"""What is put right after a crash, and what is deleted in time."""

import io
import os
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from source.core.errors import NotFound
from source.core.options import Options
from source.jobs import Jobs, recovery
from source.jobs.queue import Queue
from source.jobs.recovery import Watch
from source.jobs.sweeper import GRACE, Trust, sweep
from source.store.job import now
from source.store.results import Results
from source.store.uploads import Uploads
from tests.jobs.fakes import ME, analyse

DAY = timedelta(days=1)


@pytest.fixture
def queue(data, jobs):
    queue = Queue(data)
    yield queue
    queue.close()


@pytest.fixture
def job(jobs, tone):
    return jobs.submit([("tone.wav", io.BytesIO(tone))], Options(), ME)


def recover(table, queue, *, worker="home:new", active=(), watch=None, **values):
    values = {"alone": watch is None, "attempts": 2, "tidy": lambda _: None, **values}
    watch = watch or Watch(60)
    return recovery.recover(
        table, queue, worker=worker, active=lambda: active, watch=watch, **values
    )


def test_a_job_of_a_dead_worker_gets_a_second_attempt_and_no_third(jobs, job, table, queue):
    table.take_up(job.id, worker="home:old")
    assert recover(table, queue) >= 1
    assert (jobs.get(job.id, ME).state, jobs.get(job.id, ME).attempts) == ("waiting", 1)
    table.take_up(job.id, worker="home:new")
    recover(table, queue, worker="home:newer")
    failed = jobs.get(job.id, ME)
    assert (failed.state, failed.error["code"]) == ("failed", "worker_lost")
    assert failed.error["status"] == 503 and "2 times" in failed.error["message"]


def test_a_job_that_was_being_cancelled_is_cancelled(jobs, job, table, queue):
    table.take_up(job.id, worker="home:old")
    jobs.cancel(job.id, ME)
    recover(table, queue)
    assert jobs.get(job.id, ME).state == "cancelled"


def test_the_jobs_of_the_living_are_left_alone(jobs, job, table, queue):
    table.take_up(job.id, worker="home:new")
    recover(table, queue, active={job.id})
    assert jobs.get(job.id, ME).state == "running"
    recover(table, queue, worker="elsewhere:x", watch=Watch(60))  # its heartbeat may be fresh
    assert jobs.get(job.id, ME).state == "running"
    recover(table, queue)  # its own, but it knows nothing of it
    assert jobs.get(job.id, ME).state == "waiting"


def test_a_worker_elsewhere_is_gone_after_a_long_silence(jobs, job, table, queue):
    """Whatever the clocks say: only that its heartbeat stays the same counts."""
    clock = [0.0]
    watch = Watch(60, steady=lambda: clock[0])

    def state_at(seconds):
        clock[0] = seconds
        recover(table, queue, worker="elsewhere:x", watch=watch)
        return jobs.get(job.id, ME).state

    table.take_up(job.id, worker="home:old")
    assert [state_at(0), state_at(59)] == ["running", "running"]
    table.beat(worker="home:old")
    assert [state_at(61), state_at(120)] == ["running", "running"]
    assert state_at(121) == "waiting"


def test_two_workers_that_miss_a_third_give_its_job_back_once(jobs, job, table, queue, monkeypatch):
    table.take_up(job.id, worker="home:old")
    found, tidied = table.running(), []
    monkeypatch.setattr(table, "running", lambda: found)  # both read it before either acts
    for worker in ("a:1", "b:1"):
        recover(table, queue, worker=worker, tidy=tidied.append)
    assert tidied == [job.id]
    assert (jobs.get(job.id, ME).state, jobs.get(job.id, ME).attempts) == ("waiting", 1)


def test_a_worker_that_lost_its_job_to_another_changes_nothing(jobs, job, table, queue, data):
    """It was taken for dead while its machine stood still, and goes on as if nothing had been."""
    table.take_up(job.id, worker="home:old")
    recover(table, queue)
    table.take_up(job.id, worker="home:new")
    late = {"publish": pytest.fail, "kept": DAY}
    assert not table.wanted(job.id, worker="home:old")
    assert not table.finish(job.id, worker="home:old", **late)
    assert not table.end(job.id, worker="home:old", state="failed")
    assert jobs.get(job.id, ME).state == "running"


def test_a_lost_queue_is_filled_again(jobs, job, table, queue, data):
    assert queue.ids() == {job.id}
    assert recover(table, queue) == 0
    queue.close()
    for path in data.glob("queue.db*"):
        path.unlink()
    fresh = Queue(data)
    assert recover(table, fresh) == 1 and fresh.ids() == {job.id}
    fresh.close()


def test_what_expired_is_swept_and_nothing_else(jobs, runner, settings, data, tone):
    from source.store.database import Database
    from source.store.table import JobTable

    old, young = (jobs.submit([("x.wav", io.BytesIO(tone))], Options(), ME) for _ in range(2))
    runner(analyse).work(old.id)
    runner(analyse).work(young.id)
    moment = jobs.get(old.id, ME).expires
    database = Database("", folder=data)
    later = JobTable(database, clock=lambda: moment)
    assert sweep(later, Uploads(data), Results(data), moment=moment, kept=DAY) == 1
    with pytest.raises(NotFound):
        jobs.get(old.id, ME)
    assert {p.name for p in (data / "uploads").iterdir()} == {young.id}
    assert {p.stem for p in (data / "results").iterdir()} == {young.id}
    assert jobs.result(young.id, ME)
    database.close()


@pytest.mark.parametrize("damage", ["yesterday", "", 5, b"\xff"], ids=str)
def test_a_job_whose_time_is_damaged_is_swept_as_if_it_were_not(jobs, settings, data, tone, damage):
    from source.store.database import Database
    from source.store.table import JobTable

    good, bad, worse = (jobs.submit([("x.wav", io.BytesIO(tone))], Options(), ME) for _ in "abc")
    with closing(sqlite3.connect(data / "aver.db")) as file:
        file.execute("UPDATE jobs SET expires = ? WHERE id != ?", (damage, good.id))
        file.execute("UPDATE jobs SET created = 'x' WHERE id = ?", (worse.id,))
        file.commit()
    moment = bad.created
    database = Database("", folder=data)
    table = JobTable(database, clock=lambda: moment)

    def swept() -> set[str]:
        sweep(table, Uploads(data), Results(data), moment=moment, kept=DAY)
        return {bad.id, good.id, worse.id} - table.ids()

    assert swept() == {worse.id}  # nothing says when it came
    moment = bad.created + DAY - timedelta(seconds=1)
    assert swept() == {worse.id}
    moment = bad.created + DAY
    assert swept() == {worse.id, bad.id, good.id}
    assert os.listdir(data / "uploads") == []
    database.close()


def test_a_running_job_outlives_its_time_until_it_ends(jobs, job, table, data):
    from source.store.database import Database
    from source.store.table import JobTable

    table.take_up(job.id, worker="home:me")
    database = Database("", folder=data)
    later = JobTable(database, clock=lambda: job.expires + timedelta(days=1))
    assert sweep(later, Uploads(data), Results(data), moment=now(), kept=DAY) == 0
    assert later.get(job.id, owner=ME.owner).state == "running"
    database.close()


def test_orphans_are_swept_when_they_are_old(jobs, job, table, data):
    uploads, results = Uploads(data), Results(data)
    (uploads.folder / "lost").mkdir()
    (uploads.folder / "lost" / "file").write_bytes(b"x")
    for name in ("lost.json", f"{job.id}.json.ab12.tmp"):
        (results.folder / name).write_bytes(b"{}")
    assert (
        sweep(table, uploads, results, moment=now(), kept=DAY) == 0
    )  # it may be arriving just now
    assert (
        sweep(table, uploads, results, moment=now() + GRACE + timedelta(seconds=5), kept=DAY) == 3
    )
    assert [p.name for p in uploads.folder.iterdir()] == [job.id]
    assert list(results.folder.iterdir()) == []
    assert os.listdir(uploads.folder / job.id) == list(job.files)


def test_a_clock_that_jumps_ahead_deletes_nothing_for_a_while():
    clock, seconds = now(), 0.0
    trust = Trust(clock=lambda: clock, steady=lambda: seconds)

    def later(*, by_the_clock, in_truth):
        nonlocal clock, seconds
        clock, seconds = clock + timedelta(seconds=by_the_clock), seconds + in_truth
        return trust.earned()

    assert later(by_the_clock=60, in_truth=60)
    assert later(by_the_clock=-DAY.total_seconds(), in_truth=60)  # back: nothing expires early
    assert not later(by_the_clock=2 * DAY.total_seconds(), in_truth=60)
    assert not later(by_the_clock=60, in_truth=60)
    assert later(by_the_clock=GRACE.total_seconds(), in_truth=GRACE.total_seconds())


def test_a_job_that_came_while_the_clock_was_ahead_is_kept_as_long_as_others(settings, tone, data):
    moment = now() + 3650 * DAY
    door = Jobs(settings, clock=lambda: moment)
    job = door.submit([("x.wav", io.BytesIO(tone))], Options(), ME)
    moment = now()  # the clock is put right
    stores = {"moment": moment, "kept": DAY}
    sweep(door._table, Uploads(data), Results(data), **stores)
    assert door.get(job.id, ME).expires == moment + DAY
    moment += DAY
    assert sweep(door._table, Uploads(data), Results(data), **stores) == 1
    assert os.listdir(data / "uploads") == []
    door.close()
