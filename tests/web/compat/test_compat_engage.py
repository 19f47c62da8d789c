"""The routes of EngageAi: everybody's own last video."""

import csv
import io

import pytest

from source.core.older import ENGAGEMENT, route
from source.views.exports.as_engagement import COLUMNS
from tests.views import made
from tests.web.compat.conftest import ONE, TWO
from tests.web.compat.programs import AtOnce, Program, check

LAST = ["/analytics", "/content-analysis", "/scholarly-results"]
FILM = b"an annotated film"


class Drawing(AtOnce):
    """Jobs beside which a film is drawn when it is asked for."""

    def submit(self, files, options, caller, *, baseline=None):
        job = super().submit(files, options, caller, baseline=baseline)
        if options.annotate:
            folder = self.folder / f"{job.id}-drawn"
            folder.mkdir(parents=True)
            (folder / "drawing_annotated.mp4").write_bytes(FILM)
        return job


@pytest.fixture
def jobs(tmp_path):
    jobs = Drawing(tmp_path / "uploads")
    jobs.gives = made.video()
    return jobs


def test_a_video_is_processed(program, jobs):
    row = route("process")
    answer = program.ask(row).json
    check(row.answers, answer, row.view)
    frames = jobs.gives.face.frames
    assert answer["frames_processed"] == frames.read
    assert answer["face_detection_rate"] == pytest.approx(
        100 * frames.with_face / frames.read, 0.01
    )
    assert answer["duration_seconds"] == 60.0
    assert answer["engagement_scores"] == {e: jobs.gives.engagement[e] for e in ENGAGEMENT}
    labels = ["happy", "surprise", "neutral", "sad", "angry"]
    assert list(answer["emotion_distribution"]) == labels
    assert sum(answer["emotion_distribution"].values()) == pytest.approx(100, abs=0.1)
    assert program.get(answer["processed_video"]).data == FILM
    assert program.get(answer["analytics_file"]).mimetype == "text/csv"


def test_a_sound_has_no_frames_and_no_film(program, jobs):
    jobs.gives = made.sound()
    jobs.folder.mkdir()
    answer = program.send("/process", ("file", "@a.wav")).json
    assert answer["frames_processed"] is answer["face_detection_rate"] is None
    assert answer["engagement_scores"]["seminar"] > 1


def test_a_recording_in_which_nothing_was_found_has_no_scores(program, jobs):
    jobs.gives = made.nothing()
    answer = program.send("/process", ("file", "@a.wav")).json
    assert answer["engagement_scores"] == dict.fromkeys(ENGAGEMENT)
    assert answer["emotion_distribution"] == {}


def test_the_annotated_film_is_downloaded_by_either_name_and_in_parts(program, other):
    row = route("process_video")
    answer = program.ask(row).json
    check(row.answers, answer, row.view)
    (name,) = {answer["download_url"], f"/api/download/{answer['job_id']}.mp4"}
    whole = program.get(name)
    assert (whole.data, whole.mimetype) == (FILM, "video/mp4")
    assert whole.headers["Content-Disposition"] == "attachment; filename=clip_annotated.mp4"
    assert program.ask(route("download")).data == FILM
    part = program.client.get(name, headers={"Range": "bytes=3-11"}, buffered=True)
    assert (part.status_code, part.data) == (206, FILM[3:12])
    for stranger in (other.get(name), other.ask(route("download"))):
        assert stranger.status_code == 404 and FILM not in stranger.data


@pytest.mark.parametrize("name", ["nope.mp4", "..", "%2e%2e%2fsecret_key", "..%2fx_annotated.mp4"])
def test_a_name_to_download_is_never_a_path(program, name):
    program.ask(route("process_video"))
    answer = program.get(f"/api/download/{name}")
    assert answer.status_code in (404, 308) and FILM not in answer.data


def test_the_table_has_twenty_columns(program):
    program.ask(route("process"))
    answer = program.ask(route("analytics"))
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert tuple(rows[0]) == COLUMNS and len(COLUMNS) == 20 and len(rows) == 121


def test_what_was_said_is_null_until_it_is_read(program, jobs):
    program.ask(route("process"))
    for name in ("content_analysis", "scholarly_results"):
        row = route(name)
        check(row.answers, program.ask(row).json, row.view)
    answer = program.ask(route("content_analysis")).json
    assert answer["transcription"] is None and answer["has_audio"] is True
    assert "not read" in answer["message"] and answer["video"] == "clip.mp4"


def test_words_in_a_result_are_handed_on(program, jobs):
    """A Result of a release that reads words has a part for them, which this one keeps."""
    jobs.gives.unknown["words"] = {"paragraphs": [{"text": "Good morning."}]}
    program.ask(route("process"))
    answer = program.ask(route("content_analysis")).json
    assert answer["transcription"] == {"paragraphs": [{"text": "Good morning."}]}
    assert answer["message"] is None


def test_the_last_one_is_the_callers_own_and_the_newest(program, other, jobs):
    for name in ("first", "second"):
        program.send("/process", ("file", f"@{name}.mp4"))
    assert program.get("/content-analysis").json["video"] == "second.mp4"
    for address in LAST:
        answer = other.get(address)
        assert answer.status_code == 404
        assert (set(answer.json), answer.json["code"]) == ({"error", "code"}, "not_found")


@pytest.mark.parametrize("address", LAST)
def test_a_token_stands_for_a_cookie(app, tokens, jobs, address):
    bearer = {"Authorization": f"Bearer {ONE}"}
    Program(app, **bearer).send("/process", ("file", "@clip.mp4"))
    assert Program(app, **bearer).get(address).status_code == 200
    for stranger in ({}, {"Authorization": f"Bearer {TWO}"}):
        assert Program(app, **stranger).get(address).status_code == 404


def test_a_picture_has_no_table(program, jobs):
    jobs.gives = made.picture()
    program.send("/image-analysis", ("file", "@a.jpg"))
    answer = program.get("/analytics")
    assert answer.status_code == 404 and "engagement.csv" in answer.json["error"]


def test_health_answers_as_it_did(program):
    assert program.ask(route("health")).json == {"status": "healthy"}
