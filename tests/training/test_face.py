"""The face network's training: data, batches, figures, and one tiny run of it all."""

import json
from pathlib import Path

import numpy as np
import pytest

from source.core.emotions import FACE
from source.face import expression
from source.training.evaluate import main as evaluate
from source.training.face import data as face_data
from source.training.face import network, seven
from source.training.face.batches import Batches, crops, soft_labels
from source.training.face.runs import PEAK
from source.training.train import main as train


@pytest.fixture(scope="module")
def made_up() -> face_data.Faces:
    return face_data.made_up(40, seed=3)


@pytest.fixture(scope="module")
def real(shared: Path) -> face_data.Faces:
    return face_data.read(shared / "face" / "fer2013", first=60)


def test_votes_become_shares(real: face_data.Faces) -> None:
    assert real.votes.shape == (60, len(FACE))
    assert np.allclose(real.votes.sum(axis=1), 1.0)
    assert (real.votes >= 0).all()


def test_the_protocol_scores_the_faces_it_names(shared: Path) -> None:
    with np.load(shared / "face" / "fer2013" / "index.npz") as table:
        votes, usage = table["votes"], table["usage"]
    order, scored = face_data.shares(votes)

    assert order.shape == (len(votes), len(FACE))
    assert (scored & (usage == 1)).sum() == 3396


def test_votes_are_in_the_order_of_the_house() -> None:
    votes = np.zeros((3, 10))
    votes[0, 1] = 9  # happiness
    votes[1, 8] = 9  # unknown alone
    votes[1, 4] = 1  # anger
    votes[2, :2] = 5  # a tie
    given, scored = face_data.shares(votes)

    assert given[0, FACE.index("happy")] == 1.0
    assert given[1, FACE.index("angry")] == 1.0
    assert scored.tolist() == [True, False, False]


def test_most_real_faces_are_levelled(real: face_data.Faces) -> None:
    assert real.found.mean() > 0.9
    assert crops(real).shape == (60, 48, 48)


def test_every_face_comes_once_a_round(made_up: face_data.Faces) -> None:
    batches = Batches(made_up, size=10, side=32, seed=0)
    pairs = [batches.batch(2, index) for index in range(len(batches))]

    assert all(x.shape == (10, 32, 32, 1) and x.dtype == np.float32 for x, _ in pairs)
    assert np.allclose(sum(votes.sum(axis=0) for _, (votes, _) in pairs), made_up.votes.sum(axis=0))


def test_a_seed_gives_the_same_batches(made_up: face_data.Faces) -> None:
    one, same, other = (Batches(made_up, size=8, side=48, seed=s).batch(0, 0)[0] for s in (1, 1, 2))

    assert (one == same).all()
    assert (one != other).any()
    assert (one != Batches(made_up, size=8, side=48, seed=1).batch(1, 0)[0]).any()


def test_prepared_crops_are_standardised(made_up: face_data.Faces) -> None:
    ready = expression.prepare(made_up.pictures)

    assert np.allclose(ready.mean(axis=(1, 2, 3)), 0, atol=1e-4)
    assert np.allclose(ready.std(axis=(1, 2, 3)), 1, atol=1e-3)
    flat = expression.prepare(np.full((1, 48, 48), 20, np.uint8))
    assert (flat == 0).all()  # an even picture stays even: noise is not blown up


def test_the_rate_rises_stays_and_falls() -> None:
    rate = network.rate(2000, per_epoch=100, peak=PEAK)
    rates = [float(rate(step)) for step in (0, 50, 100, 400, 1400, 2000)]

    assert rates[0] < rates[1] < rates[2] == rates[3] == pytest.approx(PEAK)
    assert rates[3] > rates[4] > rates[5] == 0.0


def test_sides_grow_to_that_of_serving() -> None:
    sides, ends = zip(*network.plan(10), strict=True)

    assert list(sides) == sorted(sides) and list(ends) == sorted(set(ends))
    assert (sides[-1], ends[-1]) == (expression.SIDE, 10)
    assert network.plan(10, pretrained=True)[0][0] == sides[1] > sides[0]
    assert network.plan(1) == [(expression.SIDE, 1)]


def test_contempt_is_left_out_of_the_seven() -> None:
    posterior = np.full((1, len(FACE)), 1 / len(FACE))
    found = seven.to_fer2013(posterior)

    assert found.shape == (1, 7)
    assert found.sum() == pytest.approx(1.0)


