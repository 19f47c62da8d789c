"""The table of hardships, and a corpus from elsewhere: same clips, own speakers, no other run."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from source.core.emotions import VOICE
from source.core.errors import NotFound
from source.training.corpora import CORPORA
from source.training.report.voice import hardships
from source.training.voice import abroad, folds, robustness
from source.training.voice.hardships import HARDSHIPS, Around
from source.voice.features import RATE


@pytest.fixture(scope="module")
def clips(shared):
    return CORPORA["ravdess"].clips(shared)


def test_a_subset_has_as_many_of_every_emotion_from_all_speakers(clips):
    kept = robustness.stratified(clips, 80, seed=0)
    assert len({c.name for c in kept}) == 80
    assert {e: sum(c.emotion == e for c in kept) for e in VOICE} == dict.fromkeys(VOICE, 10)
    assert len({c.speaker for c in kept}) >= 15
    assert kept == robustness.stratified(clips, 80, seed=0)
    assert kept != robustness.stratified(clips, 80, seed=1)


def test_every_clip_is_read_by_the_network_of_its_own_fold_in_every_row(clips):
    kept = robustness.stratified(clips, 8, seed=0)
    fold = np.array([0, 1] * 4)
    asked = {0: [], 1: []}

    def knows(number):
        def read(sounds):
            asked[number].append(len(sounds))
            right = [VOICE.index(c.emotion) for c, f in zip(kept, fold, strict=True) if f == number]
            return np.eye(len(VOICE), dtype=np.float32)[right]

        return read

    rows = (HARDSHIPS[0], HARDSHIPS[4])
    found = robustness.measure(kept, fold, {0: knows(0), 1: knows(1)}, around=Around(), rows=rows)
    assert [row["name"] for row in found] == ["clean", "phone line"]
    assert [row["uar"] for row in found] == [1.0, 1.0]
    assert found[0]["denoised"]["uar"] == 1.0 and "denoised" not in found[1]
    assert asked == {0: [4, 4, 4], 1: [4, 4, 4]}
    kept = {"clips": 8, "seed": 0, "rows": found, "protocol": "By actor.", "command": "evaluate"}
    text = "\n".join(hardships(kept))
    assert "| phone line | 1.000 [1.000, 1.000] | +0.000 |" in text


def test_babble_is_made_of_other_people(shared):
    around = robustness.surroundings(shared, seed=0)
    assert len(around.talkers) == robustness.TALKERS
    assert all(len(t) > RATE / 2 for t in around.talkers)


def _run(folder, logits, *, fold=0):
    folder.mkdir(parents=True)
    np.savez(folder / f"fold-{fold}.npz", names=np.array(["a", "b"]), logits=logits)
    (folder / f"fold-{fold}.weights.h5").write_bytes(b"")


def test_weights_of_another_run_are_not_taken_for_those_behind_the_figures(tmp_path):
    mine, other = np.eye(2, 8, dtype=np.float32), np.ones((2, 8), np.float32)
    model = tmp_path / "models" / "net"
    model.mkdir(parents=True)
    np.savez(model / "oof.npz", fold=np.zeros(2, int), names=np.array(["a", "b"]), logits=mine)
    _run(tmp_path / "voice" / "net-1", mine)
    _run(tmp_path / "voice" / "net-2", other)
    found = folds.state(model, 0, work=tmp_path)
    assert found == tmp_path / "voice" / "net-1" / "fold-0.weights.h5"
    with pytest.raises(NotFound, match="not in"):
        folds.state(model, 1, work=tmp_path)


@dataclass
class Sleepy:
    """A model that answers neutral to everything, calm next."""

    card = SimpleNamespace(labels=VOICE, input={})

    def run(self, batch):
        row = np.linspace(1, 0, len(VOICE), dtype=np.float32)
        return np.tile(row, (len(batch), 1)), batch


def test_a_corpus_from_elsewhere_is_measured_on_the_emotions_it_has(shared):
    clips = [c for c in CORPORA["emo-db"].clips(shared) if c.emotion in VOICE]
    found = abroad.measure(Sleepy(), robustness.stratified(clips, 12, seed=0))
    assert found["labels"] == ["neutral", "happy", "sad", "angry", "fearful", "disgust"]
    assert found["among"][0] == pytest.approx(1 / 6)
    assert found["clips"] == 12
