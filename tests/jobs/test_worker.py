"""Real worker processes: killed, cancelled, stopped, refused, restarted."""

import io
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from source.core.options import Options
from source.jobs import worker as worker_module
from source.jobs.beside import start_beside
from source.store.lock import FileLock
from tests.jobs.fakes import ME, ROOT, SCRIPT

pytestmark = pytest.mark.slow

AUTO = Options()


@pytest.fixture
def hand_in(jobs, tone):
    return lambda name: jobs.submit([(name, io.BytesIO(tone))], AUTO, ME).id


@pytest.fixture
def state(jobs):
    return lambda job_id: jobs.get(job_id, ME).state


@pytest.fixture
def under_way(jobs):
    """Whether a job runs and has reported."""

    def look(job_id):
        job = jobs.get(job_id, ME)
        return job.state == "running" and job.progress.seconds > 0 and job

    return look


def test_twenty_at_once_all_end(jobs, hand_in, state, worker, until, data):
    worker(WORKERS=3)
    with ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(hand_in, [f"{i}.wav" for i in range(20)]))
    until(lambda: all(state(job_id) == "done" for job_id in ids))
    assert len(list((data / "results").iterdir())) == 20
    assert all(job.attempts == 1 for job in jobs.list(ME))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_worker_killed_in_mid_job_leaves_nothing_stuck(jobs, hand_in, under_way, worker, until):
    stuck, later = hand_in("slow.wav"), hand_in("tone.wav")
    first = worker(JOB_ATTEMPTS=2)
    until(lambda: under_way(stuck))
    first.kill()  # SIGKILL: it can tidy nothing
    first.wait()
    assert jobs.get(stuck, ME).state == "running"

    second = worker(JOB_ATTEMPTS=2)
    again = until(lambda: jobs.get(stuck, ME).attempts == 2 and under_way(stuck))
    assert again.error is None
    second.kill()
    second.wait()

    worker(JOB_ATTEMPTS=2)
    failed = until(lambda: (job := jobs.get(stuck, ME)).over and job)
    assert jobs.get(later, ME).state == "done"
    assert (failed.state, failed.error["code"]) == ("failed", "worker_lost")
    assert failed.ended is not None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_recording_that_kills_its_worker_does_so_twice_at_most(
    jobs, hand_in, state, settings, until
):
    poison, good = hand_in("kill.wav"), hand_in("tone.wav")
    beside = start_beside(
        settings.with_values(JOB_ATTEMPTS=2), command=[sys.executable, str(SCRIPT), "--leash"]
    )
    try:
        until(lambda: state(good) == "done")
        until(lambda: state(poison) == "failed")
    finally:
        beside.stop()
    assert jobs.get(poison, ME).attempts == 2


def test_cancelling_stops_the_work_within_moments(jobs, hand_in, state, under_way, worker, until):
    running, waiting, last = hand_in("slow.wav"), hand_in("slow.wav"), hand_in("tone.wav")
    worker()
    until(lambda: under_way(running))
    assert jobs.cancel(waiting, ME).state == "cancelled"
    assert jobs.cancel(running, ME).stopping
    until(lambda: state(running) == "cancelled", seconds=5)
    until(lambda: state(last) == "done")  # and the worker is free for the next
    assert state(waiting) == "cancelled"


def test_deleting_a_running_job_stops_it_and_leaves_nothing(
    jobs, hand_in, state, under_way, worker, until, data
):
    running, last = hand_in("slow.wav"), hand_in("tone.wav")
    worker()
    until(lambda: under_way(running))
    jobs.delete(running, ME)
    until(lambda: state(last) == "done")
    assert [p.name for p in (data / "uploads").iterdir()] == [last]
    assert [p.name for p in (data / "results").iterdir()] == [f"{last}.json"]


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
@pytest.mark.skipif(sys.platform == "win32", reason="signals do not reach a process there")
def test_a_worker_told_to_end_lets_its_job_wait(jobs, hand_in, under_way, worker, until, number):
    job_id = hand_in("slow.wav")
    process = worker()
    until(lambda: under_way(job_id))
    process.send_signal(getattr(signal, number))
    assert process.wait(20) == 0
    waiting = jobs.get(job_id, ME)
    assert (waiting.state, waiting.attempts) == ("waiting", 0)
    worker()
    until(lambda: under_way(job_id))


def test_an_analysis_that_does_not_listen_cannot_keep_the_worker(
    jobs, hand_in, state, under_way, worker, until
):
    deaf, tone = hand_in("deaf.wav"), hand_in("tone.wav")
    process = worker("--leash", WORKERS=2)
    until(lambda: under_way(deaf))
    until(lambda: state(tone) == "done")
    process.stdin.close()
    assert process.wait(20) == 0
    assert jobs.get(deaf, ME).state == "waiting"


def test_a_job_that_cannot_be_cancelled_ends_with_its_process(
    jobs, hand_in, state, under_way, worker, until
):
    deaf = hand_in("deaf.wav")
    process = worker()
    until(lambda: under_way(deaf))
    jobs.cancel(deaf, ME)
    assert process.wait(30) == worker_module.DEAF
    assert state(deaf) == "cancelled"


def test_a_second_worker_is_refused(jobs, hand_in, state, worker, until):
    job_id = hand_in("tone.wav")
    assert jobs.worker_seen() is None
    first = worker()
    until(lambda: state(job_id) == "done")
    assert datetime.now(UTC) - jobs.worker_seen() < timedelta(minutes=1)
    assert worker().wait(20) == worker_module.OCCUPIED
    assert first.poll() is None


def test_a_worker_beside_is_started_again_and_ends_when_told(hand_in, state, settings, until):
    beside = start_beside(settings, command=[sys.executable, str(SCRIPT), "--leash"])
    try:
        first = beside.process
        job_id = hand_in("tone.wav")
        until(lambda: state(job_id) == "done")
        first.kill()
        until(lambda: beside.process is not first)
        job_id = hand_in("tone.wav")
        until(lambda: state(job_id) == "done")
    finally:
        beside.stop()
    assert beside.process.poll() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM"])
def test_a_worker_beside_ends_with_its_web_process(
    hand_in, state, settings, data, until, number, tmp_path
):
    """However that dies."""
    script = tmp_path / "web.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(ROOT)!r})
        from source.jobs.beside import start_beside
        from source.settings import Settings
        beside = start_beside(Settings.load(), command=[sys.executable, {str(SCRIPT)!r}, "--leash"])
        input()
    """)
    )
    environment = {**os.environ, **{n: str(v) for n, v in settings.values.items()}}
    web = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
    )
    job_id = hand_in("tone.wav")
    until(lambda: state(job_id) == "done")
    web.send_signal(getattr(signal, number))
    web.wait(20)
    web.stdin.close()
    lock = FileLock(data / "worker.lock")
    until(lock.take, seconds=20)  # the system gave it back: the worker is gone
    lock.give_back()
