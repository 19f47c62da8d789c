"""The forests are grown on what the models say of their own training data."""

import shutil

from source.fusion import load_forest
from source.settings import ROOT
from source.training.train import main


def test_forests_are_grown_for_the_default_voice_and_face(shared, tmp_path):
    models = shutil.copytree(ROOT / "models", tmp_path / "models")
    shutil.rmtree(models / "anomaly", ignore_errors=True)
    told = ["anomaly", "--tiny", "--data", str(shared), "--models", str(models)]
    assert main([*told, "--work", str(tmp_path / "work")]) == 0
    assert load_forest("voice", "cnn-transformer", root=models) is not None
    assert load_forest("face", "residual", root=models) is not None
