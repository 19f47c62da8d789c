"""The space of the encoder's statistics, learnt from the training corpora."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime.head import Space
from source.training import protocols
from source.training.voice.utterances import Utterances

Floats = NDArray[np.float32]

FEW = 5
"""Clips of a class in a corpus from which its place is taken."""

LEAST = 3
"""Clips of a speaker from which their place is taken."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """A space and what training alone needs of it.

    Attributes
    ----------
    space : Space
    rows : float32 [w + m, d]
        Embeddings of every window and, behind them, of every copy's.
    means : float32 [n, d]
        Of every clip.
    scale : float32 [d]
        Deviation of the embeddings.
    places : float32 [n, d]
        How far each clip's speaker lies from the middle, shrunk by how few clips they have.
    """

    space: Space
    rows: Floats
    means: Floats
    scale: Floats
    places: Floats


def learn(utterances: Utterances, *, width: int, whitening: float, power: float) -> Learnt:
    """Learn the space of clips, corpora and classes with the say of `Utterances.weights`.

    Parameters
    ----------
    width : int
        Principal directions that are kept.
    whitening : float
        0 for plain principal components, 0.5 for equal variances.
    """
    mean, deviation, directions, scale = _principal(
        utterances.statistics, utterances.weights(power), width, whitening
    )
    means = np.asarray(((utterances.statistics - mean) / deviation) @ directions, np.float32)
    centre, classes = _emotions(utterances, means)
    rest = np.asarray(means - centre - classes[utterances.labels], np.float32)
    within, between, places = _speakers(utterances, rest)
    plane = np.linalg.qr((classes - classes.mean(axis=0)).T)[0][:, : len(VOICE) - 1]
    usual = (plane**2 * within[:, None]).sum()
    arrays = (mean, deviation, directions, centre, classes, within, between, plane, usual)
    space = Space(*(np.asarray(a, np.float32) for a in arrays))
    rows = np.concatenate([space.project(utterances.windows), space.project(utterances.copies)])
    return Learnt(space, rows, space.project(utterances.statistics), scale, places)


def _principal(
    rows: Floats, weights: NDArray[np.float64], width: int, whitening: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, deviation, partly whitened directions of weighted rows, and the scale along them."""
    from scipy.linalg import eigh

    share = (weights / weights.sum()).astype(np.float32)
    mean = share @ rows
    deviation = np.sqrt(share @ (rows - mean) ** 2) + np.float32(1e-4)
    known = (rows - mean) / deviation * np.sqrt(share)[:, None]
    last = rows.shape[1] - 1
    values, vectors = eigh(known.T @ known, subset_by_index=[last - width + 1, last])
    values, vectors = np.maximum(values[::-1], 1e-9), vectors[:, ::-1]
    size = np.sqrt((values ** (1.0 - 2.0 * whitening)).mean())
    directions = vectors * values**-whitening / size
    scale = values ** (0.5 - whitening) / size
    return mean, deviation, directions.astype(np.float32), scale.astype(np.float32)


def _emotions(utterances: Utterances, embeddings: Floats) -> tuple[Floats, Floats]:
    """The middle of the emotions that all corpora have, and how far each emotion lies from it."""
    corpora = np.unique(utterances.corpora)
    common = set(range(len(VOICE))).intersection(*(protocols.classes_of(c) for c in corpora))
    means = np.full((len(corpora), len(VOICE), embeddings.shape[1]), np.nan, np.float32)
    for place, corpus in enumerate(corpora):
        for label in protocols.classes_of(str(corpus)):
            own = (utterances.corpora == corpus) & (utterances.labels == label)
            if own.sum() > FEW:
                means[place, label] = embeddings[own].mean(axis=0)
    centres = np.nanmean(means[:, sorted(common)], axis=1)
    apart = means - centres[:, None]
    known = ~np.isnan(apart)
    classes = np.where(known, apart, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return centres.mean(axis=0), classes.astype(np.float32)


def _speakers(utterances: Utterances, rest: Floats) -> tuple[Floats, Floats, Floats]:
    """Variance of one speaker's clips, variance of speakers, and the place of each clip's.

    `rest` are the embeddings less their emotions. Every corpus has the same say.
    """
    people, of = np.unique(utterances.people, return_inverse=True)
    counts = np.bincount(of)
    means = np.zeros((len(people), rest.shape[1]), np.float32)
    np.add.at(means, of, rest)
    means /= counts[:, None]
    scatter = np.zeros_like(means)
    np.add.at(scatter, of, (rest - means[of]) ** 2)
    corpora = np.array([person.partition("/")[0] for person in people])
    enough = counts >= LEAST
    share = np.array(
        [ok / (enough & (corpora == c)).sum() for ok, c in zip(enough, corpora, strict=True)]
    )
    share /= share.sum()
    within = share @ (scatter / np.maximum(counts - 1, 1)[:, None])
    chance = within * (share / counts).sum()
    between = np.maximum(share @ means**2 - chance, 1e-3 * within)
    shrunk: Floats = np.asarray(
        means * between / (between + within / counts[:, None]) * enough[:, None], np.float32
    )
    return np.asarray(within, np.float32), np.asarray(between, np.float32), shrunk[of]
