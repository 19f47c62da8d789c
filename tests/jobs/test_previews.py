"""Copies for browsers: of pictures with the job, of films when asked, gone with the job."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from source.core.errors import NotFound, NotReady
from source.core.options import Options
from source.jobs.previews import QUEUE, Previews
from source.jobs.queue import Queue
from source.jobs.recordings import Recordings
from source.store.previews import PreviewFiles
from source.store.uploads import Uploads
from tests.jobs.fakes import ME, YOU, analyse


def tiff() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 30)).save(out, "TIFF", tiffinfo={274: 6})
    return out.getvalue()


def film(folder: Path, name: str = "clip.avi") -> bytes:
    path = folder / name
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4" if name.endswith("avi") else "libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for value in range(10):
            pixels = np.full((64, 96, 3), 20 * value, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode(None))
    return path.read_bytes()


@pytest.fixture
def done(jobs, runner):
    """Hand a file in and let its job be done."""

    def do(name: str, content: bytes):
        job = jobs.submit([(name, io.BytesIO(content))], Options(), ME)
        runner(analyse).work(job.id)
        return jobs.get(job.id, ME)

    return do


@pytest.fixture
def copy(settings, data, table):
    """Do what a worker does with copies that were asked for."""

    def work(cancelled=lambda: False) -> int:
        queue = Queue(data, name=QUEUE)
        waiting = sorted(queue.ids())
        uploads = Uploads(data)
        previews = Previews(settings, uploads, Recordings(settings, uploads, table))
        for entry in waiting:
            previews.work(entry, table=table, cancelled=cancelled)
        queue.close()
        return len(waiting)

    return work


@pytest.fixture(autouse=True)
def dull_analysis(monkeypatch) -> None:
    """Files may be of any kind here."""
    monkeypatch.setattr("source.analysis.fitting", lambda recordings, analysis: "audio")


def test_picture_is_copied_upright_with_its_job(jobs, done) -> None:
    job = done("scan.tif", tiff())
    shown = jobs.shown(job.id, ME)
    assert (shown.type, shown.sort, shown.copy) == ("image/jpeg", "image", "ready")
    with Image.open(shown.path) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 60))


def test_picture_that_browsers_show_is_shown_itself(jobs, done, picture) -> None:
    job = done("a.png", picture)
    shown = jobs.shown(job.id, ME)
    assert (shown.path.read_bytes(), shown.type, shown.copy) == (picture, "image/png", "")


def test_film_is_copied_when_asked(jobs, done, copy, tmp_path) -> None:
    job = done("clip.avi", film(tmp_path))
    before = jobs.shown(job.id, ME)
    assert (before.path, before.sort, before.copy) == (None, "video", "")
    assert jobs.ask_for_copy(job.id, ME).copy == "asked"
    assert jobs.ask_for_copy(job.id, ME).copy == "asked"
    assert copy() == 1
    after = jobs.shown(job.id, ME)
    assert (after.type, after.sort, after.copy) == ("video/mp4", "video", "ready")
    assert after.path.stat().st_size > 0
    assert [p.name for p in after.path.parent.iterdir() if "making" in p.name] == []


def test_film_a_browser_may_play_is_shown_and_copied_when_asked(jobs, done, copy, tmp_path):
    content = film(tmp_path, "clip.mp4")
    job = done("clip.mp4", content)
    assert jobs.shown(job.id, ME).path.read_bytes() == content
    jobs.ask_for_copy(job.id, ME)
    copy()
    assert jobs.shown(job.id, ME).copy == "ready"


def test_copy_goes_with_its_job(jobs, done, copy, data, tmp_path) -> None:
    job = done("clip.avi", film(tmp_path))
    jobs.ask_for_copy(job.id, ME)
    copy()
    jobs.delete(job.id, ME)
    assert list((data / "uploads").iterdir()) == []
    other = done("clip.avi", film(tmp_path))
    jobs.ask_for_copy(other.id, ME)
    jobs.delete(other.id, ME)
    copy()
    assert list((data / "uploads").iterdir()) == []


def test_copy_whose_worker_stopped_is_made_by_the_next(
    jobs, done, copy, settings, data, table, tmp_path
):
    job = done("clip.avi", film(tmp_path))
    PreviewFiles(data / "uploads").ask(job.id, 0)  # asked for, but in no queue any more
    assert copy() == 0
    uploads = Uploads(data)
    previews = Previews(settings, uploads, Recordings(settings, uploads, table))
    queue = Queue(data, name=QUEUE)
    previews.recover(queue)
    previews.recover(queue)
    queue.close()
    assert copy(cancelled=lambda: True) == 1
    assert jobs.shown(job.id, ME).copy == "asked"
    copy()
    assert jobs.shown(job.id, ME).copy == "ready"


def test_copy_that_fails_says_why_and_can_be_tried_again(jobs, done, copy, data, tmp_path):
    job = done("clip.avi", film(tmp_path))
    upload = jobs.upload_path(job.id, ME)
    content = upload.read_bytes()
    upload.write_bytes(b"gone wrong")
    jobs.ask_for_copy(job.id, ME)
    copy()
    shown = jobs.shown(job.id, ME)
    assert shown.copy == "failed" and shown.why.endswith(".")
    upload.write_bytes(content)
    jobs.ask_for_copy(job.id, ME)
    copy()
    assert jobs.shown(job.id, ME).copy == "ready"


def test_copies_are_ones_own_and_of_jobs_that_ended(jobs, done, tmp_path, tone) -> None:
    job = done("clip.avi", film(tmp_path))
    with pytest.raises(NotFound):
        jobs.shown(job.id, YOU)
    with pytest.raises(NotFound):
        jobs.ask_for_copy(job.id, YOU)
    with pytest.raises(NotFound):
        jobs.shown(job.id, ME, 7)
    waiting = jobs.submit([("a.wav", io.BytesIO(tone))], Options(), ME)
    with pytest.raises(NotReady):
        jobs.ask_for_copy(waiting.id, ME)


def test_a_file_nobody_knows_is_looked_into_once(jobs, done, table, tone, probes) -> None:
    """Jobs of older releases have nothing written down."""
    job = done("a.wav", tone)
    probes.clear()
    table.note_recording(job.id, 0, {"version": 0})
    for _ in range(2):
        shown = jobs.shown(job.id, ME)
        assert (shown.type, shown.sort, shown.copy) == ("audio/wav", "audio", "")
    assert len(probes) == 1


def test_real_worker_makes_copies(jobs, worker, until, tmp_path) -> None:
    worker()
    job = jobs.submit([("clip.avi", io.BytesIO(film(tmp_path)))], Options(), ME)
    until(lambda: jobs.get(job.id, ME).over)
    jobs.ask_for_copy(job.id, ME)
    assert until(lambda: jobs.shown(job.id, ME).copy == "ready")
