"""What is deleted is gone: from every file under the data folder, byte for byte."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from source.core.caller import Caller
from source.core.errors import AverError, Damaged, EmptyFile, NotFound
from source.core.options import Options
from source.jobs import Jobs
from source.jobs.sweeper import sweep
from source.store import database as database_module
from source.store.results import Results
from source.store.uploads import Uploads
from tests.jobs.fakes import ME, YOU, result

NAME = "Interview-Zanzibar-7391"
ODD = 1234.5678
"""A value of an option that stands nowhere else."""

STATES = ["waiting", "running", "done", "failed", "cancelled", "refused"]


def traces(data):
    """Files under a folder, by name or by content, that tell of the recording."""
    wanted = [NAME.encode(), str(ODD).encode(), NAME.encode("utf-16-le")]
    return [
        str(path.relative_to(data))
        for path in sorted(data.rglob("*"))
        if NAME in path.name or (path.is_file() and any(w in path.read_bytes() for w in wanted))
    ]


@pytest.fixture
def make(jobs, table, runner, tone):
    """Makes a job of a recording in a state, as it comes to be in that state."""

    def made(state, name=f"{NAME}.wav", owner=ME):
        seconds = ODD if NAME in name else None
        options = Options(seconds=seconds)
        if state == "refused":
            [(_, error)] = jobs.submit_each([(name, io.BytesIO(b""))], options, owner)[1]
            assert isinstance(error, EmptyFile)
            return jobs.list(owner)[0]
        job = jobs.submit([(name, io.BytesIO(tone))], options, owner)
        if state == "running":
            table.take_up(job.id, worker="home:me")
        elif state == "cancelled":
            jobs.cancel(job.id, owner)
        elif state in ("done", "failed"):

            def analyse(recordings, *_, **__):
                names = [recording.name for recording in recordings]
                if state == "failed":
                    raise Damaged(names[0], "cut off")
                return replace(result(names), options={"seconds": seconds})

            runner(analyse).work(job.id)
        assert jobs.get(job.id, owner).state == state
        return job

    return made


@pytest.mark.parametrize("state", STATES)
def test_a_deleted_job_leaves_no_trace(jobs, data, make, state):
    kept = make("done", name="another.wav", owner=YOU)
    job = make(state)
    assert traces(data)  # the test can find what it looks for
    jobs.delete(job.id, ME)
    assert traces(data) == []
    assert jobs.result(kept.id, YOU).source.name == "another.wav"
    with pytest.raises(NotFound):
        jobs.get(job.id, ME)


def test_deleting_everything_leaves_no_trace_and_others_alone(jobs, data, make):
    for state in STATES:
        make(state)
    other = make("done", name="another.wav", owner=YOU)
    assert len(jobs.delete_all(ME)) == len(STATES)
    assert traces(data) == [] and jobs.list(ME) == []
    assert jobs.get(other.id, YOU).state == "done"
    assert jobs.delete_all(ME) == []


@pytest.mark.parametrize("state", [s for s in STATES if s != "running"])
def test_what_expires_leaves_no_trace(jobs, table, data, make, state):
    make(state)
    later = datetime.now(UTC) + timedelta(hours=25)
    table._clock = lambda: later
    assert sweep(table, Uploads(data), Results(data), moment=later, kept=timedelta(days=1)) >= 1
    assert traces(data) == []


def test_drawings_and_their_sentences_go_too(jobs, data, make):
    job = make("done")
    uploads = Uploads(data)
    folder = uploads.drawing_folder(job.id)
    (folder / "drawing_annotated.jpg").write_bytes(NAME.encode())
    uploads.publish_drawings(job.id, folder, [f"“{NAME}” could not be drawn."])
    jobs.delete(job.id, ME)
    assert traces(data) == []


def test_many_jobs_deleted_one_by_one_leave_no_trace_among_those_that_stay(jobs, table, data, make):
    """Pages of the database that are shared, split, emptied and used again."""
    stay = [make("refused", name=f"stay-{i}-{'y' * (i % 90)}.wav") for i in range(40)]
    gone = [make("refused", name=f"{NAME}-{i}-{'x' * (i * 7 % 120)}.wav") for i in range(60)]
    for job in gone[::2] + gone[1::2]:
        jobs.delete(job.id, ME)
    left = b"".join(p.read_bytes() for p in data.rglob("*") if p.is_file())
    assert NAME.encode() not in left
    assert {job.id for job in jobs.list(ME, limit=200)} == {job.id for job in stay}


def test_where_a_reader_is_in_the_way_the_sweeper_sees_to_it(jobs, table, data, make, monkeypatch):
    monkeypatch.setattr(database_module, "SCRUB_SECONDS", 0)
    job = make("done")
    with table._database.read() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM jobs").fetchone()
        jobs.delete(job.id, ME)
        assert traces(data)  # the reader may still look at the table as it was
    sweep(table, Uploads(data), Results(data), moment=datetime.now(UTC), kept=timedelta(days=1))
    assert traces(data) == []


def test_a_database_that_fails_while_it_is_scrubbed_does_not_undo_the_deletion(
    jobs, make, monkeypatch
):
    def fail():
        raise AverError("The database does not respond.")

    job = make("done")
    monkeypatch.setattr(jobs._table, "scrub", fail)
    jobs.delete(job.id, ME)
    assert jobs.list(ME) == []


@pytest.mark.slow
def test_nothing_comes_back_from_a_worker_that_is_at_work(jobs, data, tone, worker, until):
    worker()
    sent = [
        jobs.submit([(f"slow.{NAME}.wav", io.BytesIO(tone))], Options(seconds=ODD), ME)
        for _ in range(2)
    ]
    until(lambda: jobs.get(sent[0].id, ME).progress.seconds > 0)
    jobs.delete_all(ME)
    last = jobs.submit([("tone.wav", io.BytesIO(tone))], Options(), ME)
    until(lambda: jobs.get(last.id, ME).state == "done")
    assert traces(data) == []
    assert [p.name for p in (data / "uploads").iterdir()] == [last.id]


# --- files that were refused ------------------------------------------------------------------


def test_of_many_refused_files_the_newest_hundred_are_kept(jobs):
    from source.core.errors import NotMedia

    for batch in range(12):
        bad = [(f"{batch}-{n}.txt", NotMedia(f"{batch}-{n}.txt")) for n in range(10)]
        jobs.refuse(bad, Options(), Caller("visitor"))
    kept = jobs.unread(Caller("visitor"))
    assert len(kept) == 100
    assert kept[-1].names == ("11-9.txt",) and kept[0].names == ("2-0.txt",)


def test_every_refused_file_is_written_down_without_its_content(settings, data, tone):
    jobs = Jobs(settings.with_values(MAX_QUEUE=1))
    words = b"Just some words of a letter. " * 40
    sent = [
        ("empty.wav", b""),
        ("letter.txt", words),
        ("good.wav", tone),
        ("late.wav", tone),
        ("late.wav", tone),
    ]
    done, refused = jobs.submit_each([(n, io.BytesIO(c)) for n, c in sent], Options(), ME)
    listed = jobs.list(ME)
    assert [job.state for job in listed].count("refused") == len(refused) == 4
    codes = {(job.names[0], job.error["code"]) for job in listed if job.error}
    assert codes == {
        ("empty.wav", "empty_file"),
        ("letter.txt", "not_media"),
        ("late.wav", "queue_full"),
    }
    assert all(job.error["hint"] for job in listed if job.error)
    assert words[:20] not in b"".join(p.read_bytes() for p in data.rglob("*") if p.is_file())
    assert [p.name for p in (data / "uploads").iterdir()] == [done[0].id]
    assert jobs.list(YOU) == [] and jobs.unread(YOU) == []
    jobs.close()


def test_a_refused_file_can_only_be_read_and_removed(jobs, table, make):
    job = make("refused")
    assert job.over and job.files == ()
    with pytest.raises(AverError, match="empty"):
        jobs.result(job.id, ME)
    assert jobs.cancel(job.id, ME).state == "refused"
    assert table.take_up(job.id, worker="a") is None and table.waiting_ids() == []
    with pytest.raises(NotFound):
        jobs.upload_path(job.id, ME)
    with pytest.raises(NotFound):
        jobs.find(f"{NAME}.wav", ME)
    with pytest.raises(NotFound):
        jobs.delete(job.id, YOU)


def test_a_reason_is_unread_until_it_is_dismiss(jobs, make):
    first, second, other = make("refused"), make("refused"), make("refused", owner=YOU)
    assert [job.id for job in jobs.unread(ME)] == sorted([first.id, second.id])
    jobs.dismiss(ME)
    assert jobs.unread(ME) == [] and len(jobs.list(ME)) == 2
    assert [job.id for job in jobs.unread(YOU)] == [other.id]


def test_refused_files_wait_in_nobodys_way(settings, tone):
    jobs = Jobs(settings.with_values(MAX_QUEUE=1))
    for _ in range(5):
        jobs.submit_each([("x.wav", io.BytesIO(b""))], Options(), ME)
    assert jobs.submit([("a.wav", io.BytesIO(tone))], Options(), ME).state == "waiting"
    jobs.close()
