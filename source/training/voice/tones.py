"""Stand-in utterances made of tones, so that the training code runs where there is no data."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training.corpora import Clip
from source.training.protocols import ALL, RAVDESS_FOLDS, classes_of
from source.training.voice.encoded import Encoded
from source.training.voice.spoken import Spoken
from source.voice.features import RATE, log_mel
from source.voice.pitch import EVERY, correlogram


def tones(*, seed: int = 0) -> list[Spoken]:
    """The log-mel of `buzzes`, as the networks train on it."""
    made = []
    for name, samples, label, speaker in buzzes(seed=seed):
        bands = log_mel(samples)
        lags = (127 * correlogram(samples)[::EVERY]).astype(np.int8)
        made.append(Spoken(name, bands, 5, len(bands) - 5, label, speaker, lags))
    return made


def buzzes(*, seed: int = 0) -> Iterator[tuple[str, NDArray[np.float32], int, str]]:
    """One glide a label and speaker, one speaker a fold: a pitch for each, a slope for each.

    Name, samples at 16 kHz, label and speaker. They mean nothing and no figure is made of them.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(int(1.2 * RATE)) / RATE
    for speaker in (fold[0] for fold in RAVDESS_FOLDS):
        for label in range(len(VOICE)):
            pitch, slope = 90.0 + 10.0 * speaker, 15.0 * (label - 3.5)
            buzz = 0.1 * np.sign(np.sin(2 * np.pi * (pitch * t + slope * t**2)))
            samples = (buzz + rng.normal(0, 1e-3, len(t))).astype(np.float32)
            yield f"tone-{speaker}-{label}", samples, label, str(speaker)


def encodings(*, seed: int = 0, width: int = 16, takes: int = 3) -> Iterator[Encoded]:
    """Stand-ins for what the encoder makes of every corpus: a place a label and speaker.

    Five speakers a corpus, one a fold, who act each emotion so many times. They mean nothing and
    no figure is made of them.
    """
    rng = np.random.default_rng(seed)
    emotions = rng.normal(0.0, 1.0, (len(VOICE), width))
    for corpus in ALL:
        for speaker in (str(fold[0]) for fold in RAVDESS_FOLDS):
            place = rng.normal(0.0, 0.5, width)
            for label in classes_of(corpus):
                for take in range(takes):
                    given = emotions[label] + place + rng.normal(0.0, 0.7, (1 + take % 2, width))
                    windows = given.astype(np.float32)
                    name = f"{corpus}-{speaker}-{VOICE[label]}-{take}"
                    clip = Clip(Path(name), corpus, speaker, VOICE[label], statement="01")
                    cepstra = rng.normal(label, 3.0, 80).astype(np.float32)
                    yield Encoded(clip, windows, 0.9 * windows[:1], cepstra, 0.6 + 0.9 * take)


def corpora_of_tones(corpus: str, *, seed: int = 0) -> tuple[list[Clip], list[Spoken]]:
    """Tones in the classes of a corpus, as `training.voice.prepare.gather` gives its clips."""
    known = {VOICE[label] for label in classes_of(corpus)}
    items = [item for item in tones(seed=seed) if VOICE[item.label] in known]
    items = [replace(item, name=f"{corpus}-{item.name}", seconds=1.1) for item in items]
    clips = [
        Clip(Path(item.name), corpus, item.speaker, VOICE[item.label], statement="01")
        for item in items
    ]
    return clips, items