@pytest.mark.slow
@pytest.mark.usefixtures("eagerly")
def test_a_tiny_run_trains_exports_and_evaluates(tmp_path: Path, capsys) -> None:
    place = ["--models", str(tmp_path / "models"), "--work", str(tmp_path / "work")]
    place += ["--data", str(tmp_path / "none"), "--tiny", "--name", "tiny"]

    assert train(["face", *place]) == 0
    folder = tmp_path / "models" / "face" / "tiny"
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert card["labels"] == list(FACE)
    assert 0 <= card["threshold"] <= 1
    assert (folder / "validation.npz").is_file()
    report = (folder / "report.md").read_text("utf-8")
    for needed in ("this model", "one tagger", "pixels + logistic regression", "| happy |"):
        assert needed in report
    capsys.readouterr()

    assert evaluate(["face", *place]) == 0
    assert "FER+ (8 classes" in capsys.readouterr().out

    first = tmp_path / "work" / "face" / "tiny" / "checkpoint.keras"
    assert train(["face", *place[:-1], "next", "--begin", str(first)]) == 0
    card = json.loads((folder.with_name("next") / "card.json").read_text("utf-8"))
    assert card["protocol"].startswith(
        "Started from the weights after 1 epochs and trained for 1 more"
    )


@pytest.mark.parametrize("given", ["test/index.npz", "test"])
def test_any_set_of_the_form_is_evaluated(shared: Path, tmp_path: Path, capsys, given) -> None:
    import cv2

    faces = face_data.read(shared / "face" / "fer2013", first=30)
    with np.load(shared / "face" / "fer2013" / "index.npz") as table:
        rows = {name: table[name][:30] for name in table.files if name != "near_test"}
    rows |= {"usage": np.full(30, 2), "sheet": np.zeros(30, int), "pos": np.arange(30)}
    sheet = np.zeros((48, 96 * 48), np.uint8)
    for i, picture in enumerate(faces.pictures):
        sheet[:, 48 * i : 48 * i + 48] = picture
    (tmp_path / "test").mkdir()
    np.savez(tmp_path / "test" / "index.npz", **rows)
    assert cv2.imwrite(str(tmp_path / "test" / "test.png"), sheet)

    assert evaluate(["face", "--data", str(tmp_path / given), "--work", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert f"FER+ (8 classes, {faces.scored.sum()} scored faces)" in told
    assert "FER2013 (7 classes, 30 faces)" in told


def test_a_set_that_is_not_there_is_one_sentence(tmp_path: Path, capsys) -> None:
    assert evaluate(["face", "--data", str(tmp_path / "gone.npz")]) == 1
    assert "gone.npz" in capsys.readouterr().err


def test_seven_classes_are_answered_by_their_own_layer(tmp_path: Path) -> None:
    posteriors = np.eye(len(FACE))[[FACE.index("happy"), FACE.index("sad")]]
    embeddings = np.array([[1.0, 0.0], [0.0, 1.0]])
    np.savez(tmp_path / "head.npz", weights=np.eye(2, 7), bias=np.zeros(7))

    without = seven.in_seven(posteriors, embeddings, tmp_path / "none.npz").argmax(axis=1)
    own = seven.in_seven(posteriors, embeddings, tmp_path / "head.npz").argmax(axis=1)

    assert [face_data.FER2013[i] for i in without] == ["happy", "sad"]
    assert own.tolist() == [0, 1]


def test_a_label_that_is_not_there_teaches_nothing(made_up: face_data.Faces, tmp_path) -> None:
    from source.training import fit

    _, both = network.untrained({"widths": [8], "depths": [1], "stem": 8}, seed=0)
    x, (_, labels) = Batches(made_up, size=8, side=32, seed=0).batch(0, 0)
    loss = fit.MaskedCrossEntropy()
    _, seven = both.predict_on_batch(x)

    assert (labels == -1.0).all()
    assert float(loss(labels, seven)) == 0.0
    known = soft_labels(np.zeros(8, int))
    assert known.sum(axis=1) == pytest.approx(1.0) and known[:, 0] == pytest.approx(0.9 + 0.1 / 7)
    assert float(loss(known, seven)) > 1.0
