"""The route of the SkymeetAI emotion service."""

from dataclasses import replace

import pytest

from source.core.older import route
from source.core.result import Anomaly
from tests.views import made
from tests.web.compat.programs import check

ROW = route("analyze")
WHO = (("meeting_id", "m"), ("participant_id", "p"))
FILE = ("file", "@clip.mp4")


def test_a_meeting_gets_emotions_a_time_line_and_what_is_unusual(program, jobs):
    video = made.video()
    odd = tuple(replace(m, anomaly=0.9 if 3 <= m.start < 5 else 0.1) for m in video.timeline)
    jobs.gives = replace(video, timeline=odd, anomaly=Anomaly(0.62, "anomaly", 0.5))
    answer = program.ask(ROW).json
    check(ROW.answers, answer, ROW.view)
    assert (answer["meeting_id"], answer["participant_id"]) == ("m-1", "p-1")
    assert (answer["result"]["anomaly_score"], answer["result"]["anomaly_flag"]) == (
        0.62,
        "anomaly",
    )
    assert answer["anomalies"] == [{"start": 3.0, "end": 5.0}]
    assert len(answer["timeline"]) == len(odd)
    assert sum(answer["emotions"].values()) == pytest.approx(1, abs=1e-3)
    assert "surprised" not in answer["emotions"] and "fear" in answer["result"]["emotion_probs"]


@pytest.mark.parametrize(
    ("kind", "analysis"), [("audio", "audio"), ("VIDEO", "auto"), ("", "auto"), ("image", "auto")]
)
def test_the_type_says_what_is_read(program, jobs, kind, analysis):
    jobs.gives = made.video()
    assert program.send("/analyze", *WHO, FILE, ("type", kind)).status_code == 200
    (job,) = jobs.jobs.values()
    assert job.options.analysis == analysis


def test_what_was_not_measured_is_null(program, jobs):
    jobs.gives = made.nothing()
    answer = program.send("/analyze", *WHO, FILE).json
    assert set(answer["result"].values()) == {None}
    assert (answer["timeline"], answer["anomalies"], answer["emotions"]) == ([], [], {})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ((("meeting_id", "m"), FILE), "participant_id"),
        ((("participant_id", "p"), FILE), "meeting_id"),
        ((*WHO, FILE, ("type", "text")), "“text”"),
        (WHO, "No file"),
    ],
)
def test_what_is_missing_is_named(program, jobs, fields, said):
    answer = program.send("/analyze", *fields)
    assert answer.status_code in (400, 422) and said in answer.json["error"]
    assert answer.json["code"] and not jobs.jobs
