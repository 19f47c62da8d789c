import json
from dataclasses import replace

import pytest

from source.core.affect import COORDINATES, affect
from source.core.emotions import EMOTIONS, FUSED, Emotion
from source.core.engagement import WEIGHTS, engagement, score
from source.core.errors import AverError, TooLarge, UnknownOption
from source.core.ids import new_id
from source.core.options import Options
from source.core.result import (
    AudioStream,
    Baseline,
    Face,
    FaceSegment,
    Frames,
    ModelUsed,
    Moment,
    Motion,
    Note,
    Person,
    Quality,
    Result,
    Segment,
    Source,
    VideoStream,
    Voice,
)


def emotion(label: str = "happy", score: float = 0.76) -> Emotion:
    rest = (1 - score) / (len(FUSED) - 1)
    return Emotion.from_scores({e: score if e == label else rest for e in FUSED}, threshold=0.5)


@pytest.fixture
def result() -> Result:
    read = emotion()
    segment = FaceSegment(0.25, (0.1, 0.2, 0.3, 0.4), Quality(80, 0.1, 0.5), read)
    refused = FaceSegment(0.5, (0.1, 0.2, 0.3, 0.4), Quality(10, 0.1, 0.5, "small"))
    person = Person(1, 0.25, 0.5, (segment, refused), read, Motion("conv-lstm", read))
    return Result(
        id=new_id(),
        analysis="combined",
        created="2026-01-01T12:00:00Z",
        took=1.25,
        app="0.1.0",
        source=Source(
            "clip.mp4",
            "video",
            1,
            "0" * 64,
            3.57,
            VideoStream(1280, 720, 29.97, 0, "h264"),
            AudioStream(48000, 2, "aac"),
        ),
        models={"voice": ModelUsed("cnn-transformer", "0" * 64)},
        options=Options("combined").to_dict(),
        emotion=read,
        voice=Voice(1.7, (Segment(0.9, 2.6, read),), read),
        face=Face(Frames(2, 1, 2), (person,), read),
        timeline=(Moment(0.0, 0.5, read, ("voice", "face"), 0.8, 0.1),),
        notes=(Note("no_speech", "No speech."),),
    )


def test_a_result_survives_being_written_and_read(result):
    assert Result.from_dict(json.loads(json.dumps(result.to_dict()))) == result


def test_what_was_not_measured_is_absent_from_the_written_form(result):
    written = replace(result, voice=None, affect=None).to_dict()
    assert "voice" not in written
    assert "affect" not in written
    assert "emotion" not in written["face"]["people"][0]["segments"][1]
    assert "sources" not in written


def test_a_baseline_is_written_with_where_it_comes_from(result):
    voice = replace(result.voice, baseline=Baseline("stretch", 3))
    written = json.loads(json.dumps(replace(result, voice=voice).to_dict()))
    assert written["voice"]["baseline"] == {"from": "stretch", "utterances": 3}
    assert Result.from_dict(written).voice == voice
    assert "baseline" not in result.to_dict()["voice"]


def test_what_is_unknown_beside_it_is_kept(result):
    written = replace(result, voice=replace(result.voice, baseline=Baseline("own", 3))).to_dict()
    written["voice"]["baseline"]["source"] = "another release's"
    assert Result.from_dict(written).to_dict() == written


def test_another_version_is_refused(result):
    with pytest.raises(ValueError, match="version 2"):
        Result.from_dict(result.to_dict() | {"version": 2})


def test_ids_sort_by_time_and_do_not_repeat():
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(len(i) == 26 for i in ids)
    assert [i[:9] for i in ids] == sorted(i[:9] for i in ids)


def test_every_emotion_has_a_place_in_affect():
    assert set(COORDINATES) == set(EMOTIONS)
    assert affect({"happy": 0.5, "neutral": 0.5}) == (0.405, 0.255, 0.23)


@pytest.mark.parametrize(
    ("label", "confidence", "environment", "expected"),
    [
        ("happy", 0.9, "classroom", 4.95),
        ("happy", 0.9, "product_demo", 5.0),
        ("surprised", 0.5, "seminar", 3.0),
        ("calm", 0.95, "general", 3.0),
        ("angry", 0.9, "product_demo", 1.0),
        ("fearful", 0.9, "classroom", 1.0),
    ],
)
def test_engagement_follows_its_formula(label, confidence, environment, expected):
    assert score(label, confidence, WEIGHTS[environment]) == pytest.approx(expected)


def test_engagement_of_nothing_is_nothing():
    assert engagement([]) is None
    assert engagement([(1.0, emotion("happy", 0.9))])["classroom"] == 4.95


def test_an_unknown_analysis_is_refused_with_the_valid_ones():
    with pytest.raises(UnknownOption) as told:
        Options(analysis="smell")
    assert told.value.status == 400
    assert "Use one of: auto, audio, image, video, combined." in str(told.value)


def test_every_error_has_one_shape():
    error = TooLarge.pixels("a.png", 60000, 60000, 80_000_000)
    assert error.to_dict()["error"]["status"] == 413
    assert "3600 megapixels" in error.message


def _tree(kind):
    return {kind}.union(*(_tree(k) for k in kind.__subclasses__()))


def test_error_codes_are_their_own():
    codes = [kind.code for kind in _tree(AverError)]
    assert len(codes) == len(set(codes))
