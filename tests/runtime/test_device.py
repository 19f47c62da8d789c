"""Which device really ran a model."""

import numpy as np
import pytest

from source.core.result import Device, RanOn, Result
from source.runtime import device, load, names
from tests.views import made


def batch(model):
    return np.zeros((2, *model.card.input["shape"]), np.float32)


def test_litert_runs_on_the_processor():
    model = load("face", "residual", runtime="litert")
    model.run(batch(model))
    assert model.ran.on == "cpu" and model.ran.library.startswith("LiteRT 2")


@pytest.mark.slow
def test_tensorflow_tells_where_its_answers_came_from(monkeypatch):
    from source.runtime import tensorflow

    model = load("face", "residual", runtime="tensorflow")
    model.run(batch(model))
    there = "gpu" if tensorflow.sees_gpu() else "cpu"
    monkeypatch.setattr(tensorflow, "sees_gpu", lambda: there == "cpu")  # seen, but not what ran
    assert model.ran.library.startswith("TensorFlow 2") and model.ran.on == there


@pytest.mark.parametrize("name", names("voice"))
def test_every_voice_model_tells_what_runs_it(name):
    from source.core.errors import ModelNeeds

    try:
        ran = load("voice", name, runtime="litert").ran
    except ModelNeeds:
        pytest.skip("Its weights are not installed.")
    assert ran.on == "cpu" and ran.library.split()[0] in ("NumPy", "LiteRT")


def test_a_made_up_ensemble_names_each_library_once():
    ran = load("voice", "classic+cnn-transformer", runtime="litert").ran
    assert (
        ran.library
        == f"{device.numpy_on_cpu().library} + LiteRT {device.version('ai-edge-litert')}"
    )


def test_the_machine_is_named(monkeypatch, tmp_path):
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nmodel name\t: Some  Maker 9000\n")
    monkeypatch.setattr(device, "CPUINFO", info)
    monkeypatch.setattr(device.sys, "platform", "linux")
    device.processor.cache_clear()
    assert device.processor() == "Some Maker 9000"
    device.processor.cache_clear()
    info.unlink()
    assert device.processor()
    device.processor.cache_clear()
    assert device.cores() >= 1


def test_a_gpu_is_named_only_where_a_model_ran_on_it(monkeypatch):
    class Ran:
        def __init__(self, on):
            self.ran = RanOn("TensorFlow 2", on)

    monkeypatch.setattr(device, "gpu_name", lambda: "Card 5")
    assert device.used({"face": Ran("gpu"), "voice": Ran("cpu")}).gpu == "Card 5"
    assert device.used({"face": Ran("cpu")}).gpu is None


def test_a_result_keeps_its_device_when_it_is_written():
    from dataclasses import replace

    mine = Device("P", 2, {"face": RanOn("LiteRT 2.3.0", "cpu")})
    result = replace(made.picture(), device=mine)
    assert Result.from_dict(result.to_dict()).device == mine
    assert "device" not in made.picture().to_dict()
