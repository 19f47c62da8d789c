"""The four upload pages as programs use them, and results by file name."""

from dataclasses import replace

import pytest

from source.core.errors import Damaged
from source.core.older import route
from tests.views import made
from tests.web.compat.programs import Program, check, has_value
from tests.web.conftest import Visitor
from tests.web.test_web_safety import too_much

GIVEN = {
    "image_analysis": made.picture,
    "audio_analysis": made.sound,
    "video_analysis": lambda: replace(made.video(), analysis="video"),
    "combined_analysis": made.video,
}
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("name", GIVEN)
def test_a_page_answers_a_program_with_its_keys(program, jobs, name):
    jobs.gives = GIVEN[name]()
    row = route(name)
    answer = program.ask(row)
    assert answer.status_code == 200, answer.text
    check(row.answers, answer.json, row.view)
    assert has_value(answer.json)
    (job,) = jobs.jobs.values()
    assert job.options.analysis == name.partition("_")[0]
    again = program.ask(route("get_analysis_result"), clip=job.names[0].partition(".")[0])
    assert again.json == answer.json


def test_a_video_has_an_entry_for_each_face_that_was_read_in_the_order_of_time(program, jobs):
    jobs.gives = GIVEN["video_analysis"]()
    entries = program.ask(route("video_analysis")).json
    faces = [f for p in jobs.gives.face.people for f in p.segments]
    assert len(entries) == sum(f.emotion is not None for f in faces) < len(faces)
    numbers = [entry["frame"] for entry in entries]
    assert numbers == sorted(numbers) and numbers[-1] == round(59.75 * 29.97)


def test_what_was_not_found_is_null_and_no_face_is_an_empty_list(program, jobs):
    jobs.gives = made.nothing()
    empty = {"emotion": None, "probability": None, "probabilities": None}
    assert program.ask(route("audio_analysis")).json == empty
    jobs.gives = made.picture(faces=0)
    assert program.ask(route("image_analysis")).json == {"emotion": None, "probabilities": None}
    jobs.gives = replace(made.sound(), analysis="video", voice=None)
    assert program.ask(route("video_analysis")).json == []


def test_another_label_view_can_be_asked_for(program, jobs):
    jobs.gives = made.picture()
    answer = program.send("/image-analysis?labels=ekman7", ("file", "@face.jpg"))
    assert {"fear", "surprise"} < set(answer.json["probabilities"])
    wrong = program.send("/image-analysis?labels=nope", ("file", "@face.jpg"))
    assert wrong.status_code == 400 and wrong.json["code"] == "unknown_option"
    assert len(jobs.jobs) == 1  # it was refused before it was analysed


