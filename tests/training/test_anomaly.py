"""The forest is grown on what the models say of their own training data, and tested."""

import shutil

from source.fusion.anomaly import load_strangeness
from source.runtime import default_name
from source.settings import ROOT
from source.training import evaluate
from source.training.anomaly import judge
from source.training.report import anomaly as told
from source.training.report import answers
from source.training.train import main


def test_a_forest_is_grown_for_the_voice_model_that_is_named(shared, tmp_path, capsys):
    models = shutil.copytree(ROOT / "models", tmp_path / "models")
    shutil.rmtree(models / "anomaly", ignore_errors=True)
    given = ["anomaly", "--tiny", "--data", str(shared), "--models", str(models)]
    assert main([*given, "--work", str(tmp_path / "work"), "--name", "classic"]) == 0
    face = default_name("face")
    assert load_strangeness({"voice": "classic", "face": face}, root=models) is not None
    assert load_strangeness({"face": face}, root=models) is not None
    assert load_strangeness({"voice": "ensemble"}, root=models) is None
    assert (models / "anomaly" / f"classic+{face}" / "report.md").is_file()
    capsys.readouterr()
    assert main([*given, "--name", "nobody"]) == 1
    assert "There is no voice model “nobody”" in capsys.readouterr().err


def test_the_figures_of_what_ships_are_printed_and_as_good_as_told(capsys):
    assert evaluate.main(["anomaly"]) == 0
    printed = capsys.readouterr().out
    folders = answers.folders(ROOT / "models", "anomaly")
    assert {folder.name for folder in folders} >= {"speech-encoder+residual", "ensemble+residual"}
    for folder in folders:
        assert folder.name in printed
        tested = judge.Tested.of_rows(answers.load(folder, "anomaly"))
        assert {"noise", "music", "cartoons", "wrong pairings", "damage"} <= set(tested.groups())
        ships = folder.name.startswith(default_name("voice"))
        assert tested.stated_auc() >= (0.9 if ships else 0.85)
        assert tested.auc(["clipped"], "voice") > 0.95 and tested.auc(["drawn face"], "face") > 0.95
        assert told.figures(tested)["false_alarms"] < 0.1
