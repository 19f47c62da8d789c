"""Deleting asks first, and is for good."""

import pytest

from source.core.caller import Caller
from source.jobs import Jobs
from source.web import create_app
from tests.jobs.test_deletion import NAME, traces
from tests.views import made
from tests.web.conftest import PNG, Visitor
from tests.web.test_web_names import grey

PART = {"X-Aver-Part": "1"}


@pytest.mark.parametrize("state", ["waiting", "running", "failed", "cancelled", "done"])
def test_every_way_to_delete_asks_first(visitor, jobs, sent, state):
    jobs.change(sent.id, state=state)
    place = f"/jobs/{sent.id}"
    if state == "done":
        jobs.finish(sent.id, made.video())
        place = f"/results/{sent.id}"
    for address in (place, "/history"):
        page = visitor.get(address).text
        assert f'action="/jobs/{sent.id}/delete"' in page or state in ("waiting", "running")
        assert f'method="post" action="/jobs/{sent.id}/delete"' not in page
    asked = visitor.get(f"/jobs/{sent.id}/delete")
    assert asked.status_code == 200 and "This cannot be undone" in asked.text
    assert f'method="post" action="/jobs/{sent.id}/delete"' in asked.text
    assert f'href="{place}"' in asked.text  # and keeps it
    assert sent.id in jobs.jobs
    assert visitor.post(f"/jobs/{sent.id}/delete").location == "/history"
    assert sent.id not in jobs.jobs


def test_the_question_is_a_part_for_the_script_and_a_page_for_others(visitor, sent):
    part = visitor.get(f"/jobs/{sent.id}/delete", headers=PART).text
    page = visitor.get(f"/jobs/{sent.id}/delete").text
    assert part.lstrip().startswith("<section") and "<html" not in part
    assert "<html" in page and part.count("csrf_token") == 1


def test_nobody_else_is_asked(another, sent):
    assert another.get(f"/jobs/{sent.id}/delete").status_code == 404


def test_everything_can_be_deleted_at_once(visitor, another, jobs):
    for owner in (visitor, another):
        owner.send("/analyse", ("a.mp4", b"x"), ("b.wav", b""), ("c.wav", b"y"))
    assert 'action="/history/delete"' in visitor.get("/history").text
    asked = visitor.get("/history/delete").text
    assert "Delete everything in your history?" in asked and 'href="/history"' in asked
    assert len(jobs.jobs) == 4 and len(jobs.refused) == 2
    assert visitor.post("/history/delete").location == "/history"
    assert len(jobs.jobs) == 2 and len(jobs.refused) == 1
    page = visitor.get("/history").text
    assert "Nothing here yet" in page and "b.wav" not in page
    assert 'action="/history/delete"' not in page
    assert another.get("/history").text.count('class="row card"') == 2


def test_the_example_is_nobodys_to_delete(visitor, jobs, samples):
    if not (samples / "sample.mp4").is_file():
        pytest.skip("There is no sample clip; make it with: make samples.")
    job_id = visitor.get("/example").location.rpartition("/")[2]
    assert visitor.get(f"/jobs/{job_id}/delete").status_code == 404
    visitor.post("/history/delete")
    assert job_id in jobs.jobs


@pytest.mark.parametrize("name", ["語" * 150, "😀" * 150, "x" * 150])
def test_the_sentence_of_a_deletion_fits_a_cookie(visitor, jobs, sent, name):
    jobs.change(sent.id, names=(name, name))
    answer = visitor.post(f"/jobs/{sent.id}/delete")
    assert len(answer.headers["Set-Cookie"]) < 3000
    assert name[:70] in visitor.get("/history").text


@pytest.mark.parametrize("all_of_it", [False, True], ids=["one", "all"])
def test_after_a_deletion_nothing_of_it_lies_on_the_disk(settings, all_of_it):
    jobs = Jobs(settings)
    app = create_app(settings, jobs=jobs)
    app.config.update(TESTING=True)
    visitor = Visitor(app)
    visitor.send("/analyse", (f"{NAME}.png", grey()), (f"{NAME}.wav", b""), ("z.png", PNG[:8]))
    data = settings.path("DATA_DIR")
    assert traces(data)
    with visitor.client.session_transaction() as kept:
        owner = Caller(kept["id"])
    if all_of_it:
        visitor.post("/history/delete")
    else:
        for job in jobs.list(owner):
            visitor.post(f"/jobs/{job.id}/delete")
    assert traces(data) == [] and jobs.list(owner) == []
    jobs.close()


def test_a_deletion_can_be_undone_for_a_moment(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    asked = visitor.get(f"/jobs/{sent.id}/delete").text
    assert f'method="post" action="/jobs/{sent.id}/put-away"' in asked and "undo" in asked
    assert visitor.post(f"/jobs/{sent.id}/put-away").location == "/history"
    for address in (f"/results/{sent.id}", f"/jobs/{sent.id}", f"/results/{sent.id}/media"):
        assert visitor.get(address).status_code == 404
    page = visitor.get("/history").text
    assert "was deleted" in page and 'action="/history/put-back"' in page
    visitor.post("/history/put-back", {"job": sent.id})
    assert visitor.get(f"/results/{sent.id}").status_code == 200
    assert 'action="/history/put-back"' not in visitor.get("/history").text


def test_what_was_deleted_can_be_erased_without_waiting(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    visitor.post(f"/jobs/{sent.id}/put-away")
    visitor.post("/history/erase")
    assert not jobs.hidden
    assert visitor.post("/history/put-back", {"job": sent.id}).status_code == 404


def test_nobody_else_undoes_a_deletion(visitor, another, jobs, sent):
    jobs.finish(sent.id, made.video())
    visitor.post(f"/jobs/{sent.id}/put-away")
    assert "was deleted" not in another.get("/history").text
    assert another.post("/history/put-back", {"job": sent.id}).status_code == 404
    assert another.post(f"/jobs/{sent.id}/put-away").status_code == 404
