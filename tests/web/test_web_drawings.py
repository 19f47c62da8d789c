"""Drawings: asked for on a page, made by the worker, shown to their own session alone."""

import pytest

from source.drawing import draw
from source.jobs import Jobs
from source.web import create_app
from tests.jobs.fakes import runner
from tests.views import made
from tests.web.conftest import PNG, Visitor

MP4 = b"\0\0\0\x18ftypisom" + bytes(500)


@pytest.fixture
def drawn(visitor, jobs, sent):
    """A done job of the visitor's with drawings."""
    folder = jobs.folder / f"{sent.id}-drawn"
    folder.mkdir()
    (folder / "drawing_annotated.mp4").write_bytes(MP4)
    (folder / "drawing_explain_1.25.png").write_bytes(PNG)
    (folder / "drawing_explain_12.5.png").write_bytes(PNG)
    return jobs.finish(sent.id, made.video())


@pytest.mark.parametrize("address", ["/image-analysis", "/video-analysis", "/combined-analysis"])
def test_drawings_can_be_asked_for(visitor, jobs, address):
    visitor.send(address, ("a.mp4", b"x"), annotate="on", explain="on")
    asked = next(iter(jobs.jobs.values())).options
    assert (asked.annotate, asked.blur_faces, asked.explain) == (True, False, ())


def test_nothing_is_drawn_unless_asked_for(visitor, jobs):
    visitor.send("/video-analysis")
    assert not next(iter(jobs.jobs.values())).options.drawn


def test_a_sound_has_nothing_to_draw_on(visitor):
    assert "blur_faces" not in visitor.get("/audio-analysis").text


def test_a_result_shows_its_drawings_in_order(visitor, drawn):
    text = visitor.get(f"/results/{drawn.id}").text
    place = f"/results/{drawn.id}/drawings/drawing"
    assert f'<video class="player" src="{place}_annotated.mp4"' in text
    assert text.index(f"{place}_explain_1.25.png") < text.index(f"{place}_explain_12.5.png")
    assert "Where the network looked at 0:12" in text


def test_a_result_without_drawings_shows_none(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    assert "Drawn on" not in visitor.get(f"/results/{sent.id}").text


def test_what_could_not_be_drawn_is_said(visitor, jobs, sent):
    jobs.undrawn = ["The annotated recording could not be made."]
    jobs.finish(sent.id, made.video())
    assert jobs.undrawn[0] in visitor.get(f"/results/{sent.id}").text


def test_a_drawing_is_sent_in_parts(visitor, drawn):
    address = f"/results/{drawn.id}/drawings/drawing_annotated.mp4"
    answer = visitor.get(address, headers={"Range": "bytes=4-7"})
    assert (answer.status_code, answer.data, answer.mimetype) == (206, b"ftyp", "video/mp4")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_drawing_is_kept_under_the_recordings_name(visitor, drawn):
    answer = visitor.get(f"/results/{drawn.id}/drawings/drawing_annotated.mp4?download=1")
    assert answer.headers["Content-Disposition"] == "attachment; filename=clip_annotated.mp4"


@pytest.mark.parametrize("name", ["drawing_annotated.mp4", "drawing_explain_1.25.png"])
def test_nobody_else_sees_a_drawing(another, drawn, name):
    assert another.get(f"/results/{drawn.id}/drawings/{name}").status_code == 404


@pytest.mark.parametrize("name", ["..%2Fsecret", "undrawn.txt", "drawing.mp4", "%00"])
def test_only_drawings_are_sent(visitor, drawn, name):
    assert visitor.get(f"/results/{drawn.id}/drawings/{name}").status_code == 404


def test_a_result_can_be_drawn_later(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    assert f'action="/results/{sent.id}/drawings"' in visitor.get(f"/results/{sent.id}").text
    answer = visitor.post(f"/results/{sent.id}/drawings", {"blur_faces": "on"})
    new = jobs.jobs[answer.location.rpartition("/")[2]]
    assert new.options.blur_faces and new.names == sent.names and new.id != sent.id


def test_nothing_chosen_is_told(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    assert visitor.post(f"/results/{sent.id}/drawings").status_code == 400


@pytest.mark.parametrize("address", ["/audio-analysis", "/analyse"])
def test_what_its_analysis_cannot_draw_is_no_new_analysis(visitor, jobs, address):
    visitor.send(address, ("a.wav", b"x"))
    (job,) = jobs.jobs.values()
    jobs.finish(job.id, made.sound())
    answer = visitor.post(f"/results/{job.id}/drawings", {"annotate": "on"})
    assert answer.status_code == 400
    assert "Nothing was drawn: this analysis does not look for faces." in answer.text
    assert list(jobs.jobs) == [job.id]


def test_a_job_says_that_it_draws(visitor, jobs):
    from source.core.progress import Progress

    visitor.send("/video-analysis", annotate="on")
    job = next(iter(jobs.jobs.values()))
    jobs.change(job.id, state="running", progress=Progress("drawing", 5.0, 60.0))
    text = visitor.get(f"/jobs/{job.id}").text
    assert "<span>Drawing <" in text and "0:05 of 1:00" in text


@pytest.mark.slow
def test_a_picture_from_upload_to_drawing_to_deletion(settings, samples):
    """With the real models, and the worker's own code in this process."""
    from source.analysis import analyse
    from source.store.database import Database
    from source.store.table import JobTable

    jobs = Jobs(settings)
    app = create_app(settings, jobs=jobs)
    app.config.update(TESTING=True)
    visitor, another = Visitor(app), Visitor(app)
    visitor.send(
        "/image-analysis",
        ("me.jpg", (samples / "sample.jpg").read_bytes()),
        annotate="on",
        blur_faces="on",
        explain="on",
    )
    data = settings.path("DATA_DIR")
    database = Database("", folder=data)
    table = JobTable(database)
    (job_id,) = table.waiting_ids()
    models = {"MODELS_DIR": str(samples.parent / "models")}
    runner(settings.with_values(**models), table, analyse, draw=draw).work(job_id)
    page = visitor.get(f"/results/{job_id}").text
    names = ("drawing_annotated.jpg", "drawing_explain.png")
    for name in names:
        assert name in page
        assert visitor.get(f"/results/{job_id}/drawings/{name}").status_code == 200
        assert another.get(f"/results/{job_id}/drawings/{name}").status_code == 404
    assert visitor.get(f"/results/{job_id}.json").json["options"]["blur_faces"] is True
    assert {p.name for p in (data / "uploads" / job_id / "drawn").iterdir()} == set(names)
    visitor.post(f"/jobs/{job_id}/delete")
    assert visitor.get(f"/results/{job_id}/drawings/{names[0]}").status_code == 404
    assert not (data / "uploads" / job_id).exists()
    jobs.close()
    database.close()
