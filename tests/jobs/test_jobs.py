"""Jobs through their one door, with no worker: in, seen, found, cancelled, deleted."""

import errno
import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from source.core.errors import (
    AverError,
    BadRequest,
    Cancelled,
    DiskFull,
    EmptyFile,
    NoFile,
    NotFound,
    NotMedia,
    NotReady,
    QueueFull,
    TooLarge,
    UnknownOption,
    WrongKind,
)
from source.core.options import Options
from source.jobs import Jobs
from source.store.database import Database
from source.store.job import now
from source.store.table import JobTable
from tests.jobs.fakes import ME, YOU

AUTO = Options()


def stored(data):
    return [path for path in (data / "uploads").rglob("*") if path.is_file()]


def left(data):
    return list((data / "uploads").iterdir()) + list((data / "results").iterdir())


def test_a_recording_becomes_a_waiting_job(jobs, tone):
    job = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)
    assert jobs.get(job.id, ME) == job
    assert (job.state, job.kind, job.analysis, job.names) == (
        "waiting",
        "audio",
        "audio",
        ("tone.wav",),
    )
    assert job.seconds == pytest.approx(1.0, abs=0.01)
    assert job.created.tzinfo is UTC
    assert job.expires - job.created == timedelta(hours=24)
    assert jobs.upload_path(job.id, ME).read_bytes() == tone


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../x.wav", "x.wav"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\me\\a b.wav", "a b.wav"),
        ("a\x00\n\u202eb.wav", "a b.wav"),
        ("..", "recording"),
        ("", "recording"),
        ("ü ñ 音.wav", "ü ñ 音.wav"),
        ("x" * 400 + ".wav", "x" * 145 + "….wav"),
    ],
)
def test_a_name_is_shown_and_never_used(jobs, data, tone, sent, shown):
    before = set(data.parent.rglob("*"))
    job = jobs.submit([(sent, io.BytesIO(tone))], AUTO, ME)
    assert job.names == (shown,)
    [path] = stored(data)
    assert path.parent == data / "uploads" / job.id
    assert path.name.isalnum() and len(path.name) == 32
    new = set(data.parent.rglob("*")) - before
    assert all(p.is_relative_to(data) for p in new)


@pytest.mark.parametrize(
    ("content", "analysis", "error"),
    [
        (b"", "auto", EmptyFile),
        (b"just some words, no sound at all\n" * 20, "auto", NotMedia),
        (None, "image", WrongKind),
        (None, "video", WrongKind),
        (None, "combined", WrongKind),
    ],
    ids=["empty", "text", "sound as picture", "sound as video", "sound alone as both"],
)
def test_what_cannot_be_analysed_is_refused_at_once(jobs, data, tone, content, analysis, error):
    content = tone if content is None else content
    with pytest.raises(error):
        jobs.submit([("x.wav", io.BytesIO(content))], Options(analysis=analysis), ME)
    assert left(data) == [] and jobs.list(ME) == []


def test_a_form_without_a_file_says_so(jobs):
    for files in ([], [("", io.BytesIO())]):
        with pytest.raises(NoFile):
            jobs.submit(files, AUTO, ME)
        with pytest.raises(NoFile):
            jobs.submit_each(files, AUTO, ME)


@pytest.mark.parametrize("sense", ["voice", "face", "video"])
def test_a_model_that_does_not_exist_is_refused_before_anything_is_stored(jobs, data, tone, sense):
    options = replace(AUTO, **{f"{sense}_model": "nope"})
    for submit in (jobs.submit, jobs.submit_each):
        with pytest.raises(UnknownOption, match=f"no {sense} model “nope”") as told:
            submit([("a.wav", io.BytesIO(tone))], options, ME)
        assert told.value.status == 400
    assert left(data) == []


def test_a_file_over_the_limit_leaves_nothing(settings, data, tone):
    jobs = Jobs(settings.with_values(MAX_UPLOAD_MB=1))
    with pytest.raises(TooLarge, match="3 MB; the limit is 1 MB"):
        jobs.submit([("big.wav", io.BytesIO(tone + b"\0" * 3_000_000))], AUTO, ME)
    assert left(data) == []
    jobs.close()


