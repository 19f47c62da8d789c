"""The route of speech_emotion_recognition1."""

import base64
import io

import pytest
from PIL import Image

from source.core.older import route
from tests.views import made
from tests.web.compat.programs import check

ROW = route("upload")


@pytest.mark.parametrize("given", [made.sound, made.picture, made.video])
def test_any_recording_has_seven_probabilities_and_a_chart_that_is_a_picture(program, jobs, given):
    jobs.gives = given()
    answer = program.ask(ROW).json
    check(ROW.answers, answer, ROW.view)
    labels = {"angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"}
    assert set(answer["probabilities"]) == labels
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    likeliest = max(answer["probabilities"].values())
    assert answer["probabilities"][answer["predicted_emotion"]] == likeliest
    kind, _, data = answer["chart_url"].partition(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.format == "PNG" and picture.width > 300


def test_what_has_no_emotion_has_no_chart(program, jobs):
    jobs.gives = made.nothing()
    answer = program.ask(ROW).json
    assert answer == {"predicted_emotion": None, "probabilities": None, "chart_url": None}
