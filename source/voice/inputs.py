"""What a voice model is given: utterances become batches, one way for each kind of input.

A card names its kind in ``input.features``; training makes its batches with the same
functions. Every kind cuts an utterance at the same places (`source.voice.windows`), so that
models of different kinds can be asked about the same stretches and averaged.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import UnknownOption
from source.voice import encoder
from source.voice.classic import classic_61
from source.voice.compare import compare_2016
from source.voice.features import HOP, log_mel, mfcc, normalise
from source.voice.pitch import correlogram
from source.voice.windows import cuts, seconds, windows

Floats = NDArray[np.float32]
Spans = list[tuple[float, float]]
Input = Callable[[Floats], tuple[Any, Spans]]
"""Samples of one utterance at 16 kHz to its windows ``[n, *shape]`` and their seconds in it;
for an ensemble, to a list of them, one for each member."""

DEFAULT = "mfcc-40"
ENSEMBLE = "ensemble"
"""The kind of models that answer together; ``input.members`` describes each member's own."""


class Hearing:
    """An utterance whose cepstra are computed once, however many models ask for them."""

    def __init__(self, samples: Floats) -> None:
        self.samples = samples

    @cached_property
    def cepstra(self) -> Floats:
        """Normalised over the utterance, ``[frames, 40]``."""
        return normalise(mfcc(log_mel(self.samples)))


def mfcc_40(samples: Floats | Hearing) -> tuple[Floats, Spans]:
    """40 cepstra, normalised over the utterance: ``[n, FRAMES, 40]``."""
    return windows(_hearing(samples).cepstra)


def mfcc_40_lags_56(samples: Floats | Hearing) -> tuple[Floats, Spans]:
    """`mfcc_40` with the `correlogram` beside it: ``[n, FRAMES, 40 + 56]``."""
    hearing = _hearing(samples)
    return windows(np.concatenate([hearing.cepstra, correlogram(hearing.samples)], axis=1))


def _hearing(samples: Floats | Hearing) -> Hearing:
    return samples if isinstance(samples, Hearing) else Hearing(samples)


def log_mel_64(samples: Floats) -> tuple[Floats, Spans]:
    """64 mel bands in decibels, normalised over the utterance: ``[n, FRAMES, 64]``."""
    return windows(normalise(log_mel(samples)))


def encoder_statistics(samples: Floats) -> tuple[Floats, Spans]:
    """Mean and deviation over time of the encoder's first layers: ``[n, layers * 2 * WIDTH]``.

    Each window is encoded by itself, as if it were an utterance: the encoder then sees no more
    of a long utterance than of a short one.

    Raises
    ------
    ModelMissing, ModelChanged
        If the encoder's weights are not installed, or are not those we know.
    """
    encode = encoder.load()
    parts = cuts(1 + len(samples) // HOP)
    rows = []
    for start, end in parts:
        frames = encode(samples[start * HOP : end * HOP])
        rows.append(np.stack([frames.mean(axis=1), frames.std(axis=1)], axis=1).reshape(-1))
    return np.asarray(rows, np.float32), seconds(parts)


INPUTS: dict[str, Input] = {
    DEFAULT: mfcc_40,
    "mfcc-40+lags-56": mfcc_40_lags_56,
    "log-mel-64": log_mel_64,
    "classic-61": classic_61,
    "compare-2016": compare_2016,
    "encoder-statistics": encoder_statistics,
}
"""Kind of input, as a card names it, then what makes it."""

SHARING: tuple[Callable[..., Any], ...] = (mfcc_40, mfcc_40_lags_56)
"""Those that may be given a `Hearing`, so that what they share is computed once."""


def of(described: dict[str, Any]) -> Input:
    """The maker of the input a card describes (``card.input``).

    Raises
    ------
    UnknownOption
        If this version knows no such kind.
    """
    kind = str(described.get("features", DEFAULT))
    if kind == ENSEMBLE:
        return _together(described["members"])
    if kind not in INPUTS:
        raise UnknownOption("voice input", kind, tuple(INPUTS))
    return INPUTS[kind]


def _together(members: list[dict[str, Any]]) -> Input:
    """Every member's input, each kind made once."""
    makers = [of(member) for member in members]

    def made(samples: Floats) -> tuple[list[Any], Spans]:
        hearing: Any = Hearing(samples)
        each = {
            maker: maker(hearing if maker in SHARING else samples)
            for maker in dict.fromkeys(makers)
        }
        return [each[maker][0] for maker in makers], each[makers[0]][1]

    return made