class Full(io.BytesIO):
    """A stream that can be copied only so far."""

    def read(self, size=-1):
        if self.tell():
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().read(1000)


def test_a_full_disk_leaves_nothing_half_written(jobs, data, tone):
    with pytest.raises(DiskFull):
        jobs.submit([("x.wav", Full(tone))], AUTO, ME)
    assert left(data) == [] and jobs.list(ME) == []


def test_more_than_may_wait_are_asked_to_come_back(settings, data, tone):
    jobs = Jobs(settings.with_values(MAX_QUEUE=2))
    sent = [(f"{i}.wav", io.BytesIO(tone)) for i in range(3)]
    done, refused = jobs.submit_each(sent, AUTO, ME)
    assert len(done) == 2 and len(stored(data)) == 2
    [(name, error)] = refused
    assert name == "2.wav" and isinstance(error, QueueFull) and error.status == 503
    with pytest.raises(QueueFull):
        jobs.submit(sent[:1], AUTO, ME)
    jobs.close()


def test_the_last_place_in_the_queue_is_given_once(settings, data, tone):
    jobs = Jobs(settings.with_values(MAX_QUEUE=3))

    def hand_in(_):
        try:
            return jobs.submit([("x.wav", io.BytesIO(tone))], AUTO, ME)
        except QueueFull:
            return None

    with ThreadPoolExecutor(8) as pool:
        done = [job for job in pool.map(hand_in, range(8)) if job]
    assert len(done) == len(stored(data)) == len(jobs.list(ME)) == 3
    jobs.close()


def test_good_files_go_on_without_bad_ones(jobs, data, tone, picture):
    sent = [("a.wav", tone), ("b.wav", b""), ("../c.png", picture), ("d.txt", b"words " * 99)]
    done, refused = jobs.submit_each([(n, io.BytesIO(c)) for n, c in sent], AUTO, ME)
    assert [(job.names, job.analysis) for job in done] == [
        (("a.wav",), "audio"),
        (("c.png",), "image"),
    ]
    assert [(name, error.code) for name, error in refused] == [
        ("b.wav", "empty_file"),
        ("d.txt", "not_media"),
    ]
    assert len(stored(data)) == 2


def test_too_many_files_are_refused_together(settings, data, tone):
    jobs = Jobs(settings.with_values(MAX_FILES=2))
    with pytest.raises(TooLarge, match="3 files"):
        jobs.submit_each([(f"{i}.wav", io.BytesIO(tone)) for i in range(3)], AUTO, ME)
    assert left(data) == []
    jobs.close()


@pytest.mark.parametrize("turned", [False, True], ids=["picture first", "sound first"])
def test_a_picture_and_a_sound_become_one_job(jobs, data, tone, picture, turned):
    pair = [("face.png", io.BytesIO(picture)), ("voice.wav", io.BytesIO(tone))]
    sent = pair[::-1] if turned else pair
    [job], refused = jobs.submit_each(sent, Options(analysis="combined"), ME)
    assert refused == []
    assert (job.names, job.analysis) == (("face.png", "voice.wav"), "combined")
    assert jobs.upload_path(job.id, ME, 0).read_bytes() == picture
    assert jobs.upload_path(job.id, ME, 1).read_bytes() == tone
    assert [p.name for p in (data / "uploads").iterdir()] == [job.id]


def test_half_a_pair_is_refused_with_both_reasons(jobs, data, picture):
    sent = [("face.png", io.BytesIO(picture)), ("voice.wav", io.BytesIO(b""))]
    done, refused = jobs.submit_each(sent, Options(analysis="combined"), ME)
    assert done == [] and left(data) == []
    assert {name: error.code for name, error in refused} == {
        "voice.wav": "empty_file",
        "face.png": "wrong_kind",
    }


def test_two_sounds_are_no_pair(jobs, data, tone):
    two = [("a.wav", io.BytesIO(tone)), ("b.wav", io.BytesIO(tone))]
    with pytest.raises(WrongKind):
        jobs.submit(two, Options(analysis="combined"), ME)
    assert left(data) == []
    with pytest.raises(BadRequest):
        jobs.submit([*two, *two], Options(analysis="combined"), ME)


