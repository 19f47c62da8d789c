"""The one loop: it goes on where it was killed, masks what is unknown, and averages weights."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from source.settings import ROOT

pytestmark = pytest.mark.filterwarnings("ignore")

EPOCHS, STEPS = 4, 5


class Clouds:
    """Points of three classes, drawn by epoch and index; `kill` ends the process at a batch."""

    def __init__(self, *, width: int = 4, kill: tuple[int, int] | None = None) -> None:
        self.width, self.kill, self.drawn = width, kill, []

    def __len__(self) -> int:
        return STEPS

    def batch(self, epoch: int, index: int) -> tuple[np.ndarray, np.ndarray]:
        if (epoch, index) == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        self.drawn.append((epoch, index))
        rng = np.random.default_rng([epoch, index])
        labels = rng.integers(0, 3, 8)
        x = rng.normal(0, 1, (8, self.width, 3)) + 2 * np.eye(3)[labels][:, None]
        return x.astype(np.float32), np.eye(3, dtype=np.float32)[labels]


def network():
    """Any number of rows; with dropout and batch normalisation."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    given = keras.Input((None, 3))
    x = layers.BatchNormalization()(layers.Dense(6, activation="relu")(given))
    x = layers.Dropout(0.5)(layers.GlobalAveragePooling1D()(x))
    return keras.Model(given, [layers.Dense(3, name="logits")(x), x])


def train(folder: Path, *, kill: tuple[int, int] | None = None):
    """Two stages of different shape, the second of which may be killed."""
    from source.training import fit
    from source.training.threads import start_keras

    start_keras(1)
    net = network()
    rate = fit.cosine(0.05, steps=EPOCHS * STEPS, warm=5)
    stages = [fit.Stage(Clouds(), 1), fit.Stage(Clouds(width=6, kill=kill), EPOCHS)]
    optimizer = fit.adamw(rate, decay=0.01, average=0.9, clipnorm=2.0)
    fit.fit(net, stages, optimizer=optimizer, folder=folder, title="clouds", seed=3)
    return net, optimizer


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory):
    """The folder of a training that nobody killed, its network and its optimizer."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, *train(folder)


def test_a_training_that_is_killed_in_an_epoch_ends_as_if_it_had_not_been(
    tmp_path: Path, whole
) -> None:
    """The state of the optimizer, its averages, the epoch and all chance are there again."""
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "import test_fit; test_fit.train(Path(sys.argv[1]), kill=(2, 3))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "killed"), str(Path(__file__).parent)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    from source.training.fit import epochs_done

    assert epochs_done(tmp_path / "killed") == 2
    resumed, its_optimizer = train(tmp_path / "killed")
    folder, uninterrupted, optimizer = whole

    assert int(its_optimizer.iterations) == int(optimizer.iterations) == EPOCHS * STEPS
    for a, b in zip(resumed.get_weights(), uninterrupted.get_weights(), strict=True):
        assert a == pytest.approx(b, abs=1e-6)
    for mine, other in zip(its_optimizer.variables, optimizer.variables, strict=True):
        assert np.asarray(mine) == pytest.approx(np.asarray(other), abs=1e-6)
    again, _ = train(folder)  # it is done: nothing is trained
    for a, b in zip(again.get_weights(), uninterrupted.get_weights(), strict=True):
        assert a == pytest.approx(b, abs=1e-6)


def test_it_learns_and_holds_the_averages_at_the_end(whole) -> None:
    folder, net, optimizer = whole
    means = optimizer._model_variables_moving_average
    for weight, mean in zip(net.trainable_variables, means, strict=True):
        assert np.asarray(weight) == pytest.approx(np.asarray(mean))
    drawn = [Clouds(width=6).batch(99, index) for index in range(20)]
    x, y = (np.concatenate(part) for part in zip(*drawn, strict=True))
    right = (net.predict_on_batch(x)[0].argmax(axis=1) == y.argmax(axis=1)).mean()

    assert right > 0.6
    assert len((folder / "log.csv").read_text().splitlines()) >= EPOCHS


def test_what_is_unknown_is_not_held_against_the_network() -> None:
    from source.training.fit import MaskedCrossEntropy

    loss = MaskedCrossEntropy()
    logits = np.array([[1.0, 2.0, 3.0]], np.float32)
    known = np.array([[0.25, 0.75]], np.float32)
    whole = float(loss(known, logits[:, :2]))

    assert whole == pytest.approx(-(0.25 * -1.3132617 + 0.75 * -0.3132617), abs=1e-5)
    assert float(loss(np.array([[0.25, 0.75, -1.0]], np.float32), logits)) == pytest.approx(whole)
    assert float(loss(np.full((1, 3), -1.0, np.float32), logits)) == 0.0


def test_rates_rise_and_fall() -> None:
    from source.training import fit

    cosine = fit.cosine(0.1, steps=100, warm=20)
    rates = [float(cosine(step)) for step in (0, 10, 20, 60, 100)]
    assert rates[0] == pytest.approx(0.005) and max(rates) == rates[2] == pytest.approx(0.1)
    assert rates[3] == pytest.approx(0.05, rel=0.01) and rates[4] == pytest.approx(1e-4)
    straight = fit.Trapezoid(0.1, steps=100, warm=5, cool=75)
    rates = [float(straight(step)) for step in (0, 2, 5, 25, 75, 100)]
    assert rates[0] < rates[1] < rates[2] == rates[3] == pytest.approx(0.1)
    assert rates[3] > rates[4] > rates[5] == 0.0
