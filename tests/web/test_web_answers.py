"""Pages for people, JSON for programs, one shape for errors."""

import io

import pytest

from source.core.errors import QueueFull
from source.core.result import Result
from tests.views import made

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JSON = "application/json"


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        (None, False),
        ("*/*", False),
        (HTML, False),
        (JSON, True),
        ("text/html;q=0.5, " + JSON, True),
        (JSON + ", text/html", False),
        ("application/json, */*", True),
        ("image/png", False),
        ("text/*", False),
    ],
)
@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/nope", 404, "not_found"),
        ("/jobs/01JNONE", 404, "not_found"),
        ("/theme", 405, "method_not_allowed"),
    ],
)
def test_an_error_is_told_as_it_is_asked_for(visitor, accept, json, address, status, code):
    answer = visitor.get(address, headers={"Accept": accept} if accept else {})
    assert answer.status_code == status
    if json:
        assert set(answer.json) == {"error"}
        assert set(answer.json["error"]) == {"code", "message", "hint", "status"}
        assert (answer.json["error"]["code"], answer.json["error"]["status"]) == (code, status)
    else:
        assert answer.mimetype == "text/html" and f">{status}<" in answer.text


def test_a_stale_form_as_json(visitor):
    answer = visitor.client.post("/theme", headers={"Accept": JSON})
    assert answer.status_code == 400 and answer.json["error"]["code"] == "stale_form"


def test_a_wrong_method_names_the_right_ones(visitor):
    assert "POST" in visitor.get("/theme").headers["Allow"]


@pytest.mark.parametrize(("accept", "mimetype"), [(HTML, "text/html"), (JSON, JSON)])
def test_a_fault_of_ours_shows_no_traceback(visitor, jobs, sent, accept, mimetype, caplog):
    jobs.finish(sent.id, made.video())
    jobs.results.clear()
    answer = visitor.get(f"/results/{sent.id}", headers={"Accept": accept})
    assert answer.status_code == 500 and answer.mimetype == mimetype
    assert "KeyError" not in answer.text and "Traceback" not in answer.text
    assert "KeyError" in caplog.text  # it is for the log


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        (QueueFull(200), 503, "queue_full"),
        (OSError(28, "No space left on device"), 503, "disk_full"),
        (OSError(5, "Input/output error"), 500, "internal"),
    ],
)
def test_trouble_on_our_side_has_its_sentence(visitor, jobs, monkeypatch, trouble, status, code):
    def fail(*_, **__):
        raise trouble

    monkeypatch.setattr(jobs, "submit_each", fail)
    answer = visitor.client.post(
        "/analyse",
        data={"csrf_token": visitor.token(), "files": (io.BytesIO(b"x"), "a")},
        content_type="multipart/form-data",
        buffered=True,
        headers={"Accept": JSON},
    )
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("60" if status == 503 else None)


@pytest.mark.parametrize("name", ["clip.mp4", "clip"])
@pytest.mark.parametrize("accept", [None, "*/*", JSON])
def test_an_analysis_is_found_by_file_name_as_json(visitor, jobs, sent, name, accept):
    result = made.video()
    jobs.finish(sent.id, result)
    answer = visitor.get(f"/analysis/{name}", headers={"Accept": accept} if accept else {})
    assert answer.json == result.to_dict()
    assert next(iter(answer.json)) == "version"
    assert Result.from_dict(answer.json) == result


def test_an_analysis_is_a_page_for_a_browser(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    answer = visitor.get("/analysis/clip.mp4?labels=ekman7", headers={"Accept": HTML})
    assert answer.location == f"/results/{sent.id}?labels=ekman7"


def test_an_analysis_in_another_view(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    answer = visitor.get("/analysis/clip?labels=five")
    assert set(answer.json["emotion"]["scores"]) == {"happy", "surprise", "neutral", "sad", "angry"}


def test_no_analysis_is_json_for_a_program_that_takes_anything(visitor):
    answer = visitor.get("/analysis/none.mp4", headers={"Accept": "*/*"})
    assert answer.status_code == 404 and answer.json["error"]["code"] == "not_found"


@pytest.mark.parametrize("name", ["..", "../../etc/passwd", "%2e%2e%2fsecret_key", "/etc/passwd"])
def test_a_name_is_never_a_path(visitor, name):
    answer = visitor.get(f"/analysis/{name}")
    assert answer.status_code in (404, 308, 301)


def test_a_result_can_be_kept_as_json(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    answer = visitor.get(f"/results/{sent.id}.json")
    assert answer.json == made.video().to_dict()
    assert answer.headers["Content-Disposition"] == "attachment; filename=clip_analysis.json"
    assert visitor.get(f"/results/{sent.id}", headers={"Accept": JSON}).json == answer.json


def test_a_result_that_is_not_ready_says_so(visitor, jobs, sent):
    assert visitor.get(f"/results/{sent.id}").location == f"/jobs/{sent.id}"
    answer = visitor.get(f"/results/{sent.id}", headers={"Accept": JSON})
    assert answer.json["error"]["code"] == "not_ready"


def test_a_script_that_sends_is_told_where_to_go(visitor, jobs):
    answer = visitor.post(
        "/analyse",
        {"files": [(io.BytesIO(b"x"), "a.mp4"), (io.BytesIO(b""), "b.mp4")]},
        content_type="multipart/form-data",
        headers={"X-Aver-Upload": "1"},
    )
    assert answer.json == {"location": f"/jobs/{next(iter(jobs.jobs))}"}
    assert "“b.mp4” is empty" in visitor.get(answer.json["location"]).text


def test_a_script_that_sends_nothing_good_is_told_why(visitor):
    answer = visitor.post(
        "/image-analysis",
        {"files": [(io.BytesIO(b"not media"), "a.jpg")]},
        content_type="multipart/form-data",
        headers={"X-Aver-Upload": "1"},
    )
    assert answer.status_code == 422 and answer.json["error"]["code"] == "not_media"


def test_starting_the_pages_loads_no_heavy_library():
    import subprocess
    import sys

    heavy = "tensorflow keras librosa cv2 av soundfile sklearn matplotlib torch"
    code = (
        "import sys, app\nfrom source.web import create_app\n"
        f"print([m for m in {heavy.split()!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