def test_a_session_sees_its_own_jobs_alone(jobs, tone):
    job = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)
    assert jobs.list(YOU) == []
    for ask in (jobs.get, jobs.result, jobs.cancel, jobs.delete, jobs.upload_path):
        with pytest.raises(NotFound):
            ask(job.id, YOU)
    with pytest.raises(NotFound):
        jobs.find("tone.wav", YOU)
    assert jobs.get(job.id, ME).state == "waiting"


@pytest.mark.parametrize("name", ["", "nothing", "../../etc/passwd", "0" * 26, "%00", "'; --"])
def test_what_is_not_there_is_not_found(jobs, name):
    for ask in (jobs.get, jobs.result, jobs.cancel, jobs.delete, jobs.upload_path, jobs.find):
        with pytest.raises(NotFound):
            ask(name, ME)


def test_a_list_is_read_page_by_page(jobs, tone):
    sent = {jobs.submit([("x.wav", io.BytesIO(tone))], AUTO, ME).id for _ in range(7)}
    pages, before = [], None
    while page := jobs.list(ME, limit=3, before=before):
        pages.append([job.id for job in page])
        before = page[-1].id
    seen = [job_id for page in pages for job_id in page]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert seen == sorted(sent, reverse=True)


def test_a_waiting_job_is_cancelled_at_once_and_once(jobs, tone):
    job = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)
    with pytest.raises(NotReady):
        jobs.result(job.id, ME)
    cancelled = jobs.cancel(job.id, ME)
    assert cancelled.state == "cancelled" and cancelled.ended is not None
    assert jobs.cancel(job.id, ME) == cancelled
    with pytest.raises(Cancelled):
        jobs.result(job.id, ME)


def test_who_waits_knows_how_many_are_before_them(jobs, tone):
    first = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)
    second = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, YOU)
    # the two may be of the same millisecond, and names alone do not say who came first
    assert sorted([jobs.ahead(first), jobs.ahead(second)]) == [0, 1]
    assert jobs.ahead(jobs.cancel(first.id, ME)) == 0


def test_a_worker_is_seen_wherever_it_works(jobs, data, tone):
    job = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)
    assert jobs.worker_seen() is None
    lock = data / "worker.lock"
    lock.touch()
    os.utime(lock, (1, 1))
    assert jobs.worker_seen() == datetime.fromtimestamp(1, UTC)
    database = Database("", folder=data)
    JobTable(database).take_up(job.id, worker="elsewhere:1")  # it has a data folder of its own
    assert now() - jobs.worker_seen() < timedelta(minutes=1)
    database.close()


def test_deleted_means_deleted(jobs, data, tone):
    job = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)
    jobs.delete(job.id, ME)
    assert left(data) == [] and jobs.list(ME) == []
    with pytest.raises(NotFound):
        jobs.get(job.id, ME)


def test_what_has_expired_is_not_shown_any_more(settings, tone):
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    jobs = Jobs(settings, clock=lambda: moment)
    job = jobs.submit([("tone.wav", io.BytesIO(tone))], AUTO, ME)
    assert job.created == moment and job.expires == datetime(2026, 1, 2, tzinfo=UTC)
    moment += timedelta(hours=24)
    assert jobs.list(ME) == []
    with pytest.raises(NotFound):
        jobs.get(job.id, ME)
    jobs.close()


def test_many_may_hand_in_at_once(settings, data, tone):
    """As many processes do: each thread has a door of its own."""

    def hand_in(i):
        jobs = Jobs(settings)
        try:
            return jobs.submit([(f"{i}.wav", io.BytesIO(tone))], AUTO, ME).id
        finally:
            jobs.close()

    with ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(hand_in, range(20)))
    jobs = Jobs(settings)
    assert {job.id for job in jobs.list(ME)} == set(ids) and len(set(ids)) == 20
    jobs.close()


def test_every_refusal_has_a_code_and_a_cure(jobs, tone):
    try:
        jobs.submit([("x.wav", io.BytesIO(b""))], AUTO, ME)
    except AverError as error:
        written = error.to_dict()["error"]
        assert AverError.from_dict(written).to_dict()["error"] == written
        assert all(written[key] for key in ("code", "message", "hint", "status"))
