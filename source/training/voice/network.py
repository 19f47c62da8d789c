"""One voice network: trained from a seed, read over whole utterances."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training.voice.kinds import VoiceNetwork
from source.training.voice.recipe import Recipe, Windows
from source.training.voice.spoken import Spoken
from source.voice.windows import windows


def train_network(
    kind: VoiceNetwork, recipe: Recipe, items: Sequence[Spoken], *,
    seed: int, folder: Path, title: str, begin: Path | None = None, whole: bool = False,
) -> Any:  # fmt: skip
    """A trained Keras model.

    Parameters
    ----------
    folder : Path
        Where its state is kept; a training that was broken off goes on from there.
    begin : Path, optional
        Weights to begin with. Only the layer of the logits is fresh then, or nothing where the
        `whole` network is to go on.
    """
    from source.training import fit

    net = kind.untrained(seed)
    if begin is not None:
        last = net.get_layer("logits")
        own = last.get_weights()
        net.load_weights(begin)
        if not whole:
            last.set_weights(own)
    if recipe.epochs:
        data = Windows(items, recipe, len(VOICE), seed)
        optimizer = recipe.optimizer(len(data) * recipe.epochs)
        fit.fit(
            net, [fit.Stage(data, recipe.epochs)], optimizer=optimizer, folder=folder, title=title,
            seed=seed,
        )  # fmt: skip
        _adjust_logits(net, [item.label for item in items])
    return net


def read(net: Any, items: Sequence[Spoken], recipe: Recipe) -> NDArray[np.float32]:
    """Logits of each utterance as serving reads it: windows over all of it, averaged."""
    cut = [windows(recipe.served(item))[0] for item in items]
    owner = np.repeat(np.arange(len(items)), [len(c) for c in cut])
    rows = net.predict(np.concatenate(cut), batch_size=64, verbose=0)[0].astype(np.float32)
    return np.stack([rows[owner == i].mean(axis=0) for i in range(len(items))])


def _adjust_logits(net: Any, labels: Sequence[int]) -> None:
    """Take the classes' shares in training out of the logits.

    RAVDESS has half as many neutral clips as of any other emotion; who hands in a recording
    says nothing about which is how common. Menon AK et al. (2021), "Long-tail learning via
    logit adjustment", ICLR.
    """
    counts = np.bincount(labels, minlength=len(VOICE)).astype(np.float64)
    shift = np.zeros(len(VOICE))
    shift[counts > 0] = np.log(counts[counts > 0].mean() / counts[counts > 0])
    layer = net.get_layer("logits")
    weights, bias = layer.get_weights()
    layer.set_weights([weights, (bias + shift).astype(np.float32)])
