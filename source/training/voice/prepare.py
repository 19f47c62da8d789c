"""Clips become cached utterances: decoded and cut exactly as serving does it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.media import probe, sound
from source.training.readers.spoken import Clip
from source.training.voice.loop import Spoken
from source.voice import utterances
from source.voice.features import HOP, RATE, VERSION, log_mel

Floats = NDArray[np.float32]

QUIET = 35.0
"""Decibels below the loudest frame at which a clip without detected speech is trimmed."""


def prepare(clips: Sequence[Clip], cache: Path | None) -> list[Spoken]:
    """Log-mel and the ends of the speech of every clip, from `cache` where it holds them.

    Parameters
    ----------
    clips : sequence of Clip
        In the order that is returned.
    cache : Path or None
        An ``.npz`` file, made where it is missing or of another preprocessing version.
    """
    from tqdm import tqdm

    names = [clip.name for clip in clips]
    if cache is not None and cache.is_file():
        with np.load(cache) as kept:
            if int(kept["version"]) == VERSION and kept["names"].tolist() == names:
                return _items(clips, kept["bands"], kept["lengths"], kept["spans"])
    bands, spans = [], []
    for clip in tqdm(clips, desc="prepare voice", mininterval=2.0):
        heard, span = _read(clip.path)
        bands.append(heard)
        spans.append(span)
    lengths = np.array([len(b) for b in bands])
    joined = np.concatenate(bands).astype(np.float16)
    if cache is not None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        half = cache.with_suffix(".part.npz")
        np.savez(half, version=VERSION, names=names, bands=joined, lengths=lengths, spans=spans)
        half.replace(cache)
    return _items(clips, joined, lengths, np.array(spans))


def _read(path: Path) -> tuple[Floats, tuple[int, int]]:
    blocks = [block.samples for block in sound(probe(path), rate=RATE)]
    samples = np.concatenate(blocks) if blocks else np.zeros(RATE, dtype=np.float32)
    bands = log_mel(samples)
    found = list(utterances([samples]))
    if found:
        first, last = found[0].start * RATE / HOP, found[-1].end * RATE / HOP
        return bands, (round(first), min(len(bands), round(last) + 1))
    # The detector misses about one acted shriek in a hundred: these are trimmed by level.
    level = bands.max(axis=1)
    loud = np.flatnonzero(level > level.max() - QUIET)
    return bands, (max(0, int(loud[0]) - 10), min(len(bands), int(loud[-1]) + 11))


def _items(
    clips: Sequence[Clip],
    bands: NDArray[np.floating],
    lengths: NDArray[np.integer],
    spans: NDArray[np.integer],
) -> list[Spoken]:
    ends = np.cumsum(lengths)
    return [
        Spoken(
            name=clip.name,
            bands=bands[end - length : end].astype(np.float32),
            first=int(span[0]),
            last=int(span[1]),
            label=VOICE.index(clip.emotion),
            speaker=clip.speaker,
        )
        for clip, end, length, span in zip(clips, ends, lengths, spans, strict=True)
    ]
