"""The forests are grown on what the models say of their own training data."""

import shutil

from source.fusion import load_forest
from source.runtime import default_name
from source.settings import ROOT
from source.training.train import main


def test_forests_are_grown_for_the_default_voice_and_face(shared, tmp_path):
    models = shutil.copytree(ROOT / "models", tmp_path / "models")
    shutil.rmtree(models / "anomaly", ignore_errors=True)
    told = ["anomaly", "--tiny", "--data", str(shared), "--models", str(models)]
    assert main([*told, "--work", str(tmp_path / "work")]) == 0
    for sense in ("voice", "face"):
        assert load_forest(sense, default_name(sense), root=models) is not None


def test_a_forest_is_grown_for_the_voice_model_that_is_named(shared, tmp_path, capsys):
    models = shutil.copytree(ROOT / "models", tmp_path / "models")
    shutil.rmtree(models / "anomaly", ignore_errors=True)
    told = ["anomaly", "--tiny", "--data", str(shared), "--models", str(models)]
    assert main([*told, "--work", str(tmp_path / "work"), "--name", "classic"]) == 0
    assert load_forest("voice", "classic", root=models) is not None
    assert load_forest("voice", default_name("voice"), root=models) is None
    assert main([*told, "--name", "nobody"]) == 1
    assert "There is no voice or face model “nobody”" in capsys.readouterr().err
