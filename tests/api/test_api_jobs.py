"""Jobs of the API: handing in, the same again, lists, following, cancelling, deleting."""

import io
import json
import re
import threading
import time

import pytest

from source.core.errors import TooLarge
from source.core.options import OPTIONS
from tests.api.conftest import API, Program, tone
from tests.views import made

GIVEN = {
    "analysis": ("audio", "audio"),
    "fps": ("2.5", 2.5),
    "max_frames": ("7", 7),
    "seconds": ("0.5", 0.5),
    "start": ("0:00.25", 0.25),
    "end": ("0.75", 0.75),
    "voice_model": ("ensemble", "ensemble"),
    "face_model": ("residual", "residual"),
    "video_model": ("temporal-head", "temporal-head"),
    "denoise": ("true", True),
    "baseline": ("0-0.5", "0-0.5"),
    "min_face": ("48", 48),
    "max_blur": ("0,5", 0.5),
    "min_light": ("0.2", 0.2),
    "engagement_weights": ("happy=2", "happy=2"),
    "purpose": ("a test", "a test"),
    "annotate": ("yes", True),
    "blur_faces": ("1", True),
    "subtitles": ("on", True),
    "explain": ("0.5,0.25", [0.5, 0.25]),
}
"""Every option as a form gives it, and as the job has it."""


def test_every_option_of_the_table_can_be_given(program):
    assert list(GIVEN) == list(OPTIONS)
    job = program.job(**{name: text for name, (text, _) in GIVEN.items()})
    assert job["options"] == {name: value for name, (_, value) in GIVEN.items()}


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ({"explain": ["0.5", "0.25"]}, {"explain": [0.5, 0.25]}),
        ({"explain": "on"}, {"explain": []}),
        ({"denoise": "false", "seconds": ""}, {"denoise": False}),
    ],
)
def test_other_spellings_of_options(program, form, options):
    stored = program.job(**form)["options"]
    assert {name: stored[name] for name in options} == options and "seconds" not in stored


@pytest.mark.parametrize(
    ("form", "status", "code", "said"),
    [
        ({"smile": "1"}, 400, "unknown_option", "fps"),
        ({"fps": "0"}, 400, "out_of_range", "0.1 and 60"),
        ({"denoise": "perhaps"}, 400, "bad_request", "neither true nor false"),
        ({"analysis": "smell"}, 400, "unknown_option", "combined"),
        ({"voice_model": "none"}, 400, "unknown_option", "none"),
        ({"baseline": "/etc/passwd"}, 400, "bad_request", "no baseline"),
        ({"purpose": "?!"}, 400, "bad_request", "purpose"),
        ({"start": "5", "end": "2"}, 400, "bad_request", "must end after"),
        ({"files": "text"}, 400, "bad_request", "not a file"),
        ({"fps": (io.BytesIO(b"4"), "a.txt")}, 400, "bad_request", "holds a file"),
        ({"extra": (io.BytesIO(b"4"), "a.txt")}, 400, "unknown_option", "extra"),
    ],
    ids=lambda part: str(part)[:30],
)
def test_a_wrong_field_is_refused_with_a_sentence(program, form, status, code, said):
    answer = program.send(**form) if "files" not in form else program.send(field="file", **form)
    error = answer.json["error"]
    assert (answer.status_code, error["code"]) == (status, code), answer.text
    assert said in f"{error['message']} {error['hint']}"
    assert program.get("/jobs").json == {"jobs": []}


def test_a_request_without_files_says_how_to_send_them(program):
    for answer in (program.post("/jobs", {"a": 1}), program.call("POST", "/jobs", data=b"x")):
        assert answer.status_code == 422
        assert "curl -F files=@clip.mp4" in answer.json["error"]["hint"]


def test_several_files_are_several_jobs_and_bad_ones_do_not_harm_good_ones(program):
    answer = program.send(("a.wav", tone()), ("b.txt", b"hello"), ("c.wav", tone(level=7)))
    assert answer.status_code == 201
    assert [job["names"] for job in answer.json["jobs"]] == [["a.wav"], ["c.wav"]]
    (refused,) = answer.json["refused"]
    assert (refused["state"], refused["error"]["code"]) == ("refused", "not_media")
    listed = program.get("/jobs").json["jobs"]
    assert {job["id"] for job in listed} >= {refused["id"]}


def test_where_no_file_can_be_read_the_answer_is_the_error(program):
    one = program.send(("b.txt", b"hello"))
    assert (one.status_code, one.json["error"]["code"]) == (422, "not_media")
    two = program.send(("b.txt", b"hello"), ("c.wav", b""))
    assert (two.status_code, two.json["error"]["code"]) == (422, "none_taken")


def test_a_picture_and_its_sound_are_one_job(program, samples):
    picture = ("face.jpg", (samples / "sample.jpg").read_bytes())
    (job,) = program.send(picture, ("voice.wav", tone()), analysis="combined").json["jobs"]
    assert job["names"] == ["face.jpg", "voice.wav"] and job["analysis"] == "combined"


