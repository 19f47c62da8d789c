"""One machine to many: PostgreSQL, Redis and a store as S3, two workers, one killed in mid-job."""

import io
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from source.core.errors import AverError, NotFound
from source.core.options import Options
from source.jobs import Jobs
from source.settings import Settings
from tests.jobs import servers
from tests.jobs.fakes import ME, ROOT, SCRIPT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="These servers are not for Windows."),
]

CURE = "install postgresql and redis-server from the system's packages, and requirements-scale-dev"


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Settings of a database, a queue and a store that several machines share."""
    for name in ("initdb", "postgres", "redis-server"):
        if servers.program(name) is None:
            pytest.skip(f"There is no {name} on this machine: {CURE}.")
    for name in ("pg8000", "redis", "s3fs", "moto", "flask_cors"):
        pytest.importorskip(name, reason=f"The package {name} is not installed: {CURE}.")
    folder = tmp_path_factory.mktemp("machines")
    with ExitStack() as stack:
        made = {}
        threads = []
        for name, server in {
            "DATABASE_URL": servers.postgres,
            "QUEUE_URL": servers.redis,
            "STORAGE_URL": servers.objects,
        }.items():
            made[name] = server(folder)
        urls = {}

        def enter(name):
            urls[name] = made[name].__enter__()

        for name in made:
            threads.append(threading.Thread(target=enter, args=(name,)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        for name in urls:
            stack.push(made[name].__exit__)
        assert set(urls) == set(made)
        yield urls


@pytest.fixture
def machine(shared, tmp_path):
    """Makes the settings of one machine: a data folder of its own, all else shared."""

    def make(name: str, **values) -> Settings:
        place = {"DATA_DIR": str(tmp_path / name), "LEASE_SECONDS": 2}
        return Settings.load({}, root=tmp_path).with_values(**{**place, **shared, **values})

    return make


@pytest.fixture
def door(machine):
    jobs = Jobs(machine("web"))
    yield jobs
    jobs.delete_all(ME)
    jobs.close()


@pytest.fixture
def start(machine):
    """Starts workers, each on a machine of its own; none outlives the test."""
    started = []

    def begin(name, **values):
        used = machine(name, **values)
        environment = {**os.environ, **{key: str(value) for key, value in used.values.items()}}
        started.append(
            subprocess.Popen(
                [sys.executable, str(SCRIPT)],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )
        )  # fmt: skip
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def until(what, *, seconds=60.0):
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not (found := what()):
        assert time.monotonic() < deadline, "It did not happen in time."
        pause.wait(0.1)
    return found


def stored(door) -> list[str]:
    """What there is in the store, below its folder."""
    storage = door._uploads.storage
    return [key.removeprefix("aver/one/") for key in storage._files().find("aver/one")]


def test_one_of_two_workers_is_killed_in_mid_job_and_all_jobs_end_once(door, start, tone, tmp_path):
    send = lambda name: door.submit([(name, io.BytesIO(tone))], Options(), ME).id  # noqa: E731
    first = send("long.wav")
    killed = start("one")
    until(lambda: door.get(first, ME).progress.seconds > 0)
    others = [send(f"{number}.wav") for number in range(8)]
    survivor = start("two")
    killed.kill()
    killed.wait()
    until(lambda: all(door.get(job_id, ME).over for job_id in [first, *others]))
    assert survivor.poll() is None
    jobs = [door.get(job_id, ME) for job_id in [first, *others]]
    assert Counter(job.state for job in jobs) == {"done": 9}
    assert [job.attempts for job in jobs] == [2, *[1] * 8]
    assert [door.result(job.id, ME).id for job in jobs] == [job.id for job in jobs]
    kept = stored(door)
    assert len([key for key in kept if key.startswith("results/")]) == 9
    assert len([key for key in kept if key.startswith("uploads/")]) == 9
    fetched = tmp_path / "two" / "fetched" / "worker"
    assert [path for path in fetched.rglob("*") if path.is_file()] == []  # removed after


def test_what_one_machine_stored_another_reads_and_deletes(door, machine, tone):
    job = door.submit([("tone.wav", io.BytesIO(tone))], Options(), ME)
    other = Jobs(machine("another"))
    path = other.upload_path(job.id, ME)
    assert not path.exists() and other.local(path).read_bytes() == tone
    assert other.shown(job.id, ME).sort == "audio"
    again = other.again(job.id, ME)
    assert door.local(door.upload_path(again.id, ME)).read_bytes() == tone
    for one in (job, again):
        other.delete(one.id, ME)
    assert stored(door) == []
    with pytest.raises(NotFound):
        door.upload_path(job.id, ME)
    other.close()


def test_a_file_that_is_refused_is_not_in_the_store(door):
    with pytest.raises(AverError):
        door.submit([("notes.txt", io.BytesIO(b"some words"))], Options(), ME)
    assert stored(door) == []


@pytest.mark.parametrize("broken", ["DATABASE_URL", "QUEUE_URL", "STORAGE_URL"])
def test_a_server_that_is_away_is_one_sentence_without_its_password(
    machine, shared, tone, broken, caplog
):
    url = urlsplit(shared[broken])
    port = servers.free_port()
    away = shared[broken].replace(str(url.port or urlsplit(url.query[9:]).port), str(port))
    with caplog.at_level(logging.DEBUG), ExitStack() as stack:
        try:
            door = Jobs(machine("cut off", **{broken: away}))
            stack.callback(door.close)
            job = door.submit([("tone.wav", io.BytesIO(tone))], Options(), ME)
        except AverError as error:
            assert broken != "QUEUE_URL" and error.status == 503
            told = str(error)
        else:  # the job is written down; whoever works finds it there
            assert broken == "QUEUE_URL" and job.state == "waiting"
            told = ""
            door.delete(job.id, ME)
    assert url.password and url.password not in told + caplog.text
