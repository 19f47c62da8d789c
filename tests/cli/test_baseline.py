"""--baseline: what a voice is read against, in the table, as JSON, and where it makes no sense."""

import json
import shutil

import pytest

from source.settings import ROOT
from tests.making.encoders import NAME, NEXT
from tests.making.sounds import RATE, wav

SAMPLE = ROOT / "input_files" / "sample.wav"


@pytest.fixture
def models(preferring, monkeypatch):
    monkeypatch.setenv("MODELS_DIR", str(preferring))
    monkeypatch.setenv("RUNTIME", "litert")


def read(run, *words):
    status, out, err = run("-AA", SAMPLE, "--no-save", *words)
    assert status == 0, err
    return out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "read against the speaker's other utterances (3)"),
        (["--baseline", "none"], "each utterance by itself"),
        (["--baseline", "1-5"], "read against the stretch marked as normal (2)"),
    ],
    ids=["own", "none", "stretch"],
)
def test_the_table_says_what_it_was_read_against(run, models, with_encoder, words, says):
    assert says in read(run, *words)


def test_without_the_encoder_nothing_is_said_of_a_baseline(run, models, without_encoder):
    out = read(run)
    assert f"with voice {NEXT}" in out
    assert "read against" not in out and "by itself" not in out


def test_a_file_is_looked_up_as_recordings_are_and_holds_for_all(run, here, models, with_encoder):
    shutil.copy(SAMPLE, here / "input_dir" / "normal.wav")
    shutil.copy(SAMPLE, here / "other.wav")
    out = read(run, "other.wav", "--baseline", "normal.wav", "--json")
    results = [json.loads(line) for line in out.splitlines()]
    assert [r["source"]["name"] for r in results] == ["sample.wav", "other.wav"]
    for result in results:
        assert result["voice"]["baseline"] == {"from": "file", "utterances": 4}
        assert result["options"]["baseline"] == "normal.wav"
        assert result["models"]["voice"]["name"] == NAME


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("nobody.wav", "There is no baseline “nobody.wav”. Give own, none, from and to in"),
        ("12", "There is no baseline “12”."),
        ("30-12", "The baseline must end after it begins; it is “30-12”."),
    ],
)
def test_what_is_no_baseline_ends_with_2_and_the_valid_forms(run, quick, clip, value, says):
    status, out, err = run(clip(), "--baseline", value)
    assert (status, out, quick) == (2, "", [])
    assert err.startswith(says)
    assert "12.5-30" in err and len(err.splitlines()) == 1


def test_a_setting_that_is_no_baseline_ends_with_2(run, quick, clip, monkeypatch):
    monkeypatch.setenv("BASELINE", "12-")
    status, _, err = run(clip())
    assert status == 2 and "There is no baseline “12-”" in err


def test_a_stretch_behind_the_end_of_one_file_leaves_the_others(
    run, here, models, speech, with_encoder
):
    short = wav(here / "short.wav", speech[: 3 * RATE])
    status, out, err = run("-AA", short, SAMPLE, "--no-save", "--json", "--baseline", "5-9")
    assert status == 1
    assert "begins at 5 s, but only 3 s of “short.wav” are read" in err
    assert [json.loads(line)["source"]["name"] for line in out.splitlines()] == ["sample.wav"]


def test_a_model_that_lacks_its_weights_says_what_to_install(
    run, preferring, monkeypatch, tmp_path, without_encoder
):
    root = shutil.copytree(preferring, tmp_path / "models", symlinks=True)
    monkeypatch.setenv("MODELS_DIR", str(root))
    status, out, err = run("-AA", SAMPLE, "--no-save", "--voice-model", NAME)
    assert (status, out) == (1, "")
    assert f"The model “{NAME}” cannot be used: it needs Whisper tiny.en" in err
    assert "python3 setup.py install" in err and len(err.splitlines()) == 1