def test_a_baseline_may_be_a_recording(program):
    normal = (io.BytesIO(tone(level=3)), "normal.wav")
    assert program.job(baseline_file=normal)["options"]["baseline"] == "normal.wav"
    normal = (io.BytesIO(tone(level=3)), "normal.wav")
    answer = program.send(baseline_file=normal, baseline="none")
    assert answer.status_code == 400 and "Two baselines" in answer.json["error"]["message"]


def test_an_upload_that_is_too_large_is_refused(program):
    answer = program.send(("a.wav", tone(level=1) + bytes(8_200_000)))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, TooLarge.code)


# --- the same again ------------------------------------------------------------------------------


def test_the_same_bytes_and_options_are_analysed_once(program, worker):
    job = program.job(fps="2")
    worker.work()
    again = program.send(("other name.wav", tone()), fps="2.0")
    assert again.status_code == 200
    assert again.json["jobs"] == [program.get(f"/jobs/{job['id']}").json]
    assert again.json["reused"] == [job["id"]]
    assert again.headers["Location"] == f"{API}/jobs/{job['id']}"
    worker.work()
    assert len(worker.done) == 1


def test_what_is_under_way_is_not_begun_twice(program):
    job = program.job()
    assert program.send().json["reused"] == [job["id"]]


@pytest.mark.parametrize(
    "other",
    [
        {"fresh": "true"},
        {"fps": "3"},
        {"baseline": "none"},
        {"annotate": "true"},
        {"path": "/jobs?fresh=true"},
        {"baseline_file": "own.wav"},
    ],
    ids=str,
)
def test_other_options_or_a_wish_lead_to_another_analysis(program, worker, other):
    job = program.job()
    worker.work()
    if "baseline_file" in other:
        other = {"baseline_file": (io.BytesIO(tone(level=9)), other["baseline_file"])}
    answer = program.send(**other)
    assert answer.status_code == 201 and answer.json["jobs"][0]["id"] != job["id"]


def test_two_files_of_the_same_bytes_are_one_job(program):
    answer = program.send(("a.wav", tone()), ("b.wav", tone()))
    assert len(answer.json["jobs"]) == 1


def test_what_failed_or_was_cancelled_or_deleted_is_tried_again(program, worker):
    for end in ("cancel", "fail", "delete"):
        job = program.job()
        if end == "cancel":
            program.post(f"/jobs/{job['id']}/cancel")
        elif end == "fail":
            worker.work(error=TooLarge("too large"))
        else:
            program.call("DELETE", f"/jobs/{job['id']}")
    assert program.send().status_code == 201


def test_another_caller_shares_nothing(program, app, worker):
    from tests.web.conftest import Visitor

    job = program.job()
    worker.work()
    visitor = Visitor(app)
    visitor.send("/analyse", ("tone.wav", tone()))
    assert job["id"] not in visitor.get("/history").text


KEY = {"Idempotency-Key": "my first request"}


def test_a_request_with_a_key_is_done_once(program, worker):
    first = program.send(fresh="true", headers=KEY)
    worker.work()
    again = program.send(fresh="true", headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    (job,) = again.json["jobs"]
    assert job["id"] == first.json["jobs"][0]["id"] and job["state"] == "done"
    assert len(program.get("/jobs").json["jobs"]) == 1
    other = program.send(fresh="true", headers={"Idempotency-Key": "my second"})
    assert other.json["jobs"][0]["id"] != job["id"]


def test_a_key_of_another_request_is_refused(program):
    program.send(headers=KEY)
    for more in ({"fps": "2"}, {"path": "/jobs?fresh=1"}):
        answer = program.send(headers=KEY, **more)
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "key_reused")
    answer = program.send(("tone.wav", tone(level=5)), headers=KEY)
    assert answer.status_code == 422


def test_a_request_that_failed_may_come_again_under_its_key(program):
    assert program.send(fps="0", headers=KEY).status_code == 400
    assert program.send(("a.txt", b"x"), headers=KEY).status_code == 422
    assert program.send(headers=KEY).status_code == 201


def test_a_request_that_is_worked_on_is_not_done_twice(program, app):
    jobs = app.extensions["jobs"]
    begun, answers = [], []
    hand_in = jobs.hand_in

    def slow(*args, **values):
        begun.append(args)
        answers.append(program.send(headers=KEY))  # the same request, meanwhile
        return hand_in(*args, **values)

    jobs.hand_in = slow
    assert program.send(headers=KEY).status_code == 201
    (answer,) = answers
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "still_working")
    assert len(begun) == 1


def test_jobs_that_were_deleted_do_not_come_back_by_their_key(program):
    job = program.send(headers=KEY).json["jobs"][0]
    program.call("DELETE", f"/jobs/{job['id']}")
    assert program.send(headers=KEY).status_code == 404


def test_a_key_has_a_length(program):
    for key in ("", "x" * 256):
        assert program.send(headers={"Idempotency-Key": key}).status_code == 400


# --- looking -------------------------------------------------------------------------------------


