"""Reads how a face moves: turns a track of crops into clips for a clip network."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from source.core.emotions import Emotion, mean_scores
from source.core.result import Motion

if TYPE_CHECKING:
    from source.runtime.model import Model

CROPS, BOXES, ROWS = "crops", "boxes", "embeddings"
READS = (CROPS, BOXES, ROWS)
"""What a clip network may read (`input.reads` on its card): aligned crops, the detector's
squares, or what the face network said of each picture."""

SIDE = 64
"""Side of the crop that the network takes, in pixels."""

STEPS = 30
"""Pictures of a clip."""

WINDOW = 4.0
"""Length of one clip in seconds, about that of one acted sentence."""

FLOOR = 0.002
"""Least posterior whose logarithm is taken: smaller ones say the same, that it is not so."""

LEAST = 4
"""With fewer crops nothing can be said about motion."""

TRUSTED = 0.5
"""Least share of the pictures read, in which nothing speaks against the face, of a sure answer."""

PREPROCESSING = 1
"""Version of `clip_input`; raised with any change to it or to `source.face.align.align`."""


def clip_input(
    crops: Sequence[np.ndarray] | np.ndarray, times: Sequence[float], *, steps: int = STEPS
) -> np.ndarray:
    """Crops at any times become a clip of `steps` pictures evenly spread over them.

    Parameters
    ----------
    crops : sequence of np.ndarray [shape=(64, 64, 3), uint8]
        RGB, from ``source.face.align.align(..., size=64)``.
    times : sequence of float
        Time of each crop in seconds, increasing.
    steps : int > 0
        Pictures of the clip.

    Returns
    -------
    np.ndarray [shape=(steps, 64, 64, 3), float32]
        RGB, 0 to 1. Each step is the crop nearest in time; the earlier of two that are
        equally near.

    Raises
    ------
    ValueError
        If there is no crop, or there are not as many times.
    """
    if not len(crops) or len(crops) != len(times):
        raise ValueError(f"A clip needs crops and their times, not {len(crops)} and {len(times)}.")
    clip: np.ndarray = np.asarray(crops, np.float32)[nearest(times, steps=steps)]
    return clip / np.float32(255.0)


def rows(embeddings: np.ndarray, posteriors: np.ndarray) -> np.ndarray:
    """What a network over embeddings reads of each picture.

    Parameters
    ----------
    embeddings : np.ndarray [shape=(n, d)]
    posteriors : np.ndarray [shape=(n, 8)]
        In the order of `core.emotions.FACE`.

    Returns
    -------
    np.ndarray [shape=(n, d + 8), float32]
        The embedding, then the logarithm of each posterior.
    """
    logits = np.log(np.maximum(posteriors, FLOOR))
    return np.concatenate([embeddings, logits], axis=1).astype(np.float32)


def reads(model: "Model") -> str:
    """What a clip network reads, one of `READS`."""
    return str(model.card.input.get("reads", CROPS))


def fits(model: "Model", face: "Model") -> bool:
    """Whether a clip network can read what this face network says; others read pictures."""
    if reads(model) != ROWS:
        return True
    return face.sha256 in model.card.input["face"]["sha256"]


def nearest(times: Sequence[float], *, steps: int = STEPS) -> np.ndarray:
    """Index of the crop at each of `steps` times spread evenly from first to last.

    Examples
    --------
    >>> nearest([0.0, 1.0, 4.0], steps=5).tolist()
    [0, 1, 1, 2, 2]
    """
    known = np.asarray(times, np.float64)
    wanted = np.linspace(known[0], known[-1], steps)
    # Rounded: a hair's breadth of float error must not decide between two equally near.
    return np.asarray(np.argmin(np.round(np.abs(wanted[:, None] - known), 6), axis=1))


def windows(times: Sequence[float], *, length: float = WINDOW) -> list[slice]:
    """Cut rising times into equal windows of about `length` seconds; none is empty.

    Examples
    --------
    >>> windows([0.0, 1.0, 2.0, 3.0, 9.0], length=4.0)
    [slice(0, 4, None), slice(4, 5, None)]
    """
    known = np.asarray(times, np.float64)
    count = max(1, round(float(known[-1] - known[0]) / length))
    edges = np.linspace(known[0], known[-1], count + 1)[1:-1]
    cuts = [0, *np.searchsorted(known, edges).tolist(), len(known)]
    return [slice(a, b) for a, b in pairwise(cuts) if b > a]


def read(
    seen: Sequence[np.ndarray] | np.ndarray,
    times: Sequence[float],
    model: "Model",
    *,
    trusted: Sequence[bool] | None = None,
) -> Motion | None:
    """What a clip network says of one person's moving face.

    Parameters
    ----------
    seen : sequence of np.ndarray
        What the network reads (`reads`) of each picture, in any order: crops or squares as
        `clip_input` takes them, or `rows`.
    times : sequence of float
        When, in seconds.
    model : Model
        A model of the sense ``clip``.
    trusted : sequence of bool, optional
        Whether the face of each picture may be read surely; all may by default. With fewer than
        `TRUSTED` of those that are read, the answer is not certain.

    Returns
    -------
    Motion or None
        The mean over all windows, each counted by its crops; None with fewer than `LEAST`
        crops, or if no window has so many.
    """
    if len(seen) < LEAST:
        return None
    order = np.argsort(np.asarray(times, np.float64), kind="stable")
    when = [float(times[i]) for i in order]
    parts = [part for part in windows(when) if part.stop - part.start >= LEAST]
    if not parts:
        return None
    steps = int(model.card.input["shape"][0])
    posteriors = []
    for part in parts:
        some = [seen[i] for i in order[part]]
        if reads(model) == ROWS:
            clip = np.stack(some)[nearest(when[part], steps=steps)]
        else:
            clip = clip_input(some, when[part], steps=steps)
        scores = model.predict(clip[None])[0]
        posteriors.append({e: float(p) for e, p in zip(model.card.labels, scores, strict=True)})
    scores = mean_scores(posteriors, [part.stop - part.start for part in parts])
    rests = [trusted is None or trusted[i] for part in parts for i in order[part]]
    enough = sum(rests) >= TRUSTED * len(rests)
    emotion = Emotion.from_scores(scores, threshold=model.card.threshold, trusted=enough)
    return Motion(model.card.name, emotion)
