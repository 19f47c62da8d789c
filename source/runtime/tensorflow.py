"""TensorFlow: the runtime where there is a GPU, or where it is asked for."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from source.core.result import RanOn
from source.runtime.card import Card
from source.runtime.device import version
from source.runtime.natives import before_tensorflow
from source.runtime.networks import build

FILE = "model.keras"


@cache
def sees_gpu() -> bool:
    """Whether this machine has a GPU that TensorFlow can use.

    TensorFlow takes seconds to import, so the driver's device file is looked for first.
    """
    if not any(Path(p).exists() for p in ("/dev/nvidia0", "/dev/kfd", "/proc/driver/nvidia")):
        return False
    before_tensorflow()
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


class TensorFlow:
    """Runs the Keras model, in batches sized for the device."""

    def __init__(self, card: Card, folder: Path) -> None:
        # The architecture comes from our code and only weights are read from the file: loading a
        # whole .keras file can run code that somebody put into it.
        content = card.verified(folder, FILE)
        self._model = build(card.architecture["name"], **card.architecture.get("args", {}))
        _load_weights(self._model, content)
        self._batch = 256 if sees_gpu() else 32
        self._places: set[str] = set()
        self._classes = len(card.labels)
        self.sha256 = card.sha256[FILE]

    @property
    def ran(self) -> RanOn:
        """TensorFlow, on the device that its answers came from so far."""
        on_gpu = any("GPU" in place for place in self._places) if self._places else sees_gpu()
        return RanOn(f"TensorFlow {version('tensorflow')}".strip(), "gpu" if on_gpu else "cpu")

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits and embeddings of a batch."""
        width = int(self._model.outputs[1].shape[-1])
        if not len(batch):
            return np.empty((0, self._classes), np.float32), np.empty((0, width), np.float32)
        logits, embeddings = [], []
        for start in range(0, len(batch), self._batch):
            part = self._model(batch[start : start + self._batch], training=False)
            self._places.add(str(part[0].device))
            logits.append(np.asarray(part[0]))
            embeddings.append(np.asarray(part[1]))
        return np.concatenate(logits), np.concatenate(embeddings)


def _load_weights(model: Any, content: bytes) -> None:
    """Read the weights out of the bytes of a .keras file (a zip) into a model."""
    import tempfile
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.weights.h5"
        path.write_bytes(archive.read("model.weights.h5"))
        model.load_weights(path)
