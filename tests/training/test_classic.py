"""The classic model and the ensemble: trained on tones, joined out of fold, served by name."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from source.core.errors import NotFound
from source.media import probe
from source.runtime import load
from source.runtime.registry import ROOT
from source.training import evaluate, train
from source.training.voice.ensemble import join
from source.voice import listen


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A models folder with the classic model, fitted on tones, and its twin."""
    root = tmp_path_factory.mktemp("classic")
    given = ["voice", "--model", "classic", "--tiny", "--data", str(root), "--work", str(root)]
    assert train.main([*given, "--models", str(root / "m")]) == 0
    shutil.copytree(root / "m" / "voice" / "classic", root / "m" / "voice" / "twin")
    card = root / "m" / "voice" / "twin" / "card.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), "name": "twin"}))
    (root / "m" / "index.json").write_text('{"voice": "classic"}')
    return root / "m"


def rows(folder: Path) -> dict:
    with np.load(folder / "oof.npz") as kept:
        return dict(kept)


@pytest.mark.filterwarnings("ignore")
def test_tiny_training_writes_a_model_its_posteriors_and_its_report(trained, capsys):
    folder = trained / "voice" / "classic"
    table = rows(folder)
    assert set(table) == {"names", "labels", "speakers", "fold", "logits", "baseline"}
    assert set(table["fold"].tolist()) == {0, 1, 9}
    assert np.exp(table["logits"]).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
    assert (folder / "report.md").is_file()
    assert evaluate.main(["voice", "--name", "classic", "--models", str(trained)]) == 0
    assert "by speaker" in capsys.readouterr().out


def test_the_model_that_ships_answers_as_its_posteriors_were_made(trained):
    recording = probe(ROOT.parent / "input_files" / "sample.wav")
    heard = listen(recording, model=load("voice", "classic", root=trained))
    assert heard.embeddings.shape == (len(heard.voice.segments), 61)
    assert sum(heard.voice.emotion.scores.values()) == pytest.approx(1.0, abs=1e-3)


def test_an_ensemble_of_twins_answers_as_one(trained):
    given = ["voice", "--model", "ensemble", "--models", str(trained)]
    assert train.main([*given, "--members", "classic,twin", "--weights", "1,3"]) == 0
    card = json.loads((trained / "voice" / "ensemble" / "card.json").read_text())
    assert card["architecture"]["args"] == {"members": ["classic", "twin"], "weights": [0.25, 0.75]}
    recording = probe(ROOT.parent / "input_files" / "sample.wav")
    one, both = (
        listen(recording, model=load("voice", name, root=trained)).voice
        for name in ("classic", "classic+twin")
    )
    assert [(s.start, s.end) for s in one.segments] == [(s.start, s.end) for s in both.segments]
    for a, b in zip(one.segments, both.segments, strict=True):
        assert a.emotion.scores == pytest.approx(b.emotion.scores, abs=2e-4)
    made = load("voice", "ensemble", root=trained)
    assert made.weights == (0.25, 0.75)
    assert len(listen(recording, model=made).voice.segments) == len(one.segments)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "two members"),
        (["--members", "classic"], "two members"),
        (["--members", "classic,twin", "--weights", "1"], "weights"),
        (["--members", "classic,nobody"], "nobody"),
    ],
)
def test_what_cannot_be_joined_is_told_in_a_sentence(trained, capsys, options, said):
    assert train.main(["voice", "--model", "ensemble", "--models", str(trained), *options]) == 1
    assert said in capsys.readouterr().err


def table(names: list[str], fold: list[int], scale: float = 1.0) -> dict:
    n = len(names)
    logits = scale * np.eye(8)[np.arange(n) % 8]
    return {
        "names": np.array(names), "labels": np.arange(n) % 8, "fold": np.array(fold),
        "speakers": np.array(fold).astype(str), "logits": logits, "baseline": np.zeros(n, int),
    }  # fmt: skip


def test_only_clips_that_nobody_had_heard_are_joined():
    one = table(["a", "b", "c", "d"], [0, 0, 1, 1])
    other = table(["d", "c", "b", "x"], [1, 0, 0, 0])  # c was tested in another fold
    joined = join([one, other], [1, 1])
    assert joined["names"].tolist() == ["b", "d"]
    assert joined["labels"].tolist() == [1, 3]
    assert np.exp(joined["logits"]).sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    with pytest.raises(NotFound):
        join([one, table(["x"], [0])], [1, 1])


@pytest.mark.parametrize("package", ["opensmile", "imblearn.over_sampling"])
def test_without_opensmile_one_sentence_says_what_to_install(
    tmp_path, capsys, monkeypatch, package
):
    from source.voice import compare

    compare._smile.cache_clear()
    monkeypatch.setitem(sys.modules, package, None)
    given = ["--tiny", "--work", str(tmp_path), "--models", str(tmp_path)]
    assert train.main(["voice", "--model", "opensmile", *given]) == 1
    out, err = capsys.readouterr()
    assert "no product may use it" in out
    assert "pip install -r requirements-opensmile.txt" in err
    assert len(err.splitlines()) == 1
    assert not list(tmp_path.glob("voice/*"))


def test_nothing_imports_opensmile_where_it_is_not_asked_for():
    code = (
        "import sys\n"
        "from source.runtime import load\n"
        "from source.media import probe\n"
        "from source.voice import listen\n"
        "listen(probe('input_files/sample.wav'), model=load('voice', 'classic'))\n"
        "assert not {'opensmile', 'imblearn', 'sklearn', 'pandas'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, check=True)


def test_the_opensmile_model_trains_and_is_served_by_the_same_door(tmp_path):
    pytest.importorskip("opensmile", reason="openSMILE is an extra")
    pytest.importorskip("imblearn", reason="imbalanced-learn is an extra")
    # In a process of its own: its library ends one in which certain others were loaded before.
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from source.media import probe\n"
        "from source.runtime import load\n"
        "from source.training import train\n"
        "from source.voice import listen\n"
        "place = sys.argv[1]\n"
        "given = ['--tiny', '--work', place, '--models', place]\n"
        "assert train.main(['voice', '--model', 'opensmile', *given]) == 0\n"
        "model = load('voice', 'opensmile', root=Path(place))\n"
        "assert 'openSMILE' in model.card.licence\n"
        "heard = listen(probe('input_files/sample.wav'), model=model, seconds=3.0)\n"
        "assert heard.embeddings.shape == (len(heard.voice.segments), 50)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT.parent, check=True)


def test_no_model_that_learnt_from_opensmile_is_shipped():
    cards = [json.loads(p.read_text()) for p in ROOT.glob("*/*/card.json")]
    assert not [c["name"] for c in cards if c["input"].get("features") == "compare-2016"]
