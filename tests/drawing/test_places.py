"""What is covered and said at a moment, in recordings of hours."""

from types import SimpleNamespace

import numpy as np
import pytest

from source.core.emotions import VOICE, Emotion
from source.core.result import Result, Segment, Source, Voice
from source.drawing.hide import HOLD, Hidden
from source.drawing.moments import Moments

NOBODY = SimpleNamespace(face=None)
IMAGE = np.zeros((100, 100, 3), np.uint8)


@pytest.fixture
def hours() -> Hidden:
    """A face every ten seconds, for three hours; each in a place of its own, for half a second."""
    hidden = Hidden(NOBODY)
    for visit in range(1080):
        for step in range(3):
            left = visit % 60
            hidden.add(10.0 * visit + 0.25 * step, [np.array([left, 20.0, left + 20, 40])], IMAGE)
    return hidden


@pytest.mark.parametrize("visit", [0, 1, 500, 1079])
@pytest.mark.parametrize(
    ("time", "shown"),
    [(-0.89, True), (-0.95, False), (0.0, True), (0.3, True), (1.39, True), (1.45, False)],
)
def test_a_place_is_covered_while_its_face_is_there(hours, visit, time, shown) -> None:
    boxes = hours.at(10.0 * visit + time)

    assert bool(boxes) == shown
    assert all(box[0] == pytest.approx(visit % 60 / 100) for box in boxes)


def test_a_place_found_again_after_two_seconds_is_covered_in_between() -> None:
    hidden = Hidden(NOBODY)
    for time in (1.0, 1.0 + HOLD, 1.0 + 2 * HOLD):
        hidden.add(time, [np.array([10.0, 20, 30, 40])], IMAGE)

    assert all(hidden.at(time) for time in np.arange(0.2, 3.6, 0.1))


def test_what_the_voice_says_is_found_by_time() -> None:
    parts = []
    for number in range(2000):
        label = VOICE[number % len(VOICE)]
        emotion = Emotion.from_scores({e: float(e == label) for e in VOICE}, threshold=0.5)
        parts.append(Segment(3.0 * number + 1.0, 3.0 * number + 3.0, emotion))
    moments = Moments(
        Result(
            *("id", "audio", "now", 0.0, "1", Source("a.wav", "audio", 1, "0", 6000.0), {}, {}),
            voice=Voice(4000.0, tuple(parts)),
        )
    )

    assert moments.voice(0.5) is None
    assert moments.voice(1.0) == (VOICE[0], 1.0, True)
    assert moments.voice(2.999) == (VOICE[0], 1.0, True)
    assert moments.voice(3.0) is None
    assert moments.voice(3001.0 + 1.0) == (VOICE[1000 % len(VOICE)], 1.0, True)
    assert moments.voice(6000.0) is None
