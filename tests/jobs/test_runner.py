"""What a worker does with a job, one at a time and in this process."""

import io
import json
from types import SimpleNamespace

import pytest

from source.core.errors import AverError, Cancelled, Damaged, DiskFull, NotFound
from source.core.options import Options
from source.core.progress import Progress
from source.jobs import run as run_module
from source.store.uploads import Uploads
from tests.jobs.fakes import ME, YOU, analyse, result

AUTO = Options()


@pytest.fixture
def job(jobs, tone):
    return jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)


def test_a_job_that_is_done_has_a_result_and_a_headline(jobs, job, runner, data):
    runner(analyse).work(job.id)
    done = jobs.get(job.id, ME)
    assert (done.state, done.attempts, done.error) == ("done", 1, None)
    assert done.headline == {
        "label": "happy", "score": 0.8, "certain": True, "filled": 0.8,
        "text": "Reads as happy", "share": "80 %",
    }  # fmt: skip
    assert done.created <= done.started <= done.ended < done.expires
    assert done.progress.stage == "done"
    assert jobs.result(job.id, ME).id == job.id
    written = json.loads((data / "results" / f"{job.id}.json").read_text("utf-8"))
    assert written["version"] == 1
    assert len(list((data / "results").iterdir())) == 1


def test_a_result_is_found_by_the_name_of_its_file(jobs, job, runner, tone):
    with pytest.raises(NotFound):
        jobs.find("tone.wav", ME)  # not done yet
    second = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)
    other = jobs.submit([("tone.mp3", io.BytesIO(tone))], AUTO, YOU)
    for one in (job, second, other):
        runner(analyse).work(one.id)
    newest = max(job.id, second.id)
    assert jobs.find("tone.wav", ME).id == jobs.find("tone", ME).id == newest
    for name in ("tone.mp3", "one", "tone.w", "TONE"):
        with pytest.raises(NotFound):
            jobs.find(name, ME)


def test_a_job_is_done_once(jobs, job, runner):
    calls = []

    def count(*args, **more):
        calls.append(args)
        runner(count).work(job.id)  # another thread was given the same name
        return result()

    runner(count).work(job.id)
    runner(count).work(job.id)
    assert len(calls) == 1 and jobs.get(job.id, ME).state == "done"


def test_a_job_that_is_looked_at_before_it_is_taken_up_is_not_cancelled(
    jobs, job, runner, table, monkeypatch
):
    take_up = table.take_up

    def late(*args, **more):  # the worker's housekeeping looks at every run, also just now
        assert [run.deaf_for() for run in mine.runs()] == [0.0]
        return take_up(*args, **more)

    monkeypatch.setattr(table, "take_up", late)
    mine = runner(analyse)
    mine.work(job.id)
    assert jobs.get(job.id, ME).state == "done"


def test_the_analysis_is_given_what_was_asked(jobs, runner, tone, picture, data):
    sent = [("v.wav", io.BytesIO(tone)), ("f.png", io.BytesIO(picture))]
    [job], _ = jobs.submit_each(sent, Options(analysis="combined", fps=2.0), ME)
    seen = {}

    def look(recordings, options, **more):
        seen.update(more, recordings=recordings, options=options)
        return result()

    runner(look).work(job.id)
    assert [r.path.read_bytes() for r in seen["recordings"]] == [picture, tone]
    assert seen["options"] == Options(analysis="combined", fps=2.0)
    assert [r.name for r in seen["recordings"]] == ["f.png", "v.wav"]
    assert seen["settings"].path("DATA_DIR") == data


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (Damaged("tone.wav", "it ends in the middle"), "damaged"),
        (RuntimeError("index out of range"), "error"),
        (MemoryError(), "error"),
    ],
    ids=["bad recording", "our fault", "memory"],
)
def test_a_job_that_fails_says_why_in_a_sentence(jobs, job, runner, raised, code):
    def fail(*_, **__):
        raise raised

    runner(fail).work(job.id)
    failed = jobs.get(job.id, ME)
    assert failed.state == "failed" and failed.error["code"] == code and failed.headline is None
    assert "index out of range" not in failed.error["message"]
    with pytest.raises(AverError) as told:
        jobs.result(job.id, ME)
    assert told.value.to_dict()["error"] == failed.error


def test_progress_is_seen_but_written_sparingly(jobs, job, runner, table, monkeypatch):
    written = []
    report = table.report
    monkeypatch.setattr(table, "report", lambda *a, **k: (written.append(a), report(*a, **k)))
    seen = []

    def work(*_, on_progress, **__):
        for i in range(2000):
            on_progress(Progress("reading", i / 10, 200.0, i, 3))
        seen.append(jobs.get(job.id, ME))
        on_progress(Progress("fusing", 200.0, 200.0, 9, 3))
        seen.append(jobs.get(job.id, ME))
        return result()

    runner(work).work(job.id)
    assert seen[0].state == "running"
    assert (seen[0].progress.stage, seen[0].progress.utterances) == ("reading", 3)
    assert seen[1].progress.stage == "fusing"
    assert 2 <= len(written) <= 4  # 2000 calls took well below half a second


