"""The last feature map of a face network, and the weights between it and the answers.

Serving has no gradients. But where a network ends in a mean over its last feature map and one
dense layer, the gradient of an answer by that map is the dense layer's row, everywhere the
same. Both are read out of the `.tflite` file that is checked and served: the map by keeping
the tensors of a run, the weights from its constants. That they are the right ones is not
believed by name but found out by arithmetic in each run.
"""

from pathlib import Path
from typing import Any

import numpy as np

from source.core.errors import Unavailable
from source.runtime.card import Card
from source.runtime.litert import FILE

CLOSE = 1e-3
"""Largest difference at which the arithmetic counts as right."""


class Unexplained(Unavailable):
    """The network has no feature map that Grad-CAM can use."""

    code = "unexplained"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The model “{name}” cannot be explained: it does not end in a mean over its last "
            "feature map and one dense layer.",
            hint="Choose another face model.",
        )


class Features:
    """Runs `model.tflite` of a folder and tells what its last layer was given.

    Not safe to share between threads.

    Parameters
    ----------
    folder : Path
        A model's folder.
    """

    def __init__(self, folder: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        self.card = Card.read(folder)
        self._run = Interpreter(
            model_content=self.card.verified(folder, FILE),
            num_threads=1,
            experimental_preserve_all_tensors=True,
            # Delegates run several layers as one and keep nothing of what lies between.
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        self._run.allocate_tensors()
        self._input = self._run.get_input_details()[0]["index"]
        outputs = sorted(self._run.get_output_details(), key=lambda o: o["name"])
        self._logits, self._embedding = (o["index"] for o in outputs)

    def __call__(self, example: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Run one example.

        Parameters
        ----------
        example : np.ndarray [shape=input, float32]

        Returns
        -------
        logits : np.ndarray [shape=(classes,)]
        features : np.ndarray [shape=(h, w, d)]
            The last feature map; its mean over h and w is the embedding.
        weights : np.ndarray [shape=(classes, d)]
            Of the dense layer.

        Raises
        ------
        Unexplained
            If the network does not end so.
        """
        self._run.set_tensor(self._input, np.ascontiguousarray(example[None], np.float32))
        self._run.invoke()
        logits = self._run.get_tensor(self._logits)[0].copy()
        embedding = self._run.get_tensor(self._embedding)[0].copy()
        width, classes = len(embedding), len(logits)
        features = weights = None
        for detail in self._run.get_tensor_details():
            shape = tuple(int(n) for n in detail["shape"])
            if len(shape) == 4 and shape[0] == 1 and shape[3] == width and shape[1] * shape[2] > 1:
                value = self._tensor(detail["index"])
                if value is not None and _near(value[0].mean(axis=(0, 1)), embedding):
                    features = value[0]
            elif shape == (classes, width):
                value = self._tensor(detail["index"])
                if value is not None and value.dtype == np.float32:
                    weights = value
        if features is None or weights is None or not self._dense(weights, embedding, logits):
            raise Unexplained(self.card.name)
        return logits, features, weights

    def _dense(self, weights: np.ndarray, embedding: np.ndarray, logits: np.ndarray) -> bool:
        """Whether answers less weighted embedding are one of the file's constants, the bias."""
        bias = logits - weights @ embedding
        if _near(bias, np.zeros_like(bias)):
            return True
        return any(
            (value := self._tensor(detail["index"])) is not None
            and _near(value.astype(np.float32), bias)
            for detail in self._run.get_tensor_details()
            if tuple(detail["shape"]) == bias.shape
        )

    def _tensor(self, index: int) -> Any:
        try:
            return self._run.get_tensor(index).copy()
        except ValueError:  # a tensor of the delegate's, or none at all
            return None


def _near(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs(one - other).max() <= CLOSE * max(1.0, float(np.abs(other).max())))
