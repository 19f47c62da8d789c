"""What the head of the encoder is trained on: utterances, each with a baseline of its speaker.

In most rows a few utterances of the same speaker stand beside the one that is read, neutral,
mixed or all of its own emotion, so that one network learns to read with and without them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime.head import Baseline, Layers
from source.training import fit, protocols
from source.training.voice.space import Learnt
from source.training.voice.utterances import TOGETHER, Utterances

Floats = NDArray[np.float32]
Ints = NDArray[np.integer]

COUNTS = (0, 1, 3, 10)
"""Utterances of a baseline."""

NEUTRAL, MIXED, MOOD = range(3)
"""What a baseline holds: neutral utterances, any, or those of the emotion that is read."""

EPOCH = 100
"""Batches in what is called an epoch: there is no natural one."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one member is trained; chosen on speakers and corpora kept out of training.

    Attributes
    ----------
    layers : tuple of int
        Width of each layer.
    dropout, missing : float
        Share of a layer's and of the input's numbers that are dropped.
    counts, kinds : tuple of float
        How often each of `COUNTS`, and of neutral, mixed and one mood, is drawn.
    moved : float
        How often an utterance is moved, with its baseline, towards another speaker's place.
    noise : float
        Of the embedding, by its own deviation.
    mixup : float
        Both parameters of the beta distribution.
    smoothing, votes : float
        See `Utterances.targets`.
    power, copies : float
        See `Utterances.row_weights`.
    average : float
        How slowly the averaged weights follow, per step.
    """

    layers: tuple[int, ...] = (384, 192)
    epochs: int = 8
    batch: int = 192
    rate: float = 1e-3
    decay: float = 0.05
    dropout: float = 0.5
    missing: float = 0.2
    counts: tuple[float, ...] = (0.35, 0.15, 0.25, 0.25)
    kinds: tuple[float, ...] = (0.3, 0.3, 0.4)
    moved: float = 0.5
    noise: float = 0.2
    mixup: float = 0.3
    smoothing: float = 0.1
    votes: float = 0.2
    power: float = 0.5
    copies: float = 0.7
    average: float = 0.99


class Together(fit.MaskedCrossEntropy):
    """`fit.MaskedCrossEntropy` in which calm counts with neutral where the target says so."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Loss of each row [n] for targets and logits [n, classes]."""
        neutral, calm = protocols.NEUTRAL, protocols.CALM
        together = y_true[:, calm] <= (TOGETHER - 1.0) / 2.0
        either = ops.logaddexp(y_pred[:, neutral], y_pred[:, calm])
        columns = ops.unstack(y_pred, len(VOICE), axis=1)
        columns[neutral] = ops.where(together, either, columns[neutral])
        return super().call(y_true, ops.stack(columns, axis=1))