def test_cancelling_stops_the_work(jobs, job, runner, data):
    def work(*_, cancelled, **__):
        assert not cancelled()
        assert jobs.cancel(job.id, ME).stopping
        while not cancelled():
            pass
        raise Cancelled()

    runner(work).work(job.id)
    assert jobs.get(job.id, ME).state == "cancelled"
    assert list((data / "results").iterdir()) == []


def test_a_job_cancelled_at_the_last_moment_has_no_result(jobs, job, runner, data):
    def work(*_, **__):
        jobs.cancel(job.id, ME)
        return result()

    runner(work).work(job.id)
    assert jobs.get(job.id, ME).state == "cancelled"
    assert list((data / "results").iterdir()) == []


def test_a_running_job_that_is_deleted_leaves_nothing(jobs, job, runner, data):
    def work(*_, cancelled, **__):
        jobs.delete(job.id, ME)
        assert run_module.LOOK_EVERY <= 0.3
        return result()

    runner(work).work(job.id)
    assert jobs.list(ME) == []
    assert list((data / "results").iterdir()) + list((data / "uploads").iterdir()) == []


def test_the_time_limit_ends_a_job(jobs, job, runner):
    def work(*_, cancelled, **__):
        while not cancelled():
            pass
        raise Cancelled()

    runner(work, JOB_MINUTES=0.001).work(job.id)
    failed = jobs.get(job.id, ME)
    assert (failed.state, failed.error["code"]) == ("failed", "timed_out")


def test_drawings_that_take_too_long_cost_no_result(jobs, tone, runner):
    def slowly(recordings, result, options, place, *, cancelled, **_):
        place.with_name("drawing_annotated.mp4").write_bytes(b"half of it")
        while not cancelled():
            pass
        raise Cancelled()

    job = jobs.submit([("tone.wav", io.BytesIO(tone))], Options(annotate=True), ME)
    runner(analyse, draw=slowly, JOB_MINUTES=0.001).work(job.id)
    assert jobs.get(job.id, ME).state == "done"
    assert jobs.result(job.id, ME).id == job.id
    files, (missing,) = jobs.drawings(job.id, ME)
    assert files == []
    assert "time limit" in missing


@pytest.mark.parametrize("late", [False, True])
def test_a_disk_that_is_full_when_drawings_are_dismiss_costs_no_result(
    jobs, tone, runner, monkeypatch, late
):
    def draw(recordings, result, options, place, *, cancelled, **_):
        while late and not cancelled():
            pass
        if late:
            raise Cancelled()
        return SimpleNamespace(files=[], missing=[], failed=[])

    def full(*_):
        raise DiskFull()

    monkeypatch.setattr(Uploads, "publish_drawings", full)
    job = jobs.submit([("tone.wav", io.BytesIO(tone))], Options(annotate=True), ME)
    runner(analyse, draw=draw, JOB_MINUTES=0.001 if late else 1).work(job.id)
    assert jobs.get(job.id, ME).state == "done"
    assert jobs.result(job.id, ME).id == job.id


def test_a_job_cancelled_while_it_draws_has_no_result(jobs, tone, runner):
    def asked(*_, cancelled, **__):
        jobs.cancel(job.id, ME)
        while not cancelled():
            pass
        raise Cancelled()

    job = jobs.submit([("tone.wav", io.BytesIO(tone))], Options(annotate=True), ME)
    runner(analyse, draw=asked).work(job.id)
    assert jobs.get(job.id, ME).state == "cancelled"


def test_a_worker_that_has_to_end_lets_its_job_wait(jobs, job, runner):
    over = []

    def work(*_, cancelled, **__):
        over.append(True)
        assert cancelled()
        raise Cancelled()

    runner(work, over=lambda: bool(over)).work(job.id)
    waiting = jobs.get(job.id, ME)
    assert (waiting.state, waiting.attempts, waiting.error) == ("waiting", 0, None)
    runner(work, over=lambda: True).work(job.id)  # and takes up no other
    assert jobs.get(job.id, ME).state == "waiting"
    runner(analyse).work(job.id)
    assert jobs.get(job.id, ME).state == "done"


def test_a_result_that_cannot_be_written_fails_the_job(jobs, job, runner, data):
    def work(*_, **__):
        (data / "results").rmdir()
        return result()

    runner(work).work(job.id)
    assert jobs.get(job.id, ME).state == "failed"
