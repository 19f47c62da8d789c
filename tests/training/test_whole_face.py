"""The network that sees covers: what it is shown, and that numpy computes what Keras trained."""

import json

import numpy as np
import pytest

from source.face.expression import prepare
from source.face.whole import Whole, load_whole
from source.runtime.registry import ROOT
from source.training import whole_face
from source.training.face.data import made_up
from source.training.occluders import KINDS, cover


@pytest.fixture(scope="module")
def faces():
    return made_up(40).pictures


def test_something_lies_before_every_face(faces) -> None:
    rng = np.random.default_rng(0)
    changed = [(np.abs(cover(rng, f).astype(int) - f) > 12).mean() for f in faces]

    assert len(KINDS) <= len(faces)
    assert min(changed) > 0.03
    assert max(changed) < 0.8


def test_numpy_says_what_keras_says(faces, tmp_path) -> None:
    network = whole_face.train_network(faces, epochs=1, folder=tmp_path)
    ours = Whole(tuple(np.asarray(w) for w in network.get_weights()), 0.5)

    logits = network.predict_on_batch(prepare(faces[:8]))[:, 0]

    expected = 1.0 / (1.0 + np.exp(-logits))
    assert [ours.covered(f) for f in faces[:8]] == pytest.approx(expected, abs=1e-5)


def test_what_is_written_is_read_again(faces, tmp_path) -> None:
    shipped = load_whole(ROOT)
    folder = tmp_path / "evidence" / "whole-face"

    whole_face.write(tuple(w.astype(np.float16) for w in shipped.weights), faces, folder)

    again = load_whole(tmp_path)
    assert [again.covered(f) for f in faces[:3]] == [shipped.covered(f) for f in faces[:3]]
    assert set(json.loads((folder / "card.json").read_text("utf-8"))["figures"])


def test_without_it_no_face_is_called_covered(tmp_path) -> None:
    assert load_whole(tmp_path) is None
