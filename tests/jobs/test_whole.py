"""From upload to result with the real models, by the real worker."""

from pathlib import Path

import pytest

from source.core.options import Options
from source.jobs.beside import start_beside
from tests.jobs.fakes import ME

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "senses"),
    [
        ("sample.wav", ["voice"]),
        ("sample.jpg", ["face"]),
        ("sample.mp4", ["voice", "face", "clip"]),
    ],
)
def test_a_sample_goes_all_the_way(jobs, settings, samples, until, name, senses):
    if not (samples / name).is_file():
        pytest.skip(f"There is no {name} yet; make samples.")
    for sense in senses:
        if not (ROOT / "models" / sense).is_dir():
            pytest.skip(f"There is no {sense} model yet.")
    with open(samples / name, "rb") as file:
        job = jobs.submit([(name, file)], Options(), ME)
    beside = start_beside(settings)
    try:
        job = until(lambda: (now := jobs.get(job.id, ME)).over and now, seconds=120)
    finally:
        beside.stop()
    assert job.state == "done", job.error
    result = jobs.result(job.id, ME)
    assert result.source.name == name and result.analysis == job.analysis
    assert jobs.find(name, ME) == job


@pytest.mark.slow
def test_a_missing_model_is_told_by_the_job(jobs, settings, samples, until, tmp_path):
    if not (samples / "sample.wav").is_file():
        pytest.skip("There is no sample.wav yet; make samples.")
    with open(samples / "sample.wav", "rb") as file:
        job = jobs.submit([("sample.wav", file)], Options(), ME)
    beside = start_beside(settings.with_values(MODELS_DIR=str(tmp_path / "none")))
    try:
        job = until(lambda: (now := jobs.get(job.id, ME)).over and now, seconds=120)
    finally:
        beside.stop()
    assert (job.state, job.error["code"]) == ("failed", "model_missing")
