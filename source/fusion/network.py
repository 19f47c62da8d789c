"""The fusion network: the embeddings of both senses, side by side, to the classes of both.

Each embedding goes through a layer of its own (256 units each); a missing one leaves its units
at zero, which training has met (modality dropout). Only numpy: training makes its batches with
the same functions.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import FUSED, to_fused
from source.core.senses import SENSES
from source.fusion.late import Evidence, curves, joint_threshold
from source.fusion.trust import Curve
from source.runtime import Card
from source.runtime.model import softmax

Floats = NDArray[np.float32]

FILE = "network.npz"
UNITS = 256
"""Of each sense's layer."""


@dataclass(frozen=True, eq=False)
class Branch:
    """One sense's layer: its embedding standardised, then ``max(0, x @ kernel + bias)``.

    `mean`, `deviation` float32 [d]; `kernel` float32 [d, units]; `bias` float32 [units].
    """

    mean: Floats
    deviation: Floats
    kernel: Floats
    bias: Floats

    def standard(self, embeddings: Floats) -> Floats:
        """Embeddings [n, d] with mean 0 and deviation 1, cut at 5 deviations."""
        return np.asarray(np.clip((embeddings - self.mean) / self.deviation, -5.0, 5.0), np.float32)

    def __call__(self, embeddings: Floats) -> Floats:
        """Units [n, units]."""
        units = self.standard(embeddings) @ self.kernel + self.bias
        return np.asarray(np.maximum(units, np.float32(0.0)))


class NetworkFusion:
    """The network on embeddings; see `source.fusion.late.Fusion`.

    A sense without an embedding of the width it was trained on counts as missing; where none
    has one, the first posterior is the answer.
    """

    NAME = "network"
    FILES = (FILE,)
    reads_embeddings = True

    def __init__(self, card: Card, folder: Path) -> None:
        self.card = card
        self.trust: Mapping[str, Mapping[str, Curve]] = curves(card.architecture["args"])
        with np.load(io.BytesIO(card.verified(folder, FILE)), allow_pickle=False) as kept:
            arrays = {name: np.asarray(kept[name], np.float32) for name in kept.files}
        self.branches = {
            s: Branch(*(arrays[f"{s}/{n}"] for n in ("mean", "deviation", "kernel", "bias")))
            for s in SENSES
        }
        self.kernel, self.bias = arrays["kernel"], arrays["bias"]

    def combine(
        self, readings: Mapping[str, Evidence], embeddings: Mapping[str, Floats]
    ) -> dict[str, float]:
        """The network's posterior, or the only sense's own; see `Fusion`."""
        known = {
            sense: np.asarray(embeddings[sense], np.float32)[None]
            for sense in readings
            if sense in embeddings and len(embeddings[sense]) == len(self.branches[sense].mean)
        }
        if len(readings) == 1 or not known:
            return to_fused(next(iter(readings.values())).posterior)
        posterior = softmax(self.logits(known, 1), temperature=self.card.temperature)[0]
        return dict(zip(FUSED, map(float, posterior / posterior.sum()), strict=True))

    def logits(self, embeddings: Mapping[str, Floats], count: int) -> Floats:
        """Logits [n, 7] of the embeddings [n, d] of the senses that are there."""
        units = [
            self.branches[s](embeddings[s]) if s in embeddings
            else np.zeros((count, self.branches[s].kernel.shape[1]), np.float32)
            for s in SENSES
        ]  # fmt: skip
        return np.asarray(np.concatenate(units, axis=1) @ self.kernel + self.bias)

    def threshold(self, thresholds: Mapping[str, float]) -> float:
        """The only sense's own; that of the card where there are more."""
        return joint_threshold(self.card, thresholds)


def content(branches: Mapping[str, Branch], kernel: Floats, bias: Floats) -> bytes:
    """The content of `FILE`, in half precision."""
    arrays: dict[str, Any] = {"kernel": kernel, "bias": bias}
    for sense, branch in branches.items():
        arrays |= {f"{sense}/{name}": value for name, value in vars(branch).items()}
    file = io.BytesIO()
    half: dict[str, Any] = {k: np.asarray(v, np.float16) for k, v in arrays.items()}
    np.savez_compressed(file, **half)
    return file.getvalue()
