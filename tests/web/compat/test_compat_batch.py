"""The batch routes of the closed service: jobs, their state, predictions file by file."""

import hashlib
import io
import json
from dataclasses import replace

import pytest

from source.core.errors import Damaged
from source.core.older import route
from source.web.callers import TOKENS
from tests.views import made
from tests.web.compat.conftest import ONE, TWO
from tests.web.compat.programs import Program, check

JOBS = "/v0/batch/jobs"
FILE = ("file", "@clip.mp4")


def asking(**body):
    return ("json", json.dumps(body))


def start(program, *fields):
    answer = program.send(JOBS, *fields)
    assert answer.status_code == 200, answer.text
    return answer.json["job_id"]


@pytest.fixture
def video(jobs):
    jobs.gives = made.video()
    return jobs.gives


def test_a_job_is_started_followed_and_read(program, jobs, video):
    row = route("batch_start")
    answer = program.ask(row).json
    check(row.answers, answer, row.view)
    job = answer["job_id"]
    for name in ("batch_jobs", "batch_job", "batch_predictions"):
        check(route(name).answers, program.ask(route(name), JOB_ID=job).json, "native")
    state = program.get(f"{JOBS}/{job}").json["state"]
    assert (state["status"], state["num_predictions"], state["num_errors"]) == ("COMPLETED", 1, 0)
    (source,) = program.get(f"{JOBS}/{job}/predictions").json
    assert source["source"]["md5sum"] == hashlib.md5(b"some video").hexdigest()
    (found,) = source["results"]["predictions"]
    assert found["file"] == "clip.mp4"
    groups = found["models"]["face"]["grouped_predictions"]
    assert [group["id"] for group in groups] == ["face_1", "face_2"]
    first = groups[0]["predictions"][0]
    assert (first["frame"], first["time"], first["prob"]) == (round(0.25 * 29.97), 0.25, None)
    assert first["box"] == {"x": 256.0, "y": 180.0, "w": 230.4, "h": 230.4}
    assert sum(one["score"] for one in first["emotions"]) == pytest.approx(1, abs=1e-3)
    (voice,) = found["models"]["prosody"]["grouped_predictions"]
    spoken = [one["time"] for one in voice["predictions"]]
    assert spoken[0] == {"begin": 1.0, "end": 9.5} and len(spoken) == len(video.voice.segments)


def test_a_face_that_could_not_be_read_is_left_out(program, jobs, video):
    job = start(program, FILE)
    found = program.get(f"{JOBS}/{job}/predictions").json[0]["results"]["predictions"][0]
    for person, group in zip(
        video.face.people, found["models"]["face"]["grouped_predictions"], strict=True
    ):
        read = [s for s in person.segments if s.emotion]
        assert len(group["predictions"]) == len(read) < len(person.segments)


def test_the_score_of_the_detection_is_the_probability_of_a_face(program, jobs):
    picture = made.picture(faces=1)
    (person,) = picture.face.people
    (face,) = person.segments
    scored = replace(face, quality=replace(face.quality, score=0.87))
    seen = replace(picture.face, people=(replace(person, segments=(scored,)),))
    jobs.gives = replace(picture, face=seen)
    found = program.get(f"{JOBS}/{start(program, FILE)}/predictions").json[0]["results"]
    groups = found["predictions"][0]["models"]["face"]["grouped_predictions"]
    assert [one["prob"] for one in groups[0]["predictions"]] == [0.87]


def test_labels_of_another_view(program, jobs, video):
    job = start(program, FILE)
    answer = program.get(f"{JOBS}/{job}/predictions?labels=ekman7").json
    utterance = answer[0]["results"]["predictions"][0]["models"]["prosody"]["grouped_predictions"]
    names = {one["name"] for one in utterance[0]["predictions"][0]["emotions"]}
    assert {"fear", "surprise"} < names
    wrong = program.get(f"{JOBS}/{job}/predictions?labels=nope")
    assert (wrong.status_code, wrong.json["error"]["code"]) == (400, "unknown_option")


@pytest.mark.parametrize(
    ("models", "analysis"),
    [
        (None, "auto"),
        ({}, "auto"),
        ({"face": {}, "prosody": {}}, "auto"),
        ({"face": {}, "language": None}, "video"),
        ({"prosody": {"granularity": "utterance", "window": None}}, "audio"),
    ],
)
def test_the_models_say_what_is_read(program, jobs, video, models, analysis):
    start(program, asking(models=models), FILE)
    (job,) = jobs.jobs.values()
    assert job.options.analysis == analysis


def test_settings_of_a_model_hold(program, jobs, video):
    job = start(program, asking(models={"face": {"fps_pred": 5, "min_face_size": 60}}), FILE)
    asked = jobs.jobs[job].options
    assert (asked.fps, asked.min_face) == (5, 60)
    config = program.get(f"{JOBS}/{job}").json["request"]["models"]
    assert config["face"]["fps_pred"] == 5 and config["face"]["min_face_size"] == 60
    every = start(program, asking(models={"face": {"fps_pred": 0}}), FILE)
    assert jobs.jobs[every].options.fps == 60


def test_the_request_may_come_as_a_file_part(program, jobs, video):
    form = {
        "json": (io.BytesIO(b'{"models": {"prosody": {}}}'), "json"),
        "file": (io.BytesIO(b"some sound"), "a.wav"),
    }
    answer = program.client.post(JOBS, data=form, content_type="multipart/form-data")
    assert jobs.jobs[answer.json["job_id"]].options.analysis == "audio"


