"""Training the voice runs from end to end on tones, and its figures can be printed again."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from source.core.emotions import VOICE
from source.training import calibration, evaluate, train
from source.training.corpora import CORPORA, Clip
from source.training.report import voice as report
from source.training.voice import network
from source.training.voice.augment import augment
from source.training.voice.kinds import KINDS
from source.training.voice.spoken import Spoken
from source.voice.features import BANDS, to_hertz, to_mel


def rows(n: int = 160, seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(8), n // 8)
    logits = rng.normal(0, 1, (n, 8))
    logits[np.arange(n), labels] += 2.0
    return {
        "names": np.array([str(i) for i in range(n)]),
        "labels": labels,
        "logits": logits,
        "speakers": np.repeat(np.arange(20), n // 20).astype(str),
        "fold": np.repeat(np.arange(5), n // 5),
        "baseline": labels[::-1],
    }


def test_a_fold_is_calibrated_by_the_others():
    table = rows()
    changed = {**table, "logits": table["logits"].copy()}
    changed["logits"][table["fold"] == 0] *= 9.0
    own = table["fold"] == 0
    warmth = calibration.fit_temperature(table["logits"][~own], table["labels"][~own])
    expected = calibration.posteriors(changed["logits"][own], temperature=warmth)
    assert np.allclose(report.score(changed).posteriors[own], expected)


def test_the_table_names_protocol_and_naive_rows():
    text = report.text("some-model", rows())
    for needed in ("by speaker", "majority class", "logistic regression", "UAR", "ECE", "kept"):
        assert needed in text


def test_the_reader_takes_the_same_bytes_once(tmp_path):
    for name, sound in (
        ("03-01-05-01-01-01-07", b"a"),
        ("03-01-05-01-01-02-07", b"a"),
        ("03-01-02-02-02-01-08", b"b"),
        ("03-02-01-01-01-01-08", b"song"),
    ):
        (tmp_path / f"{name}.wav").write_bytes(sound)
    first, second = CORPORA["ravdess"].read(tmp_path)
    assert (first.speaker, first.emotion, first.gender) == ("8", "calm", "female")
    assert (second.speaker, second.emotion, second.intensity) == ("7", "angry", "normal")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.usefixtures("eagerly")
def test_tiny_training_writes_a_model_and_its_figures(tmp_path, capfd, monkeypatch):
    """With recipes one after the other, each in a folder of its own."""
    name = "log-mel-embedding"  # the one that is soonest built
    kind = KINDS[name]
    twice = replace(kind, recipe=replace(kind.recipe, narrow=0.5), earlier=(kind.recipe,))
    monkeypatch.setitem(KINDS, name, twice)
    folders = ["--work", str(tmp_path / "w"), "--models", str(tmp_path / "m")]
    assert train.main(["voice", "--tiny", "--model", name, "--data", str(tmp_path), *folders]) == 0
    runs = list((tmp_path / "w" / "voice").glob(f"{name}-*"))
    assert len(runs) == 2
    assert all((run / "final.weights.h5").is_file() for run in runs)
    folder = tmp_path / "m" / "voice" / name
    recipe = json.loads((folder / "card.json").read_text("utf-8"))["recipe"]
    assert recipe["narrow"] == 0.5 and [one["epochs"] for one in recipe["after"]] == [1]
    for name in ("model.keras", "model.tflite", "card.json", "oof.npz", "report.md"):
        assert (folder / name).is_file()
    assert evaluate.main(["voice", *folders]) == 0
    assert "by speaker" in capfd.readouterr().out


def test_classes_a_corpus_does_not_know_are_not_held_against_the_network():
    from source.training.voice.pretrain import check_strangers, with_target

    clip = Clip(Path("1001_DFA_SAD_XX.opus"), "crema-d", "1001", "sad", votes={"neutral": 8.0})
    item = Spoken("x", np.zeros((50, 64), np.float32), 0, 50, VOICE.index("sad"), "1001")
    seen = with_target(item, clip, {"neutral", "sad", "angry"})
    share = dict(zip(VOICE, seen.target, strict=True))
    assert share["sad"] == pytest.approx(0.7) and share["neutral"] == pytest.approx(0.3)
    assert share["angry"] == 0.0 and share["calm"] == share["surprised"] == -1.0
    check_strangers([seen])
    with pytest.raises(AssertionError):
        check_strangers([replace(seen, speaker="ravdess/7")])


def noise(frames: int = 120, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(-40, 10, (frames, BANDS)).astype(np.float32)


def test_some_utterances_come_through_a_telephone_line():
    """Its ends are drawn: above 4.2 kHz nothing moves, and most of the middle still does."""
    hertz = to_hertz(np.arange(1, BANDS + 1) / (BANDS + 1) * to_mel(8000.0))
    outside, speech = hertz > 4200.0, (hertz > 350.0) & (hertz < 3000.0)
    for seed in range(8):
        line = augment(noise(), 0, 120, np.random.default_rng(seed), cepstra=False, narrow=1.0)
        whole = augment(noise(), 0, 120, np.random.default_rng(seed), cepstra=False)
        assert np.allclose(line[:, outside], 0.0, atol=1e-4)
        assert np.mean(line[:, speech].std(axis=0) > 0.1) > 0.5  # the rest was blanked
        assert np.any(whole[:, outside].std(axis=0) > 0.1)


@pytest.mark.filterwarnings("ignore")
def test_a_network_goes_on_from_the_one_of_the_recipe_before(tmp_path):
    """The layer of the logits too; where it begins with other corpora, that one is fresh."""
    pytest.importorskip("tensorflow")
    from source.training.threads import start_keras

    start_keras(1)
    kind = KINDS["log-mel-embedding"]
    before = kind.untrained(seed=7)
    before.save_weights(tmp_path / "fold-0.weights.h5")
    items = [Spoken(str(n), noise(), 0, 120, n, "1") for n in range(8)]

    def differ(**how: object) -> set[str]:
        now = network.train_network(
            kind, replace(kind.recipe, epochs=0), items, seed=1, folder=tmp_path, title="none",
            begin=tmp_path / "fold-0.weights.h5", **how,
        )  # fmt: skip
        pairs = zip(now.layers, before.layers, strict=True)
        return {mine.name for mine, other in pairs if not all(
            np.allclose(a, b) for a, b in zip(mine.get_weights(), other.get_weights(), strict=True)
        )}  # fmt: skip

    assert differ(whole=True) == set()
    assert differ() == {"logits"}
