"""The one interface in front of both runtimes."""

from typing import Any, Protocol

import numpy as np

from source.core.result import RanOn
from source.runtime.card import Card


class Backend(Protocol):
    """Runs a network: batch in, logits and embeddings out."""

    sha256: str

    @property
    def ran(self) -> RanOn: ...  # noqa: D102

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray]: ...  # noqa: D102


class Model:
    """A trained network together with its calibration.

    Safe to use from several threads at once.

    Attributes
    ----------
    card : Card
        What is known about it.
    sha256 : str
        Digest of the file that is run.
    """

    def __init__(self, card: Card, backend: Backend) -> None:
        self.card = card
        self._backend = backend

    @property
    def sha256(self) -> str:
        """Digest of the file that is run."""
        return self._backend.sha256

    @property
    def ran(self) -> RanOn:
        """What ran it, and where; before it has run, where it is going to."""
        return self._backend.ran

    def run(self, batch: Any) -> tuple[np.ndarray, np.ndarray]:
        """Posteriors and embeddings of a batch in one pass.

        Parameters
        ----------
        batch : np.ndarray [shape=(n, *input), float32]

        Returns
        -------
        posteriors : np.ndarray [shape=(n, classes), float32]
            Calibrated; each row sums to 1.
        embeddings : np.ndarray [shape=(n, d), float32]
        """
        shape = tuple(self.card.input["shape"])
        if batch.shape[1:] != shape:
            raise ValueError(f"{self.card.name} takes batches of {shape}, not {batch.shape[1:]}.")
        logits, embeddings = self._backend.run(np.ascontiguousarray(batch, np.float32))
        posteriors = softmax(logits, temperature=self.card.temperature)
        return np.asarray(posteriors, np.float32), embeddings

    def predict(self, batch: Any) -> np.ndarray:
        """Calibrated posteriors of a batch [shape=(n, classes)]."""
        return self.run(batch)[0]

    def embed(self, batch: Any) -> np.ndarray:
        """Embeddings of a batch [shape=(n, d)]."""
        return self.run(batch)[1]


def softmax(logits: np.ndarray, *, temperature: float = 1.0) -> np.ndarray:
    """Posteriors of logits over `temperature` (> 0), both [shape=(n, classes)]; rows sum to 1.

    In the precision of the logits.
    """
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
