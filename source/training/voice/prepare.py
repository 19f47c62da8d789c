"""Clips become cached utterances: decoded and cut exactly as serving does it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.core.errors import BadRecording
from source.media import probe, sound
from source.training.corpora import Clip, Corpus
from source.training.voice.cache import Row, rows
from source.training.voice.spoken import Spoken
from source.voice import utterances
from source.voice.features import BANDS, HOP, RATE, log_mel
from source.voice.pitch import EVERY, LAGS, correlogram

Floats = NDArray[np.float32]

QUIET = 35.0
"""Decibels below the loudest frame at which a clip without detected speech is trimmed."""

SILENT = -90.0
"""A clip whose loudest band is below this, in decibels re 1, holds no sound."""

NO_LABEL = -1
"""Label of an emotion that the voice has no class for (``bored``)."""

NOTHING = Row(np.zeros((0, BANDS), np.float16), (0, 0), np.zeros((0, LAGS), np.int8), 0.0)


def prepare(clips: Sequence[Clip], cache: Path | None) -> list[Spoken]:
    """Log-mel and the ends of the speech of every clip, from `cache` where it holds them.

    Parameters
    ----------
    clips : sequence of Clip
        In the order that is returned.
    cache : Path or None
        An ``.npz`` file, made where it is missing; clips that it lacks are added, and it goes
        on where it was broken off.

    Raises
    ------
    BadRecording
        If nothing can be heard in a clip; `hearable` tells which these are.
    """
    good, items = hearable(clips, cache)
    if len(good) < len(clips):
        first = next(clip for clip in clips if clip not in good)
        raise BadRecording(f"Nothing can be heard in “{first.path}”.", hint="Leave it out.")
    return items


def hearable(clips: Sequence[Clip], cache: Path | None) -> tuple[list[Clip], list[Spoken]]:
    """The clips that can be decoded and hold any sound, and `prepare` of them, in step.

    Published corpora hold a few files that are silent or broken.
    """
    computed = zip(clips, rows(clips, cache, _row), strict=True)
    audible = [(clip, row) for clip, row in computed if len(row.bands)]
    return [clip for clip, _ in audible], [_item(clip, row) for clip, row in audible]


def cache_of(corpus: Corpus, work: Path) -> Path:
    """Where the prepared clips of a corpus are kept in the work folder."""
    return work / "voice" / f"{corpus.name}.npz"


def gather(corpus: Corpus, *, data: Path, work: Path) -> tuple[list[Clip], list[Spoken]]:
    """The clips of a corpus that training may use, and what is computed of them, in step.

    Without the speakers who are kept aside, clips in which nothing can be heard, and emotions
    that the voice has no class for.
    """
    clips, items = hearable(corpus.clips(data), cache_of(corpus, work))
    both = [(c, i) for c, i in zip(clips, items, strict=True) if i.label != NO_LABEL]
    return [clip for clip, _ in both], [item for _, item in both]


def whole(path: Path) -> Floats:
    """All of a clip at 16 kHz; a second of silence where there is nothing in it."""
    blocks = [block.samples for block in sound(probe(path), rate=RATE)]
    return np.concatenate(blocks) if blocks else np.zeros(RATE, dtype=np.float32)


def uttered(path: Path) -> Floats | None:
    """The speech in a clip, without what is before and behind it; None where there is none."""
    try:
        samples = whole(path)
    except BadRecording:
        return None
    bands = log_mel(samples)
    if bands.max(initial=SILENT) <= SILENT:
        return None
    (first, last), _ = speech_in(samples, bands)
    return samples[first * HOP : (last - 1) * HOP]


def speech_in(samples: Floats, bands: Floats) -> tuple[tuple[int, int], float]:
    """First and last frame of the speech in a clip, and its seconds without pauses.

    The detector misses about one acted shriek in a hundred: these are trimmed by the level of
    `bands`, the clip's log-mel, and have 0 seconds.
    """
    speech = list(utterances([samples]))
    if speech:
        first, last = speech[0].start * RATE / HOP, speech[-1].end * RATE / HOP
        span = round(first), min(len(bands), round(last) + 1)
        return span, sum(utterance.spoken for utterance in speech)
    level = bands.max(axis=1)
    loud = np.flatnonzero(level > level.max() - QUIET)
    return (max(0, int(loud[0]) - 10), min(len(bands), int(loud[-1]) + 11)), 0.0


def _row(clip: Clip) -> Row:
    try:
        bands, (span, seconds), lags = _read(clip.path)
    except BadRecording:
        return NOTHING
    if bands.max(initial=SILENT) <= SILENT:
        return NOTHING
    rounded = np.round(127.0 * np.clip(lags[::EVERY], -1.0, 1.0)).astype(np.int8)
    return Row(bands.astype(np.float16), span, rounded, seconds)


def _read(path: Path) -> tuple[Floats, tuple[tuple[int, int], float], Floats]:
    samples = whole(path)
    bands, lags = log_mel(samples), correlogram(samples)
    return bands, speech_in(samples, bands), lags


def _item(clip: Clip, row: Row) -> Spoken:
    return Spoken(
        name=clip.name,
        bands=row.bands.astype(np.float32),
        first=row.span[0],
        last=row.span[1],
        label=VOICE.index(clip.emotion) if clip.emotion in VOICE else NO_LABEL,
        speaker=clip.speaker,
        lags=row.lags,
        seconds=row.seconds,
    )
