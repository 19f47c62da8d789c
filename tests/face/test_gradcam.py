"""Where the face network looked, against gradients computed by Keras."""

import numpy as np
import pytest

from source.core.errors import ModelChanged
from source.face import expression
from source.face.gradcam import Looked, normalised
from source.face.views import VIEWS
from source.runtime.card import Card
from source.runtime.registry import ROOT, default_name

FOLDER = ROOT / "face" / default_name("face")


@pytest.fixture(scope="module")
def crop(samples):
    from source import media
    from source.face.detect import Detector

    image = media.image(media.probe(samples / "sample.jpg"))
    return expression.crop(image, Detector().still(image)[0].landmarks)


@pytest.fixture(scope="module")
def gradcam():
    """Grad-CAM by its definition, with Keras gradients."""
    from source.runtime.natives import before_tensorflow

    before_tensorflow()
    keras = pytest.importorskip("keras")
    import tensorflow as tf

    from source.runtime.tensorflow import TensorFlow

    card = Card.read(FOLDER)
    whole = TensorFlow(card, FOLDER)._model
    embedding = whole.get_layer("embedding")
    model = keras.Model(whole.inputs, [embedding.input, whole.outputs[0]])

    def compute(example, row):
        with tf.GradientTape() as tape:
            maps, logits = model(tf.constant(example[None]), training=False)
            tape.watch(maps)
            logits = whole.get_layer("logits")(tf.reduce_mean(maps, axis=(1, 2)))
            answer = logits[:, row]
        weights = tf.reduce_mean(tape.gradient(answer, maps), axis=(1, 2))
        return tf.reduce_sum(maps * weights[:, None, None], axis=-1)[0].numpy()

    return compute


@pytest.mark.parametrize("label", Card.read(FOLDER).labels)
def test_it_is_gradcam_up_to_scale(crop, gradcam, label):
    card = Card.read(FOLDER)
    row = card.labels.index(label)
    example = expression.prepare(crop[None])[0]
    wanted = gradcam(example, row)
    once = Looked(FOLDER, several=False)(crop, label)
    assert once.shape == wanted.shape
    assert np.abs(once - normalised(wanted)).max() < 1e-3
    assert card.input["views"] == len(VIEWS)
    seen = [
        view.undone(gradcam(expression.prepare(view.of(crop[None]))[0], row)[None])[0]
        for view in VIEWS
    ]
    assert np.abs(Looked(FOLDER)(crop, label) - normalised(np.mean(seen, axis=0))).max() < 1e-3


def test_it_lies_between_nothing_and_one(crop):
    found = Looked(FOLDER)(crop, "happy")
    assert found.min() >= 0.0 and found.max() == 1.0


def test_what_is_hidden_speaks_for_nothing(crop):
    """The mouth of a smile carries it: without it, less of the map lies there."""
    rows = Looked(FOLDER)(crop, "happy").shape[0]
    without = crop.copy()
    without[30:] = int(crop.mean())
    full, bare = (Looked(FOLDER)(c, "happy")[rows // 2 :].sum() for c in (crop, without))
    assert bare < full


def test_nothing_of_a_map_that_speaks_against():
    assert normalised(np.full((6, 6), -2.0)).max() == 0.0


def test_a_changed_file_is_not_run(tmp_path):
    for name in ("card.json", "model.tflite"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    with (tmp_path / "model.tflite").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelChanged):
        Looked(tmp_path)


def test_it_needs_no_tensorflow():
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; import numpy as np;"
        "from source.face.gradcam import Looked;"
        f"Looked(Path({str(FOLDER)!r}))(np.zeros((48, 48), np.uint8), 'happy');"
        "sys.exit('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
