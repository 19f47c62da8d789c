"""A full disk, a folder that cannot be written, a database that is away: each has a clear end."""

import errno
import io
import os

import pytest

from source.core.errors import BadRequest, DiskFull, QueueFull, Unavailable, Unwritable
from source.core.options import Options
from source.jobs import Jobs, worker
from source.jobs.queue import Queue
from source.store.objects import opened
from source.web import create_app
from tests.jobs import fakes
from tests.jobs.fakes import ME, analyse


@pytest.fixture
def job(jobs, tone):
    return jobs.submit([("tone.wav", io.BytesIO(tone))], Options(), ME)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("number", "code"), [("ENOSPC", "disk_full"), ("EROFS", "unwritable"), ("EIO", "unwritable")]
)
def test_a_result_that_finds_no_room_ends_its_job_with_a_sentence(
    jobs, job, runner, data, monkeypatch, number, code
):
    def fail(_):
        raise OSError(getattr(errno, number), os.strerror(getattr(errno, number)))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        runner(analyse).work(job.id)
    failed = jobs.get(job.id, ME)
    assert (failed.state, failed.error["code"]) == ("failed", code)
    assert str(data) not in failed.error["message"]
    assert files(data / "results") == []
    again = jobs.again(job.id, ME)  # when there is room
    runner(analyse).work(again.id)
    assert jobs.get(again.id, ME).state == "done"


@pytest.mark.parametrize(
    ("number", "told"), [("ENOSPC", DiskFull), ("EACCES", Unwritable), ("EROFS", Unwritable)]
)
def test_an_upload_that_finds_no_room_is_refused_and_leaves_nothing(
    jobs, tone, data, monkeypatch, number, told
):
    def fail(_):
        raise OSError(getattr(errno, number), os.strerror(getattr(errno, number)))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(told):
        jobs.submit([("tone.wav", io.BytesIO(tone))], Options(), ME)
    assert jobs.list(ME) == [] and list((data / "uploads").iterdir()) == []


def test_a_data_folder_that_cannot_be_used_is_one_sentence_that_names_it(settings, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    broken = settings.with_values(DATA_DIR=str(tmp_path / "file" / "data"))
    for start in (Jobs, worker.run, create_app):
        with pytest.raises(Unwritable, match="file/data"):
            start(broken)


def test_a_result_waits_for_a_database_that_is_away_for_a_moment(
    jobs, job, settings, table, monkeypatch
):
    """The work is done: it is not thrown away because a server starts anew."""
    finish, waited = table.finish, []

    def away(*args, **more):
        if len(waited) < 2:
            raise Unavailable("The database does not respond.")
        return finish(*args, **more)

    monkeypatch.setattr(table, "finish", away)
    fakes.runner(settings, table, analyse, pause=waited.append).work(job.id)
    assert jobs.get(job.id, ME).state == "done" and len(waited) == 2


def test_a_job_whose_end_was_written_but_not_confirmed_is_done_once(
    jobs, job, settings, table, monkeypatch, data
):
    finish = table.finish

    def lost(*args, **more):
        done = finish(*args, **more)
        if done:
            raise Unavailable("The connection was lost.")
        return done

    monkeypatch.setattr(table, "finish", lost)
    fakes.runner(settings, table, analyse, pause=lambda _: None).work(job.id)
    assert jobs.get(job.id, ME).state == "done" and jobs.result(job.id, ME).id == job.id
    assert [path.name for path in files(data / "results")] == [f"{job.id}.json"]


def test_a_job_that_is_deleted_as_it_ends_can_be_brought_back_with_its_recording(
    jobs, job, runner, table, monkeypatch
):
    finish = table.finish
    monkeypatch.setattr(
        table, "finish", lambda *a, **k: finish(*a, **k) and jobs.put_away(job.id, ME)
    )
    runner(analyse).work(job.id)
    assert jobs.put_back(ME, job.id) == [job.id]
    assert jobs.local(jobs.upload_path(job.id, ME)).is_file()


def test_there_is_no_room_when_the_queue_or_the_disk_is_full(settings, tone):
    jobs = Jobs(settings.with_values(MAX_QUEUE=1))
    jobs.check_room(1000)
    with pytest.raises(DiskFull):
        jobs.check_room(1 << 60)
    jobs.submit([("tone.wav", io.BytesIO(tone))], Options(), ME)
    with pytest.raises(QueueFull):
        jobs.check_room()
    jobs.close()


@pytest.mark.parametrize(
    "url",
    ["nothing://me:hunter2@x/y", "s3://", "hunter2", "s3://b?password=hunter2", "s3://[hunter2"],
)
def test_a_store_nobody_knows_is_told_without_its_password(url):
    pytest.importorskip("fsspec")
    with pytest.raises(BadRequest, match="STORAGE_URL") as told:
        opened(url)
    assert "hunter2" not in str(told.value)


def test_a_store_of_others_is_spoken_to_without_checksums_it_does_not_know():
    pytest.importorskip("s3fs")
    make, place = opened("s3://key:se%2Fcret@bucket/folder?endpoint=http://127.0.0.1:1")
    files = make()
    assert (place, files.endpoint_url) == ("bucket/folder", "http://127.0.0.1:1")
    assert (files.key, files.secret) == ("key", "se/cret")
    for name in ("request_checksum_calculation", "response_checksum_validation"):
        assert files.config_kwargs[name] == "when_required"


@pytest.mark.parametrize("url", ["http://:hunter2@x", "hunter2", "redis://:hunter2@x:port"])
def test_a_queue_nobody_knows_is_told_without_its_password(tmp_path, url):
    pytest.importorskip("redis")
    with pytest.raises(BadRequest, match="QUEUE_URL") as told:
        Queue(tmp_path, url=url)
    assert "hunter2" not in str(told.value)


def test_a_folder_that_machines_share_is_a_store(settings, tone, tmp_path):
    share = tmp_path / "share"
    one, other = (
        Jobs(settings.with_values(DATA_DIR=str(tmp_path / name), STORAGE_URL=f"file://{share}",
                                  DATABASE_URL=f"sqlite:///{tmp_path / 'shared.db'}"))
        for name in ("one", "other")
    )  # fmt: skip
    job = one.submit([("tone.wav", io.BytesIO(tone))], Options(), ME)
    assert other.local(other.upload_path(job.id, ME)).read_bytes() == tone
    other.delete(job.id, ME)
    assert files(share) == []
    one.close()
    other.close()


def test_settings_do_not_tell_their_values_when_they_are_logged(settings):
    secret = settings.with_values(QUEUE_URL="redis://:hunter2@x", SECRET_KEY="hunter2")
    assert "hunter2" not in f"{secret!r} {secret}"
