"""A small network behind a large encoder, which can be shown how a speaker usually sounds.

The encoder's statistics of an utterance are standardised and projected to an embedding. A
baseline, other utterances of the same speaker, says where that speaker lies in the space of
embeddings; the network is given the embedding less that offset. Everything here is numpy, and
training makes its batches with the same functions.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from source.core.errors import ModelChanged
from source.core.result import RanOn
from source.runtime.card import Card
from source.runtime.device import numpy_on_cpu
from source.runtime.model import Model, softmax

Floats = NDArray[np.float32]

FILE = "model.npz"
KIND = "encoder/head"
"""The architecture's name on a card."""

MOST = 10
"""Utterances of a baseline from which the network is told no larger number: it was trained with
no more."""

SHOWN = 0.5
"""The offset itself is an input, too, at this scale."""

FACTS = 5
"""Inputs that describe a baseline: how many utterances, how mixed and how sure their emotions
are, how far apart they lie, and how far from the utterance that is read."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """What each utterance is read against, as sums over utterances of the same speaker.

    Row ``i`` belongs to the utterance ``i`` that is read.

    Attributes
    ----------
    count : float32 [n]
        Utterances; 0 for no baseline.
    embeddings : float32 [n, d]
        Sum of their embeddings.
    posteriors : float32 [n, classes]
        Sum of what they were read as; an utterance known to be neutral counts 1 there.
    sureness : float32 [n]
        Sum of their largest posteriors.
    squares : float32 [n]
        Sum of their squared lengths in `Space.plane`.
    """

    count: Floats
    embeddings: Floats
    posteriors: Floats
    sureness: Floats
    squares: Floats


@dataclass(frozen=True, eq=False)
class Space:
    """Where utterances lie, learnt from the training corpora with equal say for each class.

    Attributes
    ----------
    mean, deviation : float32 [s]
        Of the encoder's statistics.
    directions : float32 [s, d]
        Projects standardised statistics: principal directions, partly whitened.
    centre : float32 [d]
        Where the middle of all emotions lies.
    classes : float32 [classes, d]
        How far each emotion lies from it.
    within, between : float32 [d]
        Variance of one speaker's utterances, less their emotions; variance of speakers.
    plane : float32 [d, 7]
        Orthogonal directions in which emotions differ.
    usual : float32
        Variance of one speaker's utterances in that plane.
    """

    mean: Floats
    deviation: Floats
    directions: Floats
    centre: Floats
    classes: Floats
    within: Floats
    between: Floats
    plane: Floats
    usual: Floats

    def project(self, statistics: Floats) -> Floats:
        """Embeddings [n, d] of the encoder's statistics [n, s]."""
        return np.asarray(((statistics - self.mean) / self.deviation) @ self.directions, np.float32)

    def summed(self, embeddings: Floats, posteriors: Floats, counted: Floats) -> Baseline:
        """The baselines of several utterances each.

        Parameters
        ----------
        embeddings : float32 [n, k, d]
        posteriors : float32 [n, k, classes]
        counted : float32 [n, k]
            1 for an utterance that counts, 0 for one that does not.
        """
        lengths = ((embeddings @ self.plane) ** 2).sum(axis=2)
        return Baseline(
            counted.sum(axis=1),
            np.einsum("nk,nkd->nd", counted, embeddings),
            np.einsum("nk,nkc->nc", counted, posteriors),
            (posteriors.max(axis=2) * counted).sum(axis=1),
            (lengths * counted).sum(axis=1),
        )

    def same(self, embeddings: Floats, posteriors: Floats, *, readers: int) -> Baseline:
        """One baseline of `k` utterances [k, d], [k, classes] for all that are read."""
        counted = np.ones((1, len(embeddings)), np.float32)
        one = self.summed(embeddings[None], posteriors[None], counted)
        return Baseline(*(np.repeat(getattr(one, f.name), readers, axis=0) for f in fields(one)))

    def others(self, embeddings: Floats, posteriors: Floats) -> Baseline:
        """For each utterance all the others: embeddings [n, d], posteriors [n, classes]."""
        whole = self.same(embeddings, posteriors, readers=len(embeddings))
        lengths = ((embeddings @ self.plane) ** 2).sum(axis=1)
        own = (1.0, embeddings, posteriors, posteriors.max(axis=1), lengths)
        return Baseline(
            *(getattr(whole, f.name) - part for f, part in zip(fields(whole), own, strict=True))
        )

    def inputs(self, embeddings: Floats, baseline: Baseline) -> Floats:
        """What the network is given [n, 2 d + FACTS].

        The offset of a speaker is the mean of the baseline less the emotions it seems to hold,
        shrunk by how much of it is chance: between / (between + within / count), as in
        Gauvain & Lee (1994), "Maximum a posteriori estimation for multivariate Gaussian
        mixture observations".
        """
        known = baseline.count[:, None] > 0
        count = np.maximum(baseline.count, np.float32(1.0))[:, None]
        emotions = np.asarray(baseline.posteriors / count, np.float32)
        shrunk = self.between / (self.between + self.within / count)
        expected = emotions @ self.classes + self.centre
        offset = shrunk * (baseline.embeddings / count - expected) * known
        facts = self._facts(embeddings, baseline, emotions, count) * known
        return np.concatenate([embeddings - offset, facts, SHOWN * offset], 1, dtype=np.float32)

    def _facts(
        self, embeddings: Floats, baseline: Baseline, emotions: Floats, count: Floats
    ) -> NDArray[np.floating[Any]]:
        mixed = -(emotions * np.log(np.maximum(emotions, 1e-6))).sum(axis=1)
        middle = (baseline.embeddings / count) @ self.plane
        scatter = baseline.squares - count[:, 0] * (middle**2).sum(axis=1)
        spread = np.maximum(scatter, 0.0) / np.maximum(count[:, 0] - 1.0, 1.0)
        away = ((embeddings @ self.plane - middle) ** 2).sum(axis=1)
        facts = (
            np.log1p(np.minimum(baseline.count, MOST)),
            mixed,
            baseline.sureness / count[:, 0],
            np.log1p(spread / self.usual) * (baseline.count > 1),
            np.log1p(away / self.usual),
        )
        return np.stack(facts, axis=1)

    def nothing(self, readers: int) -> Baseline:
        """No baseline for so many utterances."""
        classes, width = self.classes.shape
        zeros = (np.zeros(s, np.float32) for s in ((), (width,), (classes,), (), ()))
        return Baseline(*(np.repeat(z[None], readers, axis=0) for z in zeros))