class Episodes:
    """Batches for `fit.fit`: inputs [batch, 2 d + facts] and targets [batch, classes]."""

    def __init__(self, utterances: Utterances, learnt: Learnt, recipe: Recipe, seed: int) -> None:
        self.recipe, self.seed, self._learnt = recipe, seed, learnt
        self._utterances = utterances
        self._rows = np.concatenate([utterances.window_of, utterances.copy_of])
        weights = utterances.row_weights(recipe.power, recipe.copies)
        self._chances = np.cumsum(weights / weights.sum())
        self._targets = utterances.targets(smoothing=recipe.smoothing, votes=recipe.votes)
        self._corpora = np.unique(utterances.corpora, return_inverse=True)[1]
        self._pools = Pools(utterances.people, utterances.labels)

    def __len__(self) -> int:
        return EPOCH

    def batch(self, epoch: int, index: int) -> tuple[Floats, Floats]:
        """One batch; the same at each call."""
        recipe, rng = self.recipe, np.random.default_rng([self.seed, epoch, index])
        rows = np.searchsorted(self._chances[:-1], rng.random(recipe.batch), side="right")
        clips = self._rows[rows]
        embeddings, baseline = self._episode(rows, clips, rng)
        inputs = self._learnt.space.inputs(embeddings, baseline)
        noise = rng.standard_normal(embeddings.shape, dtype=np.float32)
        noise *= np.float32(recipe.noise) * self._learnt.scale
        inputs[:, : embeddings.shape[1]] += noise
        return self._mixed(inputs, self._targets[clips], self._corpora[clips], rng)

    def _episode(
        self, rows: Ints, clips: Ints, rng: np.random.Generator
    ) -> tuple[Floats, Baseline]:
        """The embeddings that are read, and a baseline for each."""
        recipe = self.recipe
        count = rng.choice(COUNTS, len(rows), p=recipe.counts)
        count[rows >= len(self._utterances.windows)] = 0  # copies: their speaker has no others
        kind = rng.choice(len(recipe.kinds), len(rows), p=recipe.kinds)
        others, there = self._pools.draw(clips, kind, max(COUNTS), rng)
        posteriors = np.where(
            (kind == NEUTRAL)[:, None, None],
            np.eye(len(VOICE), dtype=np.float32)[protocols.NEUTRAL],
            guesses(self._utterances.labels[others], rng),
        )
        move = self._moves(clips, rng)
        baseline = self._learnt.space.nothing(len(rows))
        for number in COUNTS[1:]:
            own = np.flatnonzero(count == number)
            few = self._learnt.space.summed(
                self._learnt.means[others[own, :number]] + move[own, None],
                posteriors[own, :number],
                there[own, :number].astype(np.float32),
            )
            for field in fields(baseline):
                getattr(baseline, field.name)[own] = getattr(few, field.name)
        return self._learnt.rows[rows] + move, baseline

    def _moves(self, clips: Ints, rng: np.random.Generator) -> Floats:
        """From the place of each clip's speaker towards that of another one."""
        places = self._learnt.places
        far = rng.random(len(clips), np.float32) * (rng.random(len(clips)) < self.recipe.moved)
        apart = places[rng.integers(len(places), size=len(clips))] - places[clips]
        return np.asarray(apart * far[:, None], np.float32)

    def _mixed(
        self, inputs: Floats, targets: Floats, corpora: Ints, rng: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Each row with a little of another of the same corpus, whose classes are the same."""
        order = np.argsort(corpora + 0.9 * rng.random(len(corpora)))
        other = np.empty_like(order)
        other[order] = np.roll(order, 1)
        share = rng.beta(self.recipe.mixup, self.recipe.mixup, len(corpora))
        share = np.where(corpora == corpora[other], np.maximum(share, 1.0 - share), 1.0)
        own: Floats = np.asarray(share, np.float32)[:, None]
        return (
            own * inputs + (1 - own) * inputs[other],
            own * targets + (1 - own) * targets[other],
        )


class Pools:
    """The clips that a baseline is drawn from: by person, and by emotion within them."""

    def __init__(self, people: NDArray[np.str_], labels: Ints) -> None:
        names, self._person = np.unique(people, return_inverse=True)
        self._label = labels
        self._order = np.lexsort((labels, self._person))
        counts = np.zeros((len(names), len(VOICE)), int)
        np.add.at(counts, (self._person, labels), 1)
        self._counts = counts
        self._starts = np.concatenate([[0], np.cumsum(counts)])[:-1].reshape(counts.shape)

    def draw(
        self, clips: Ints, kind: Ints, count: int, rng: np.random.Generator
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """Clips [n, count] of each clip's speaker, drawn with replacement, and which are there.

        Calm is neutral here. The clip itself is none of its baseline.
        """
        person, label = self._person[clips], self._label[clips]
        counts, starts = self._counts[person], self._starts[person]
        at = np.arange(len(clips))
        start = np.where(kind == MOOD, starts[at, label], starts[:, 0])
        calm = counts[:, : protocols.CALM + 1].sum(axis=1)  # neutral comes first, calm behind it
        size = np.choose(kind, [calm, counts.sum(axis=1), counts[at, label]])
        place = start[:, None] + (rng.random((len(clips), count)) * size[:, None]).astype(int)
        drawn = self._order[np.minimum(place, len(self._order) - 1)]
        return drawn, (size > 0)[:, None] & (drawn != clips[:, None])


def guesses(labels: Ints, rng: np.random.Generator) -> Floats:
    """Posteriors [n, k, classes] as a first reading might give: right or wrong, sure or not."""
    classes = np.eye(len(VOICE), dtype=np.float32)
    wrong = rng.random(labels.shape) < 0.5 * rng.random((len(labels), 1))
    said = classes[np.where(wrong, rng.integers(len(VOICE), size=labels.shape), labels)]
    doubt = rng.uniform(0.05, 0.85, (*labels.shape, 1)).astype(np.float32)
    spread = rng.random((*labels.shape, len(VOICE)), dtype=np.float32) ** 2
    spread /= spread.sum(axis=2, keepdims=True)
    return (1.0 - doubt) * said + doubt * spread


def build(width: int, recipe: Recipe, *, seed: int) -> Any:
    """An untrained member for inputs of so many numbers."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    given = x = layers.Input((width,))
    x = layers.Dropout(recipe.missing)(x)
    for units in recipe.layers:
        x = layers.Dense(units)(x)
        x = layers.LayerNormalization(epsilon=1e-5)(x)
        x = layers.Activation("gelu")(x)
        x = layers.Dropout(recipe.dropout)(x)
    return keras.Model(given, layers.Dense(len(VOICE), name="logits")(x))


def weights_of(net: Any) -> Layers:
    """The weights of a member, as serving computes it."""
    dense = [layer.get_weights() for layer in net.layers if isinstance(layer, keras.layers.Dense)]
    norms = [
        layer.get_weights()
        for layer in net.layers
        if isinstance(layer, keras.layers.LayerNormalization)
    ]
    *hidden, last = dense
    pairs: Sequence[Any] = [(*one, *norm) for one, norm in zip(hidden, norms, strict=True)]
    return Layers(tuple(pairs), *last)
