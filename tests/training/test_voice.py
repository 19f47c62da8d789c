"""Training the voice runs from end to end on tones, and its figures can be printed again."""

import numpy as np
import pytest

from source.training import evaluate, train
from source.training.readers import ravdess
from source.training.voice import report as voice_report


def rows(n: int = 160, seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(8), n // 8)
    logits = rng.normal(0, 1, (n, 8))
    logits[np.arange(n), labels] += 2.0
    return {
        "names": np.array([str(i) for i in range(n)]), "labels": labels, "logits": logits,
        "speakers": np.repeat(np.arange(20), n // 20).astype(str),
        "fold": np.repeat(np.arange(5), n // 5), "baseline": labels[::-1],
    }


def test_a_fold_is_calibrated_by_the_others():
    table = rows()
    changed = {**table, "logits": table["logits"].copy()}
    changed["logits"][table["fold"] == 0] *= 9.0
    own = table["fold"] == 0
    factor = voice_report.metrics.softmax
    warmth = voice_report.metrics.fit_temperature(table["logits"][~own], table["labels"][~own])
    expected = factor(changed["logits"][own], temperature=warmth)
    assert np.allclose(voice_report.cross_fitted(changed)[own], expected)


def test_the_table_names_protocol_and_naive_rows():
    text = voice_report.table("some-model", rows())
    for needed in ("by speaker", "majority class", "logistic regression", "UAR", "ECE", "kept"):
        assert needed in text


def test_the_reader_takes_the_same_bytes_once(tmp_path):
    for name, sound in (("03-01-05-01-01-01-07", b"a"), ("03-01-05-01-01-02-07", b"a"),
                        ("03-01-02-02-02-01-08", b"b"), ("03-02-01-01-01-01-08", b"song")):
        (tmp_path / f"{name}.wav").write_bytes(sound)
    first, second = ravdess.clips(tmp_path)
    assert (first.speaker, first.emotion, first.gender) == ("8", "calm", "female")
    assert (second.speaker, second.emotion, second.intensity) == ("7", "angry", "normal")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_tiny_training_writes_a_model_and_its_figures(tmp_path, capfd):
    pytest.importorskip("tensorflow")
    folders = ["--work", str(tmp_path / "w"), "--models", str(tmp_path / "m")]
    given = ["voice", "--tiny", "--data", str(tmp_path), *folders]
    assert train.main(given) == 0
    folder = tmp_path / "m" / "voice" / "cnn-transformer"
    for name in ("model.keras", "model.tflite", "card.json", "oof.npz", "report.md"):
        assert (folder / name).is_file()
    assert evaluate.main(["voice", *folders]) == 0
    assert "by speaker" in capfd.readouterr().out
