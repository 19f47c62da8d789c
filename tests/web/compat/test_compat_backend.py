"""The route of the Emotion Analysis Backend Service."""

import pytest

from source.core.emotions import VIEWS
from source.core.errors import WrongKind
from source.core.older import route
from tests.views import made
from tests.web.compat.programs import check

ROW = route("analyze_media")
FILE = ("file", "@clip.mp4")


def test_voice_and_face_are_told_each_by_itself(program, jobs):
    jobs.gives = made.video()
    answer = program.ask(ROW).json
    check(ROW.answers, answer, ROW.view)
    results = answer["results"]
    assert results["audio_emotion"]["emotion"] in VIEWS["ravdess8"]
    assert results["video_emotion"]["frame_count"] == jobs.gives.face.frames.read
    assert results["video_emotion"]["processed_frames"] == jobs.gives.face.frames.used
    assert results["context"] == {
        "timestamp": jobs.gives.created, "location": None, "weather": None,
    }  # fmt: skip
    (job,) = jobs.jobs.values()
    assert (answer["analysis_id"], job.options.max_frames) == (job.id, 21)


@pytest.mark.parametrize(
    ("fields", "analysis"),
    [
        ({}, "auto"),
        ({"analyze_audio": "true", "analyze_video": "0"}, "audio"),
        ({"analyze_audio": "False"}, "video"),
    ],
)
def test_the_switches_say_what_is_read(program, jobs, fields, analysis):
    jobs.gives = made.video()
    assert program.send("/api/analyze", FILE, *fields.items()).status_code == 200
    (job,) = jobs.jobs.values()
    assert job.options.analysis == analysis


def test_a_picture_is_read_where_the_video_is_asked_for(program, jobs, monkeypatch):
    jobs.gives, submit = made.picture(), jobs.submit

    def strict(files, options, caller, *, baseline=None):
        if options.analysis == "video":
            files[0][1].read()
            raise WrongKind("a.jpg", "a picture", "a video")
        return submit(files, options, caller, baseline=baseline)

    monkeypatch.setattr(jobs, "submit", strict)
    answer = program.send("/api/analyze", ("file", "@a.jpg"), ("analyze_audio", "false"))
    assert answer.json["results"]["video_emotion"]["dominant_emotion"]
    assert answer.json["results"]["audio_emotion"] == {"emotion": None, "confidence": None}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"analyze_audio": "false", "analyze_video": "no"}, "bad_request"),
        ({"analyze_audio": "perhaps"}, "bad_request"),
        ({"max_frames": "-1"}, "out_of_range"),
    ],
)
def test_a_wrong_field_is_refused(program, jobs, fields, code):
    answer = program.send("/api/analyze", FILE, *fields.items())
    assert (answer.status_code, answer.json["code"]) == (400, code) and not jobs.jobs
