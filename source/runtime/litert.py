"""LiteRT: the runtime without a GPU. It loads in milliseconds and never imports TensorFlow."""

import threading
from pathlib import Path

import numpy as np

from source.runtime.card import Card

FILE = "model.tflite"


class LiteRT:
    """Runs `model.tflite`, one example at a time, on one core.

    An interpreter is not safe to share, so each thread has its own.
    """

    def __init__(self, card: Card, folder: Path) -> None:
        self._content = card.verified(folder, FILE)
        self._classes = len(card.labels)
        self._local = threading.local()
        self.sha256 = card.sha256[FILE]
        self._interpreter()  # a file that cannot be run is found now, not at the first call

    def _interpreter(self):  # type: ignore[no-untyped-def]
        if not hasattr(self._local, "interpreter"):
            from ai_edge_litert.interpreter import Interpreter

            interpreter = Interpreter(model_content=self._content, num_threads=1)
            interpreter.allocate_tensors()
            self._local.input = interpreter.get_input_details()[0]["index"]
            outputs = interpreter.get_output_details()
            # The details come in the converter's order; the names end in :0 and :1 as in Keras.
            outputs.sort(key=lambda o: o["name"])
            self._local.outputs = [o["index"] for o in outputs]
            self._local.interpreter = interpreter
        return self._local.interpreter

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits and embeddings of a batch."""
        interpreter = self._interpreter()
        results: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        for example in batch:
            interpreter.set_tensor(self._local.input, example[None])
            interpreter.invoke()
            for found, index in zip(results, self._local.outputs, strict=True):
                found.append(interpreter.get_tensor(index)[0])
        if not len(batch):
            width = interpreter.get_tensor_details()[self._local.outputs[1]]["shape"][-1]
            return np.empty((0, self._classes), np.float32), np.empty((0, width), np.float32)
        return np.stack(results[0]), np.stack(results[1])
