"""A trained network becomes a model folder."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from source.runtime.card import Card, digest
from source.runtime.litert import LiteRT
from source.runtime.tensorflow import TensorFlow

PARITY = 1e-4
"""Largest difference between the runtimes, in logits relative to their spread."""


def save(model: Any, folder: Path, card: Card, *, half: bool = False) -> Card:
    """Write `model.keras`, `model.tflite` and `card.json`, and prove that they agree.

    The folder is replaced as a whole, and only after both runtimes gave the same answers.

    Parameters
    ----------
    model : keras.Model
        One input; outputs logits and embedding.
    folder : Path
        ``models/<sense>/<name>``; other files in it (report, figures) are kept.
    card : Card
        All but its name, its sense, the digests and the input's shape, which are set here.
    half : bool
        Whether `model.tflite` keeps its weights in 16 bits. They must be exact in 16 bits
        and batch normalisation folded into them, or the runtimes will not agree.

    Raises
    ------
    ValueError
        If the exported network differs from the trained one by more than `PARITY`.
    """
    shape = tuple(int(n) for n in model.inputs[0].shape[1:])
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        model.save(work / "model.keras")
        _export(model, shape, work / "model.tflite", half=half)
        files = ("model.keras", "model.tflite")
        card = replace(
            card,
            name=folder.name,
            sense=folder.parent.name,
            input={**card.input, "shape": list(shape)},
            sha256={file: digest((work / file).read_bytes()) for file in files},
        )
        card.write(work)
        difference = parity(work)
        if difference > PARITY:
            raise ValueError(f"The exported network differs by {difference:.2e}, over {PARITY:g}.")
        folder.mkdir(parents=True, exist_ok=True)
        for file in (*files, "card.json"):
            shutil.copy(work / file, folder / file)
    return card


def parity(folder: Path, *, examples: int = 8, seed: int = 0) -> float:
    """Largest difference between both runtimes on random input, relative to the logits' spread."""
    card = Card.read(folder)
    batch = np.random.default_rng(seed).normal(size=(examples, *card.input["shape"]))
    batch = batch.astype(np.float32)
    one, other = LiteRT(card, folder).run(batch), TensorFlow(card, folder).run(batch)
    return max(
        float(np.abs(a - b).max() / max(1.0, float(np.abs(b).max())))
        for a, b in zip(one, other, strict=True)
    )


def _export(model: Any, shape: tuple[int, ...], path: Path, *, half: bool) -> None:
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2 as frozen,
    )

    # A fixed batch of one: the converter then needs no operations outside LiteRT's own set.
    # Weights become constants first, so that every shape is known and the network stays in
    # one piece: it runs a tenth faster than what `model.export` makes of it.
    given = tf.TensorSpec((1, *shape), tf.float32, name="input")
    answer = tf.function(lambda x: model(x, training=False)).get_concrete_function(given)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen(answer)], model)
    if half:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    path.write_bytes(converter.convert())
