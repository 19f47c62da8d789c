"""LiteRT: the runtime without a GPU. It loads in milliseconds and never imports TensorFlow."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from source.runtime.card import Card

FILE = "model.tflite"


class LiteRT:
    """Runs `model.tflite`, one example at a time, on one core.

    An interpreter is not safe to share, so each call has one for itself. They are kept: to make
    one takes as long as to run it several times, and threads come and go with every analysis.
    """

    def __init__(self, card: Card, folder: Path) -> None:
        self._content = card.verified(folder, FILE)
        self._classes = len(card.labels)
        self._idle: list[Any] = []
        self.sha256 = card.sha256[FILE]
        with self._interpreter():  # a file that cannot be run is found now, not at the first call
            pass

    @contextmanager
    def _interpreter(self) -> Iterator[Any]:
        try:
            interpreter = self._idle.pop()  # one step of a list is safe between threads
        except IndexError:
            from ai_edge_litert.interpreter import Interpreter

            interpreter = Interpreter(model_content=self._content, num_threads=1)
            interpreter.allocate_tensors()
        try:
            yield interpreter
        finally:
            self._idle.append(interpreter)

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits and embeddings of a batch."""
        with self._interpreter() as interpreter:
            taken = interpreter.get_input_details()[0]["index"]
            # The details come in the converter's order; the names end in :0 and :1 as in Keras.
            outputs = sorted(interpreter.get_output_details(), key=lambda o: str(o["name"]))
            results: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
            for example in batch:
                interpreter.set_tensor(taken, example[None])
                interpreter.invoke()
                for found, output in zip(results, outputs, strict=True):
                    found.append(interpreter.get_tensor(output["index"])[0])
        if not len(batch):
            width = int(outputs[1]["shape"][-1])
            return np.empty((0, self._classes), np.float32), np.empty((0, width), np.float32)
        return np.stack(results[0]), np.stack(results[1])
