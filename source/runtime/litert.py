"""LiteRT: the runtime without a GPU. It loads in milliseconds and never imports TensorFlow."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from source.core.result import RanOn
from source.runtime.card import Card
from source.runtime.device import version

FILE = "model.tflite"


@dataclass(frozen=True)
class Ready:
    """An interpreter that can be run, and the places of its input, logits and embedding."""

    interpreter: Any
    taken: int
    outputs: tuple[int, int]
    width: int


class LiteRT:
    """Runs `model.tflite`, one example at a time, on one core.

    An interpreter is not safe to share, so each call has one for itself. They are kept: to make
    one takes as long as to run it several times, and threads come and go with every analysis.
    """

    def __init__(self, card: Card, folder: Path) -> None:
        self._content = card.verified(folder, FILE)
        self._classes = len(card.labels)
        self._idle: list[Ready] = []
        self.sha256 = card.sha256[FILE]
        with self._lent():  # a file that cannot be run is found now, not at the first call
            pass

    @property
    def ran(self) -> RanOn:
        """The interpreter of this process: it knows no other device than the processor."""
        return RanOn(f"LiteRT {version('ai-edge-litert')}".strip(), "cpu")

    @contextmanager
    def _lent(self) -> Iterator[Ready]:
        try:
            ready = self._idle.pop()  # one step of a list is safe between threads
        except IndexError:
            ready = self._made()
        try:
            yield ready
        finally:
            self._idle.append(ready)

    def _made(self) -> Ready:
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(model_content=self._content, num_threads=1)
        interpreter.allocate_tensors()
        # The details come in the converter's order; the names end in :0 and :1 as in Keras.
        outputs = sorted(interpreter.get_output_details(), key=lambda o: str(o["name"]))
        return Ready(
            interpreter,
            interpreter.get_input_details()[0]["index"],
            (outputs[0]["index"], outputs[1]["index"]),
            int(outputs[1]["shape"][-1]),
        )

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits and embeddings of a batch."""
        with self._lent() as ready:
            logits = np.empty((len(batch), self._classes), np.float32)
            embeddings = np.empty((len(batch), ready.width), np.float32)
            for row, example in enumerate(batch):
                ready.interpreter.set_tensor(ready.taken, example[None])
                ready.interpreter.invoke()
                for rows, place in zip((logits, embeddings), ready.outputs, strict=True):
                    rows[row] = ready.interpreter.get_tensor(place)[0]
        return logits, embeddings
