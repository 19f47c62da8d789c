"""Label views: the same mass under other words."""

import doctest

import pytest

from source.core.emotions import VIEWS
from source.core.errors import UnknownOption
from source.views import labels
from tests.views import made


def _emotions(value):
    if isinstance(value, dict):
        if "scores" in value:
            yield value
        for inner in value.values():
            yield from _emotions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _emotions(inner)


def test_examples_in_docstrings_hold():
    assert doctest.testmod(labels).failed == 0


@pytest.mark.parametrize("view", [v for v in VIEWS if v != "native"])
@pytest.mark.parametrize(
    "result", [made.video(), made.sound(), made.picture()], ids=["video", "sound", "picture"]
)
def test_every_emotion_takes_the_view(result, view):
    written = labels.relabel(result, view)
    found = list(_emotions(written))
    assert written["labels"] == view
    assert len(found) == len(list(_emotions(result.to_dict())))
    for emotion in found:
        assert list(emotion["scores"]) == list(VIEWS[view])
        assert sum(emotion["scores"].values()) == pytest.approx(1, abs=1e-4)
        assert (
            emotion["scores"][emotion["label"]]
            == emotion["score"]
            == max(emotion["scores"].values())
        )


def test_native_is_the_result_itself():
    result = made.video()
    assert labels.relabel(result, "native") == result.to_dict()
    assert labels.relabelled(result, "native") is result


def test_an_unknown_view_is_told_with_those_there_are():
    with pytest.raises(UnknownOption, match="plutchik") as caught:
        labels.relabel(made.video(), "plutchik")
    assert "ekman7" in caught.value.hint


def test_groups_of_a_view_are_added_up():
    native, view = made.sound().emotion.scores, labels.relabelled(made.sound(), "groups5").emotion
    assert view.scores["Sad/Fear"] == pytest.approx(native["sad"] + native["fearful"], abs=1e-6)