def test_fields_of_the_table_of_options_are_read(program, jobs):
    jobs.gives = GIVEN["video_analysis"]()
    program.send("/video-analysis", ("file", "@clip.mp4"), ("max_frames", "7"), ("fps", "2"))
    (job,) = jobs.jobs.values()
    assert (job.options.max_frames, job.options.fps) == (7, 2.0)
    wrong = program.send("/video-analysis", ("file", "@clip.mp4"), ("fps", "often"))
    assert wrong.status_code == 400 and wrong.json["code"] == "out_of_range"


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/json, */*"])
def test_who_takes_json_is_a_program(program, jobs, accept):
    jobs.gives = made.picture()
    headers = {"Accept": accept} if accept else {}
    assert program.send("/image-analysis", ("file", "@a.jpg"), **headers).json["emotion"]


def test_a_form_of_a_browser_leads_to_the_page_of_its_job(app, jobs):
    visitor = Visitor(app)
    fields = {"csrf_token": visitor.token()}
    answer = visitor.send("/image-analysis", ("a.jpg", b"x"), **fields)
    (job,) = jobs.jobs
    assert (answer.status_code, answer.location) == (303, f"/jobs/{job}")


def test_a_form_of_another_page_is_no_program(program, jobs):
    answer = program.send("/image-analysis", ("file", "@a.jpg"), Accept=HTML)
    assert answer.status_code == 400 and "text/html" in answer.content_type and not jobs.jobs


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ({}, 422, "no_file"),
        ({"a.jpg": b""}, 422, "empty_file"),
        ({"a.jpg": b"not media"}, 422, "not_media"),
    ],
)
def test_bad_input_is_a_sentence_with_a_code(app, jobs, files, status, code):
    program = Program(app, files)
    answer = program.send("/image-analysis", ("x", "1"), *(("file", f"@{name}") for name in files))
    assert answer.status_code == status
    assert set(answer.json) == {"error", "code"} and answer.json["code"] == code
    assert answer.json["error"].endswith(".") and not jobs.jobs


def test_what_is_too_large_is_refused_in_the_same_shape(program, jobs):
    answer = program.client.post("/image-analysis", **too_much())
    assert answer.status_code == 413 and answer.json["code"] == "too_large"
    assert "limit of 1 MB" in answer.json["error"] and not jobs.jobs


def test_a_job_that_fails_is_told_in_the_same_shape(program, jobs):
    jobs.gives = Damaged("clip.mp4", "it ends too early")
    answer = program.ask(route("combined_analysis"))
    assert answer.status_code == 422 and answer.json["code"] == "damaged"
    assert "ends too early" in answer.json["error"]


@pytest.fixture
def later(jobs, monkeypatch):
    """A job that is done when it is looked at for the third time; gives the looks."""
    looks, get = [], jobs.get

    def look(job_id, caller):
        looks.append(job_id)
        if len(looks) == 3:
            jobs.finish(job_id, made.picture())
        return get(job_id, caller)

    monkeypatch.setattr(jobs, "get", look)
    return looks


def test_a_program_waits_until_its_job_is_over(program, later):
    assert program.ask(route("image_analysis")).json["emotion"]
    assert len(later) > 2


def test_nobody_waits_for_a_server_that_ends(app, program, later):
    app.extensions["streams"].ending = lambda: True
    assert program.ask(route("image_analysis")).status_code == 202
    assert len(later) == 1


def test_what_takes_too_long_is_told_with_its_address(app, program, jobs):
    settings = app.config["AVER"]
    app.config["AVER"] = settings.with_values(PROGRAM_WAIT=0)
    try:
        answer = program.ask(route("video_analysis"))
    finally:
        app.config["AVER"] = settings
    (job,) = jobs.jobs.values()
    assert answer.status_code == 202 and answer.headers["Retry-After"]
    assert answer.json["job"] == answer.location == f"/jobs/{job.id}"
    assert answer.json["message"].endswith(".")
    jobs.finish(job.id, GIVEN["video_analysis"]())
    assert (
        program.get(f"{answer.json['result']}", query_string={"labels": "five"}).status_code == 200
    )
    assert program.ask(route("get_analysis_result")).json


def test_more_than_a_few_do_not_wait(app, program, jobs):
    waits = app.extensions["waits"]
    waits.most, before = 0, waits.most
    try:
        assert program.ask(route("video_analysis")).status_code == 202
    finally:
        waits.most = before
    with waits.place() as free, waits.place() as other:
        assert free and other


def test_a_result_by_name_is_its_own_callers(program, other, jobs):
    jobs.gives = made.video()
    program.ask(route("combined_analysis"))
    row = route("get_analysis_result")
    assert program.ask(row).status_code == program.get("/get_analysis_result/clip.mp4").status_code
    for answer in (other.ask(row), program.get("/get_analysis_result/none")):
        assert answer.status_code == 404 and answer.json["code"] == "not_found"
        assert isinstance(answer.json["error"], str)


@pytest.mark.parametrize("name", ["..", "../../etc/passwd", "%2e%2e%2fsecret_key"])
def test_a_name_is_never_a_path(program, name):
    answer = program.get(f"/get_analysis_result/{name}")
    assert answer.status_code in (404, 308, 301)


def test_a_program_without_a_cookie_gets_a_session_of_its_own(app, jobs):
    jobs.gives = made.picture()
    one = Program(app).ask(route("image_analysis"))
    two = Program(app).ask(route("image_analysis"))
    assert "Set-Cookie" in one.headers and "Set-Cookie" in two.headers
    assert len({job.session for job in jobs.jobs.values()}) == 2
