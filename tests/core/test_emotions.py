import pytest
from hypothesis import given
from hypothesis import strategies as st

from source.core.emotions import EMOTIONS, FUSED, VIEWS, VOICE, Emotion, mean_scores, to_fused, view

posteriors = st.lists(st.floats(0.001, 1), min_size=9, max_size=9).map(
    lambda values: {e: v / sum(values) for e, v in zip(EMOTIONS, values, strict=True)}
)


@given(posteriors)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_keeps_the_whole_probability(name, scores):
    assert sum(view(scores, name).values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_counts_every_emotion_exactly_once(name):
    counted = [e for parts in VIEWS[name].values() for e in parts]
    assert sorted(counted) == sorted(EMOTIONS)


@given(posteriors)
def test_the_label_is_the_most_probable_emotion(scores):
    emotion = Emotion.from_scores(scores, threshold=0.5)
    assert emotion.score == max(emotion.scores.values())
    assert emotion.certain == (emotion.score >= 0.5)
    assert list(emotion.scores) == list(EMOTIONS)


@pytest.mark.parametrize(
    "scores",
    [
        pytest.param({"joy": 1.0}, id="unknown-label"),
        pytest.param({"happy": 0.5}, id="sums-to-a-half"),
        pytest.param({"happy": float("nan")}, id="not-a-number"),
        pytest.param({}, id="empty"),
    ],
)
def test_what_is_no_posterior_is_refused(scores):
    with pytest.raises(ValueError):
        Emotion.from_scores(scores, threshold=0.5)


def test_calm_counts_with_neutral_in_fusion():
    scores = dict.fromkeys(VOICE, 0.0) | {"calm": 0.6, "neutral": 0.1, "sad": 0.3}
    assert to_fused(scores)["neutral"] == pytest.approx(0.7)
    assert tuple(to_fused(scores)) == FUSED


def test_contempt_is_left_out_of_fusion():
    assert to_fused({"contempt": 0.5, "happy": 0.5})["happy"] == 1.0


def test_a_mean_is_weighted():
    assert mean_scores([{"happy": 1.0}, {"happy": 0.0}], [3, 1]) == {"happy": 0.75}


def test_nothing_has_no_mean():
    with pytest.raises(ValueError):
        mean_scores([])
