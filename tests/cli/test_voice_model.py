"""--voice-model and VOICE_MODEL choose who listens, one model or several together."""

import json

import pytest

from source.settings import ROOT

SAMPLE = ROOT / "input_files" / "sample.wav"


def heard(run, *words):
    status, out, err = run("-AA", SAMPLE, "--seconds", 3, "--json", "--no-save", *words)
    assert status == 0, err
    return json.loads(out)


def test_the_classic_model_is_chosen_by_name(run):
    result = heard(run, "--voice-model", "classic")
    assert result["models"]["voice"]["name"] == "classic"
    assert result["options"]["voice_model"] == "classic"
    assert result["voice"]["segments"]


def test_two_models_answer_together_and_the_result_names_both_files(run, monkeypatch):
    monkeypatch.setenv("VOICE_MODEL", "classic+default")
    together = heard(run)
    alone = [
        heard(run, "--voice-model", name, "--baseline", "none") for name in ("classic", "default")
    ]
    used = together["models"]["voice"]
    assert used["name"] == "classic+default"
    assert used["sha256"] == "+".join(r["models"]["voice"]["sha256"] for r in alone)
    cuts = [[(s["start"], s["end"]) for s in r["voice"]["segments"]] for r in (together, *alone)]
    assert cuts[0] == cuts[1] == cuts[2]
    first = [r["voice"]["segments"][0]["emotion"]["scores"] for r in (together, *alone)]
    for label, score in first[0].items():
        assert score == pytest.approx((first[1][label] + first[2][label]) / 2, abs=1e-4)


@pytest.mark.parametrize("name", ["nobody", "classic+nobody"])
def test_an_unknown_model_ends_with_2_and_names_the_known_ones(run, name):
    status, out, err = run("-AA", SAMPLE, "--voice-model", name)
    assert (status, out) == (2, "")
    assert err.startswith("There is no voice model “nobody”. Use one of: default, classic")
    assert len(err.splitlines()) == 1