def test_a_list_has_pages_that_lead_through_all_jobs_once(program):
    made_ids = [program.job(purpose=f"number {n}")["id"] for n in range(5)]
    seen, path = [], f"{API}/jobs?limit=2&state=waiting"
    while path:
        answer = program.get(path)
        seen += [job["id"] for job in answer.json["jobs"]]
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("Link", ""))
        assert bool(link) == ("next" in answer.json)
        path = link and link[1]
    assert seen == made_ids[::-1]


def test_a_list_is_filtered(program, worker, samples):
    done = program.job()
    worker.work()
    program.send(("face.jpg", (samples / "sample.jpg").read_bytes()))

    def ids(query):
        return [job["id"] for job in program.get(f"/jobs?{query}").json["jobs"]]

    assert ids("state=done") == ids("kind=audio") == ids("analysis=audio") == [done["id"]]
    assert len(ids("")) == 2 and len(ids("state=waiting&kind=image")) == 1
    assert ids("until=2020-01-01T00:00:00Z") == [] == ids("since=2999-01-01")
    assert len(ids("since=2020-01-01T00:00:00+01:00")) == 2


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "state=asleep", "since=soon", "label=five", "kind=smell", "limit=201"],
)
def test_a_wrong_parameter_is_refused(program, query):
    answer = program.get(f"/jobs?{query}")
    assert answer.status_code == 400 and answer.json["error"]["status"] == 400


def test_a_job_says_where_it_is(program, worker):
    first = program.job()
    second = program.job(fps="3")
    assert (first["ahead"], second["ahead"]) == (0, 1)
    assert first["progress"]["share"] == 0 and first["kind"] == "audio"
    assert "started" not in first and "error" not in first
    worker.work()
    job = program.get(f"/jobs/{first['id']}").json
    assert job["progress"]["share"] == 1.0 and job["headline"]["label"] == "angry"
    assert job["started"] <= job["ended"] <= job["expires"]


def test_a_job_that_failed_says_why(program, worker):
    job = program.job()
    worker.work(error=TooLarge("It is too long."))
    found = program.get(f"/jobs/{job['id']}").json
    assert (found["state"], found["error"]["code"]) == ("failed", "too_large")
    answer = program.get(f"/results/{job['id']}")
    assert answer.status_code == 413 and answer.json["error"]["job"] == job["id"]


def test_an_answer_may_wait_for_the_end(program, worker):
    job = program.job()
    thread = threading.Timer(0.1, worker.work)
    thread.start()
    found = program.get(f"/jobs/{job['id']}?wait=20").json
    thread.join()
    assert found["state"] == "done"


def test_an_answer_waits_no_longer_than_it_was_told(program):
    begin = time.monotonic()
    answer = program.send(path="/jobs?wait=0.05")
    assert answer.json["jobs"][0]["state"] == "waiting" and time.monotonic() - begin < 5
    assert program.get("/jobs/x?wait=1000").status_code == 400


def test_a_busy_server_does_not_wait(program, app):
    app.extensions["streams"].most = app.extensions["waits"].most = 0
    assert program.send(path="/jobs?wait=60").json["jobs"][0]["state"] == "waiting"
    job = program.get("/jobs").json["jobs"][0]["id"]
    assert program.get(f"/jobs/{job}/events").status_code == 204


def test_a_job_can_be_followed(program, worker):
    job = program.job()
    thread = threading.Timer(0.1, worker.work)
    thread.start()
    text = program.get(f"/jobs/{job['id']}/events").text
    thread.join()
    seen = [json.loads(data) for data in re.findall(r"event: progress\ndata: (.+)\n", text)]
    assert seen[0]["state"] == "waiting" and seen[-1]["state"] == "done"
    assert text.endswith("event: end\ndata: \n\n")


def test_cancelling_and_deleting(program, worker):
    job = program.job()
    assert program.post(f"/jobs/{job['id']}/cancel").json["state"] == "cancelled"
    answer = program.get(f"/results/{job['id']}")
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "cancelled")
    gone = program.call("DELETE", f"/jobs/{job['id']}")
    assert (gone.status_code, gone.data) == (204, b"")
    assert program.get(f"/jobs/{job['id']}").status_code == 404
    worker.work()
    assert worker.done == []


def test_an_error_has_one_form_with_the_names_of_request_and_job(program):
    answer = program.get("/jobs/01JNONE")
    error = answer.json["error"]
    assert set(error) == {"code", "message", "hint", "status", "request", "job"}
    assert error["request"] == answer.headers["X-Request-Id"]
    named = program.get("/jobs", headers={"X-Request-Id": "bad name\u00e9"}).headers["X-Request-Id"]
    assert re.fullmatch("[0-9a-f]{16}", named)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_method_that_is_not_there_is_said_with_those_that_are(program, method):
    answer = program.call(method, "/jobs")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


def test_a_job_of_before_is_shown(program, app, worker):
    """The page of a result and the API show the same job to the same session."""
    from tests.web.conftest import Visitor

    visitor = Visitor(app)
    visitor.send("/analyse", ("tone.wav", tone()))
    worker.work(made.sound())
    (job,) = visitor.client.get("/api/v1/jobs").json["jobs"]
    assert job["state"] == "done" and Program(app).get("/jobs").json == {"jobs": []}
