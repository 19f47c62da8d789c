"""A recording that browsers do not show: a copy in its place, asked for by the page."""

import pytest

from source.core.caller import Caller
from source.core.errors import NotFound
from tests.views import made

AVI = b"RIFF\0\0\0\0AVI " + bytes(100)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)


@pytest.fixture
def finished(visitor, jobs):
    def finish(name: str, content: bytes, result):
        visitor.send("/analyse", (name, content))
        job = next(iter(jobs.jobs.values()))
        return jobs.finish(job.id, result)

    return finish


def test_page_offers_a_copy_of_a_film_browsers_do_not_play(visitor, jobs, finished) -> None:
    job = finished("clip.avi", AVI, made.video())
    page = visitor.get(f"/results/{job.id}").text
    assert "<video" not in page and "Make a preview" in page
    answer = visitor.post(f"/results/{job.id}/preview/0")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/results/{job.id}")
    assert "Preparing a preview" in visitor.get(f"/results/{job.id}").text
    assert jobs.copies == {(job.id, 0): "asked"}


def test_script_is_told_how_far_the_copy_is(visitor, jobs, finished) -> None:
    job = finished("clip.avi", AVI, made.video())
    json = {"Accept": "application/json"}
    told = visitor.get(f"/results/{job.id}/preview/0", headers=json).json
    assert (told["state"], told["url"], told["sort"]) == ("", "", "video")
    assert visitor.post(f"/results/{job.id}/preview/0", headers=json).json["state"] == "asked"


def test_player_of_a_film_that_may_play_has_a_copy_to_fall_back_on(visitor, finished) -> None:
    job = finished("clip.mp4", b"\0\0\0\x18ftypisom" + bytes(50), made.video())
    page = visitor.get(f"/results/{job.id}").text
    assert "data-player" in page and "data-copy" in page and "hidden" in page


def test_heic_is_no_film(visitor, jobs, finished) -> None:
    job = finished("photo.heic", HEIC, made.video())
    page = visitor.get(f"/results/{job.id}").text
    assert "<video" not in page
    assert visitor.get(f"/results/{job.id}/media").status_code == 404


def test_copy_is_for_its_owner(visitor, another, jobs, finished) -> None:
    job = finished("clip.avi", AVI, made.video())
    assert another.get(f"/results/{job.id}/preview/0").status_code == 404
    assert another.post(f"/results/{job.id}/preview/0").status_code == 404
    assert visitor.get(f"/results/{job.id}/preview/3").status_code == 404
    with pytest.raises(NotFound):
        jobs.shown(job.id, Caller("x"))
