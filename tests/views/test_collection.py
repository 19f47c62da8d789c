"""How well a recording was made: what is checked, how it is rated, and what to do better."""

from dataclasses import replace

import pytest

from source.core.collection import FAIR, GOOD, LIMITS, POOR, checks
from source.core.result import Quality
from source.views.collection import ADVICE, HEAD, TITLES, report
from tests.views import made, timed


def with_quality(result, **changes):
    """A result whose faces all have another quality."""
    people = tuple(
        replace(
            person,
            segments=tuple(
                replace(s, quality=replace(s.quality, **changes)) for s in person.segments
            ),
        )
        for person in result.face.people
    )
    return replace(result, face=replace(result.face, people=people))


def level(result, code):
    return {check.code: check.level for check in checks(result)}.get(code)


def test_every_check_has_its_words():
    assert set(LIMITS) == set(TITLES) == set(ADVICE)
    assert set(HEAD) == {GOOD, FAIR, POOR}


@pytest.mark.parametrize(
    ("code", "quality", "wanted"),
    [
        ("face_size", {"size": 80}, GOOD),
        ("face_size", {"size": 50}, FAIR),
        ("face_size", {"size": 30}, POOR),
        ("face_blur", {"blur": 0.5}, GOOD),
        ("face_blur", {"blur": 0.8}, POOR),
        ("face_light", {"light": 0.5}, GOOD),
        ("face_light", {"light": 0.2}, FAIR),
        ("face_light", {"light": 0.85}, FAIR),
        ("face_light", {"light": 0.05}, POOR),
        ("face_light", {"light": 0.95}, POOR),
        ("face_doubt", {"doubt": "turned"}, POOR),
        ("face_doubt", {"doubt": None}, GOOD),
    ],
)
def test_faces_are_rated(code, quality, wanted):
    assert level(with_quality(timed.talk(), **quality), code) == wanted


@pytest.mark.parametrize(("decibels", "wanted"), [(25.0, GOOD), (12.0, FAIR), (3.0, POOR)])
def test_noise_is_rated(decibels, wanted):
    result = timed.talk()
    result = replace(result, voice=replace(result.voice, signal_to_noise=decibels))
    assert level(result, "signal_to_noise") == wanted


def test_nothing_is_said_of_what_was_not_measured():
    result = timed.talk()
    assert result.voice.signal_to_noise is None
    assert level(result, "signal_to_noise") is None
    assert not any(c.code.startswith("face") for c in checks(made.sound()))
    assert level(made.picture(), "face_found") is None and level(made.picture(), "speech") is None


def test_a_recording_without_a_face_is_told_so_and_not_rated_by_faces():
    told = report(made.picture(faces=0))
    assert told is None
    (line,) = report(made.nothing()).lines
    assert (line.title, line.value, line.level) == ("Speech", "0 s of 30 s", POOR)


def test_the_report_says_what_to_do_better_next_time():
    result = with_quality(timed.talk(), size=30, light=0.95)
    told = report(result)
    assert told.head == HEAD[POOR]
    advice = [line.advice for line in told.lines if line.advice]
    assert any("camera closer" in sentence for sentence in advice)
    assert any("too bright" in sentence for sentence in advice)


def test_a_good_recording_needs_no_advice():
    result = timed.two_people()
    result = replace(
        result, face=replace(result.face, frames=replace(result.face.frames, with_face=48))
    )
    told = report(result)
    assert told.head == HEAD[GOOD] and not any(line.advice for line in told.lines)


def test_quality_has_the_fields_that_are_checked():
    assert {"size", "blur", "light", "doubt"} <= set(Quality.__dataclass_fields__)
