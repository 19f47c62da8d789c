"""A search tries recipes on some actors, judges on others, and goes on where it was broken off."""

import optuna
import pytest

from source.training import search
from source.training.voice.recipe import Recipe
from source.training.voice.tuning import CHOICES, RANGES, suggested


def test_what_is_tried_lies_in_the_table_and_all_else_is_the_recipe():
    base = Recipe(epochs=3, melody=True)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
    tried = [suggested(base, study.ask()) for _ in range(5)]
    for recipe in tried:
        assert (recipe.epochs, recipe.melody, recipe.frames) == (3, True, base.frames)
        assert all(low <= getattr(recipe, key) <= high for key, (low, high) in RANGES.items())
        assert all(getattr(recipe, key) in values for key, values in CHOICES.items())
    assert len({recipe.rate for recipe in tried}) == 5


@pytest.fixture
def precise_again():
    """The tests share one process: whoever comes next computes in float32."""
    yield
    import keras

    keras.mixed_precision.set_global_policy("float32")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("precise_again")
def test_a_search_goes_on_with_the_trials_it_has(tmp_path, capfd, monkeypatch):
    pytest.importorskip("tensorflow")
    from source.training.voice import tuning

    trained = []
    real = tuning.train_network
    monkeypatch.setattr(
        tuning, "train_network", lambda *a, **k: trained.append(a[1]) or real(*a, **k)
    )
    given = ["voice", "--tiny", "--mixed", "--model", "log-mel-embedding"]
    given += ["--data", str(tmp_path), "--work", str(tmp_path / "w")]
    assert search.main([*given, "--trials", "1"]) == 0
    first = capfd.readouterr().out
    assert search.main([*given, "--trials", "1"]) == 0  # it is there: nothing is trained
    assert len(trained) == 1
    assert capfd.readouterr().out.splitlines()[-2:] == first.splitlines()[-2:]
    assert search.main([*given, "--trials", "2"]) == 0
    assert len(trained) == 2 and trained[1] != trained[0]
    rows = capfd.readouterr().out.splitlines()[-2:]
    assert sorted(row.split()[0] for row in rows) == ["0", "1"]
    assert float(rows[0].split()[1]) >= float(rows[1].split()[1])


def test_a_sense_without_a_search_says_so(capfd):
    assert search.main(["anomaly"]) == 1
    assert "no search of the anomaly" in capfd.readouterr().err
