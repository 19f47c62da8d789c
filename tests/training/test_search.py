"""A search tries recipes on some actors, judges on others, and goes on where it was broken off."""

import json

import pytest

from source.training import search
from source.training.voice.loop import Recipe
from source.training.voice.trials import drawn


def test_the_first_trial_is_the_recipe_itself_and_the_others_are_drawn_by_seed():
    base = Recipe()
    assert drawn(base, 0, seed=1) == base or drawn(base, 0, seed=1) is base
    first, again, other = (drawn(base, 1, seed=1), drawn(base, 1, seed=1), drawn(base, 2, seed=1))
    assert vars(first) == vars(again) != vars(other)
    assert 8e-4 <= first.rate <= 4e-3


@pytest.fixture
def precise_again():
    """The tests share one process: whoever comes next computes in float32."""
    yield
    import keras

    keras.mixed_precision.set_global_policy("float32")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("precise_again")
def test_a_search_keeps_its_trials(tmp_path, capfd):
    pytest.importorskip("tensorflow")
    folders = ["--data", str(tmp_path), "--work", str(tmp_path / "w")]
    given = ["voice", "--tiny", "--mixed", *folders]
    assert search.main([*given, "--trials", "1"]) == 0
    (kept,) = (tmp_path / "w" / "voice").glob("search-*.jsonl")
    (trial,) = [json.loads(line) for line in kept.read_text().splitlines()]
    assert 0.0 <= trial["uar"] <= 1.0
    kept.write_text(json.dumps({**trial, "uar": 0.99}) + "\n")
    assert search.main([*given, "--trials", "1"]) == 0  # it is there: nothing is trained
    assert "0.990" in capfd.readouterr().out


def test_a_sense_without_a_search_says_so(capfd):
    assert search.main(["anomaly"]) == 1
    assert "no search of the anomaly" in capfd.readouterr().err
