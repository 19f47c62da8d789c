"""The overall answer: one rule for what a recording reads as, of what base, and when it is sure."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source.core.emotions import FUSED, Emotion
from source.core.overall import Reading, basis, completed, overall
from source.core.result import Result
from source.views import labels
from tests.views import made

THRESHOLD = 0.5


def said(label, score=0.8, *, seconds=1.0, trusted=True):
    rest = (1 - score) / (len(FUSED) - 1)
    scores = {e: score if e == label else rest for e in FUSED}
    emotion = Emotion.from_scores(scores, threshold=THRESHOLD, trusted=trusted)
    return Reading(seconds, emotion, THRESHOLD)


def test_nothing_read_gives_no_answer():
    assert overall([]) is None


def test_one_reading_is_its_own_answer():
    reading = said("sad", 0.7)
    assert overall([reading]) == reading.emotion


@pytest.mark.parametrize(
    ("readings", "certain"),
    [
        pytest.param([said("happy")] * 6 + [said("sad")] * 4, True, id="most of the time, surely"),
        pytest.param([said("happy")] * 5 + [said("sad")] * 5, False, id="half of the time"),
        pytest.param(
            [said("happy")] * 4 + [said("sad")] * 3 + [said("angry")] * 3, False,
            id="most often, but less than half of the time",
        ),
        pytest.param([said("happy", 0.45)] * 9, False, id="all the time, below the threshold"),
        pytest.param([said("happy", trusted=False)] * 9, False, id="nothing that can be trusted"),
        pytest.param(
            [said("happy"), said("happy", seconds=1.2, trusted=False)], False,
            id="more of it untrusted than trusted",
        ),
        pytest.param(
            [said("happy", seconds=9.0), *[said("sad", seconds=0.5)] * 12], True,
            id="time counts, not how often",
        ),
    ],
)  # fmt: skip
def test_when_the_whole_is_sure(readings, certain):
    answer = overall(readings)
    assert answer.label == "happy"
    assert answer.certain is certain


READINGS = st.lists(
    st.builds(
        said,
        st.sampled_from(FUSED),
        st.floats(0.2, 0.99),
        seconds=st.floats(0.05, 20.0),
        trusted=st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


@given(READINGS)
def test_a_sure_answer_leads_most_of_the_time_and_mostly_surely(readings):
    answer = overall(readings)
    own = [r for r in readings if r.emotion.label == answer.label]
    time = sum(r.weight for r in own)
    if answer.certain:
        assert time > sum(r.weight for r in readings) / 2
        assert sum(r.weight for r in own if r.emotion.certain) >= time / 2
    assert sum(answer.scores.values()) == pytest.approx(1.0, abs=1e-4)
    assert answer.score == max(answer.scores.values())


@given(READINGS, st.randoms())
def test_the_order_of_readings_does_not_matter(readings, random):
    shuffled = random.sample(readings, len(readings))
    one, other = overall(readings), overall(shuffled)
    assert one.scores == pytest.approx(other.scores, abs=1e-5)


def test_the_basis_says_how_much_was_measured_and_how_much_of_it_the_label_leads():
    video = made.video()
    rests = basis(video)
    assert rests.senses == ("voice", "face")
    assert rests.seconds == 58.0  # of 60, since there is a gap
    assert rests.share == pytest.approx(0.78, abs=0.01)


def test_of_a_picture_faces_count():
    assert basis(made.picture(faces=3)).faces == 3
    assert basis(made.picture(faces=3)).share == pytest.approx(1 / 3, abs=1e-4)


def test_nothing_has_no_basis():
    assert basis(made.nothing()) is None


def test_a_label_view_keeps_the_rule():
    """In other words other labels lead; what leads less than half of the time is not sure."""
    moments = tuple(
        replace(m, emotion=made.emotion(["happy", "sad", "fearful"][i % 3], 0.9))
        for i, m in enumerate(made.video().timeline)
    )
    video = replace(made.video(), timeline=moments, emotion=made.emotion("happy", 0.9))
    assert basis(video).share < 0.5
    grouped = labels.relabelled(video, "groups5")
    assert not grouped.emotion.certain


def test_a_result_of_an_earlier_version_has_a_basis_too():
    written = made.video().to_dict()
    written.pop("basis", None)
    for person in written["face"]["people"]:
        for face in person["segments"]:
            face.pop("end", None)
    read = Result.from_dict(written)
    assert read.basis is None
    assert completed(read).basis.share == pytest.approx(0.78, abs=0.01)
    assert completed(read).emotion == read.emotion


def test_what_an_earlier_version_was_sure_of_by_less_than_half_of_the_time_is_not_sure_now():
    few = made.video().timeline[:10]
    moments = tuple(
        replace(m, emotion=made.emotion(["happy", "sad", "angry"][i % 3], 0.9))
        for i, m in enumerate(few)
    )
    old = replace(made.video(), timeline=moments, emotion=made.emotion("happy", 0.9))
    assert old.emotion.certain and not completed(old).emotion.certain