@dataclass(frozen=True, eq=False)
class Layers:
    """One member: dense layers, each normed and through a GELU, then the classes.

    Attributes
    ----------
    dense : tuple of (kernel [in, out], bias, scale, shift)
    kernel, bias : float32 [in, classes], [classes]
    """

    dense: tuple[tuple[Floats, Floats, Floats, Floats], ...]
    kernel: Floats
    bias: Floats

    def __call__(self, inputs: Floats) -> Floats:
        """Logits [n, classes]."""
        x = inputs
        for kernel, bias, scale, shift in self.dense:
            x = _gelu(_normed(x @ kernel + bias) * scale + shift)
        return np.asarray(x @ self.kernel + self.bias)


class Head(Model):
    """The network with its calibration; `run` reads without a baseline."""

    baselines = True

    def __init__(self, card: Card, folder: Path) -> None:
        self.card = card
        content = card.verified(folder, FILE)
        try:
            self.space, self.members = read(content)
        except (KeyError, ValueError) as error:
            raise ModelChanged(card.name, folder / FILE) from error

    @property
    def sha256(self) -> str:
        """Digest of the file that is run."""
        return self.card.sha256[FILE]

    @property
    def ran(self) -> RanOn:
        """NumPy, on the processor; so is the encoder before it."""
        return numpy_on_cpu()

    def run(self, batch: Any) -> tuple[Floats, Floats]:
        """Posteriors and embeddings of statistics [n, s], without a baseline."""
        embeddings = self.space.project(np.asarray(batch, np.float32))
        return self.against(embeddings, self.space.nothing(len(embeddings))), embeddings

    def against(self, embeddings: Floats, baseline: Baseline) -> Floats:
        """Posteriors [n, classes] of embeddings [n, d], each against its baseline."""
        inputs = self.space.inputs(embeddings, baseline)
        logits = np.mean([member(inputs) for member in self.members], axis=0)
        return np.asarray(softmax(logits, temperature=self.card.temperature), np.float32)


def write(space: Space, members: list[Layers]) -> bytes:
    """The content of `FILE`; matrices in half precision."""
    arrays: dict[str, Any] = {f.name: getattr(space, f.name) for f in fields(space)}
    for number, member in enumerate(members):
        for layer, parts in enumerate(member.dense):
            names = ("kernel", "bias", "scale", "shift")
            arrays |= {
                f"member{number}/{layer}/{name}": part
                for name, part in zip(names, parts, strict=True)
            }
        arrays |= {f"member{number}/kernel": member.kernel, f"member{number}/bias": member.bias}
    half = ("kernel", "directions")
    kept: dict[str, Any] = {k: _planes(v) if k.endswith(half) else v for k, v in arrays.items()}
    content = io.BytesIO()
    np.savez_compressed(content, **kept)
    return content.getvalue()


def read(content: bytes) -> tuple[Space, tuple[Layers, ...]]:
    """Read what `write` wrote.

    Raises
    ------
    KeyError, ValueError
        If it is something else.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        arrays = {name: _numbers(kept[name]) for name in kept.files}
    space = Space(**{f.name: arrays[f.name] for f in fields(Space)})
    count = len({name.partition("/")[0] for name in arrays if name.startswith("member")})
    if not count:
        raise ValueError("There is no member.")
    return space, tuple(_member(arrays, f"member{number}") for number in range(count))


def _planes(matrix: Floats) -> NDArray[np.uint8]:
    """A matrix [m, n] in half precision, its low bytes before its high ones: [2, m, n].

    The high bytes, with sign and exponent, are much alike and then take a third less room.
    """
    halves = np.ascontiguousarray(matrix, "<f2").view(np.uint8).reshape(*matrix.shape, 2)
    return np.ascontiguousarray(np.moveaxis(halves, 2, 0))


def _numbers(array: NDArray[Any]) -> Floats:
    """What was kept: bytes of `_planes`, or numbers as they are."""
    if array.dtype == np.uint8:
        array = np.ascontiguousarray(np.moveaxis(array, 0, 2)).view("<f2")[:, :, 0]
    return np.asarray(array, np.float32)


def _member(arrays: Mapping[str, Floats], name: str) -> Layers:
    depth = len([key for key in arrays if key.startswith(f"{name}/") and key.endswith("/scale")])
    dense = tuple(
        (
            arrays[f"{name}/{layer}/kernel"], arrays[f"{name}/{layer}/bias"],
            arrays[f"{name}/{layer}/scale"], arrays[f"{name}/{layer}/shift"],
        )
        for layer in range(depth)
    )  # fmt: skip
    return Layers(dense, arrays[f"{name}/kernel"], arrays[f"{name}/bias"])


def _normed(x: Floats) -> Floats:
    centred = x - x.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5))


def _gelu(x: Floats) -> Floats:
    return np.asarray(0.5 * x * (1.0 + erf(x / np.sqrt(2.0))), np.float32)