def test_several_files_are_one_job_and_a_bad_one_is_told_in_it(app, jobs, video):
    files = {"a.mp4": b"a", "bad.mp4": b"not media", "b.wav": b"b"}
    program = Program(app, files)
    job = start(program, *(("file", f"@{name}") for name in files))
    state = program.get(f"{JOBS}/{job}").json["state"]
    assert (state["status"], state["num_predictions"], state["num_errors"]) == ("COMPLETED", 2, 1)
    answer = program.get(f"{JOBS}/{job}/predictions").json
    check(route("batch_predictions").answers, answer, "native")
    told = {one["source"]["filename"]: one["results"] for one in answer}
    assert [bool(told[name]["predictions"]) for name in files] == [True, False, True]
    (error,) = told["bad.mp4"]["errors"]
    assert error["file"] == "bad.mp4" and "not a recording" in error["message"]


def test_states_of_a_job(program, jobs):
    job = start(program, FILE, ("file", "@b.mp4"))
    first, second = job.split(".")

    def status():
        return program.get(f"{JOBS}/{job}").json["state"]["status"]

    assert status() == "QUEUED"
    answer = program.get(f"{JOBS}/{job}/predictions")
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_ready")
    jobs.change(first, state="running")
    assert status() == "IN_PROGRESS"
    failure = Damaged("clip.mp4", "it ends too early").to_dict()["error"]
    jobs.change(first, state="failed", error=failure)
    assert status() == "IN_PROGRESS"
    jobs.change(second, state="cancelled")
    state = program.get(f"{JOBS}/{job}").json["state"]
    assert (state["status"], state["num_errors"]) == ("FAILED", 2)
    assert "ends too early" in state["message"]
    answer = program.get(f"{JOBS}/{job}/predictions").json
    assert [len(one["results"]["errors"]) for one in answer] == [1, 1]


def test_jobs_are_listed_filtered_and_sorted(program, jobs):
    waiting = start(program, FILE)
    jobs.gives = made.video()
    done = [start(program, ("file", f"@{name}.mp4")) for name in "ab"]

    def listed(query=""):
        return [job["job_id"] for job in program.get(f"{JOBS}{query}").json]

    assert listed() == [*reversed(done), waiting]
    assert listed("?direction=asc&sort_by=started") == [waiting, *done]
    assert listed("?status=COMPLETED&limit=1") == done[-1:]
    assert listed("?status=QUEUED&status=FAILED") == [waiting]
    assert listed("?when=created_before&timestamp_ms=1") == []
    assert len(listed("?when=created_after&timestamp_ms=1")) == 3
    for wrong in ("limit=0", "limit=x", "status=DONE", "sort_by=size", "direction=up", "when=now"):
        answer = program.get(f"{JOBS}?{wrong}")
        assert answer.status_code == 400 and answer.json["error"]["hint"], wrong


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"urls": ["http://169.254.169.254/latest"]}, "not_fetched"),
        ({"registry_files": ["x"]}, "not_fetched"),
        ({"text": ["I am glad."]}, "bad_request"),
        ({"callback_url": "http://localhost/hook"}, "no_callback"),
        ({"models": {"language": {}}}, "unknown_option"),
        ({"models": []}, "bad_request"),
        ({"models": {"face": 1}}, "bad_request"),
        ({"models": {"face": {"fps_pred": -1}}}, "out_of_range"),
        ({"models": {"face": {"fps_pred": "many"}}}, "bad_request"),
        ({"models": {"face": {"min_face_size": 1e400}}}, "out_of_range"),
        ([1], "bad_request"),
    ],
)
def test_what_there_is_not_is_refused_with_a_sentence(program, jobs, body, code):
    form = program.send(JOBS, ("json", json.dumps(body)), FILE)
    alone = program.client.post(JOBS, json=body)
    for answer in (form, alone):
        assert (answer.status_code, answer.json["error"]["code"]) == (400, code)
    assert not jobs.jobs


@pytest.mark.parametrize("text", ["{", "nonsense", "[" * 50_000], ids=["{", "word", "deep"])
def test_what_is_no_json_is_refused(program, jobs, text):
    answer = program.send(JOBS, ("json", text), FILE)
    assert answer.status_code == 400 and "JSON" in answer.json["error"]["message"]


def test_too_much_json_is_not_read(program, jobs):
    long = json.dumps({"text": ["x" * 100_000]})
    answer = program.client.post(JOBS, data=long, content_type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_a_job_needs_a_file_and_not_too_many(program, jobs):
    assert program.send(JOBS, asking(models={})).json["error"]["code"] == "no_file"
    assert program.client.post(JOBS, json={}).json["error"]["code"] == "no_file"
    answer = program.send(JOBS, *([FILE] * 21))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
    assert not jobs.jobs


def test_nobody_else_sees_a_job(program, other, jobs, video):
    job = start(program, FILE)
    mixed = f"{start(other, FILE)}.{job}"
    for name in (job, mixed, "x", "."):
        for address in (f"{JOBS}/{name}", f"{JOBS}/{name}/predictions"):
            answer = other.get(address)
            assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")
    assert job not in other.get(JOBS).text


def test_the_key_of_the_closed_service_is_a_token_where_there_are_tokens(app, tokens, video, jobs):
    def key(value):
        return Program(app, **{"X-Hume-Api-Key": value})

    job = start(key(ONE), FILE)
    assert jobs.jobs[job].session.startswith("token-")
    assert key(ONE).get(f"{JOBS}/{job}").status_code == 200
    bearer = Program(app, Authorization=f"Bearer {ONE}")
    assert bearer.get(f"{JOBS}/{job}").status_code == 200
    assert key(TWO).get(f"{JOBS}/{job}").status_code == 404
    assert key("wrong").get(f"{JOBS}/{job}").status_code == 401
    app.config[TOKENS] = frozenset()
    cookies = key("whatever")
    assert cookies.get(f"{JOBS}/{start(cookies, FILE)}").status_code == 200
