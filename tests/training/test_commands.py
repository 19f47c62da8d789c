"""The commands of training, as a shell sees them."""

import shutil
import subprocess
import sys
import typing
from dataclasses import fields

import pytest

from source.settings import ROOT
from source.training import commands
from source.training.voice.runs import Training


def test_who_reads_no_further_sees_no_traceback():
    told = subprocess.Popen(
        [sys.executable, "-m", "source.training.evaluate", "voice"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert told.stdout and told.stderr
    told.stdout.close()
    with told.stderr as said:
        assert "Traceback" not in said.read()
    assert told.wait() == 141  # as if SIGPIPE had ended it


@pytest.mark.parametrize("sense", commands.SENSES)
@pytest.mark.parametrize("command", ["train", "evaluate", "search"])
def test_every_option_of_a_command_is_a_flag_with_help_and_its_default(sense, command, capsys):
    action = commands._action(sense, command)
    if action is None:
        assert command == "search" and sense in {"face", "clip", "fusion", "anomaly"}
        return
    kind = typing.get_type_hints(action)["run"]
    parsed = vars(commands.parser(command, kind).parse_args([sense]))
    assert parsed.pop("sense") == sense
    assert kind(**parsed) == kind()
    with pytest.raises(SystemExit):
        commands.main(command, [sense, "--help"])
    told = capsys.readouterr().out
    for one in fields(kind):
        assert f"--{one.name.replace('_', '-')}" in told and one.metadata["help"]


def test_flags_become_typed_values():
    parsed = commands.parser("train", Training).parse_args(
        ["voice", "--folds", "1,3", "--parts", "clip", "--members", "a,b", "--epochs", "2"]
    )
    assert (parsed.folds, parsed.parts, parsed.epochs) == ((1, 3), ("clip",), 2)
    assert parsed.members == ("a", "b") and parsed.tiny is False


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("sense", "given"),
    [("voice", ["--model", "classic"]), ("clip", ["--model", "temporal-head"]), ("face", [])],
)
def test_a_tiny_training_leaves_the_shipped_models_alone(
    sense, given, tmp_path, monkeypatch, capsys
):
    shipped = tmp_path / "models"
    shutil.copytree(ROOT / "models" / "face", shipped / "face")
    shutil.copy(ROOT / "models" / "index.json", shipped)
    before = contents(shipped)
    monkeypatch.setattr("source.training.run.SHIPPED", shipped)
    flags = ["--data", tmp_path, "--work", tmp_path / "work", "--models", shipped]
    assert commands.main("train", [sense, "--tiny", *given, *map(str, flags)]) == 0
    written = tmp_path / "work" / "tiny-models"
    assert list(written.glob(f"{sense}/*/card.json")) and contents(shipped) == before
    assert capsys.readouterr().out.splitlines()[-1] == f"The models of --tiny are in {written}."


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("sense", commands.SENSES)
def test_only_a_tiny_training_to_the_shipped_models_is_written_elsewhere(sense, tmp_path):
    kind = typing.get_type_hints(commands._action(sense, "train"))["run"]
    assert kind(work=tmp_path).output == ROOT / "models"
    assert kind(work=tmp_path, tiny=True).output == tmp_path / "tiny-models"
    assert kind(work=tmp_path, tiny=True, models=tmp_path / "own").output == tmp_path / "own"
