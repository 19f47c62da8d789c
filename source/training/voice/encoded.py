"""What the encoder makes of every clip and of copies of it, computed once and kept.

A folder a corpus, with one file for each part of its clips: work that is broken off goes on
with the next part.
"""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import BadRecording
from source.training.corpora import Clip, Corpus
from source.training.voice.channels import changed
from source.training.voice.prepare import SILENT, speech_in, whole
from source.voice.features import HOP, RATE, log_mel, mfcc
from source.voice.inputs import encoder_statistics

Floats = NDArray[np.float32]

VERSION = 1
"""Raised when a row would no longer be what it was."""

PART = 100
"""Clips in one file."""

COPIES = 1.3
"""Copies of a clip through other channels (`channels.changed`), on average."""

SHORTENED = 0.3
"""Share of the copies that are a stretch of the utterance, of a second or more."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """One clip as the head of the encoder is trained on it.

    Attributes
    ----------
    clip : Clip
    windows : float32 [n, s]
        The encoder's statistics of each window of the utterance, as serving makes them.
    copies : float32 [m, s]
        Those of all windows of its copies.
    cepstra : float32 [80]
        What the naive row knows: mean and deviation of the cepstra.
    seconds : float
        Of speech, without pauses; 0 where the detector misses it.
    """

    clip: Clip
    windows: Floats
    copies: Floats
    cepstra: Floats
    seconds: float


def encoded(corpus: Corpus, *, data: Path, work: Path) -> list[Encoded]:
    """Every clip of a corpus in which something can be heard, in the order of their names."""
    from tqdm import tqdm

    folder = work / "voice" / "encoder" / corpus.name
    clips = corpus.clips(data)
    parts = [clips[start : start + PART] for start in range(0, len(clips), PART)]
    rows: list[Encoded] = []
    for number, part in enumerate(tqdm(parts, desc=f"encode {corpus.name}", mininterval=5.0)):
        path = folder / f"{number:04d}.npz"
        kept = _load(path, part)
        if kept is None:
            kept = list(encode(part))
            _save(path, part, kept)
        rows += kept
    return rows


def encode(clips: Sequence[Clip]) -> Iterator[Encoded]:
    """Compute the rows of clips; one in which nothing can be heard has none."""
    for clip in clips:
        try:
            samples = whole(clip.path)
        except BadRecording:
            continue
        bands = log_mel(samples)
        if bands.max(initial=SILENT) <= SILENT:
            continue
        (first, last), seconds = speech_in(samples, bands)
        cepstra = mfcc(bands[first:last])
        sound = samples[first * HOP : (last - 1) * HOP]
        yield Encoded(
            clip,
            encoder_statistics(sound)[0],
            _copies(sound, np.random.default_rng(zlib.crc32(clip.name.encode()))),
            np.concatenate([cepstra.mean(axis=0), cepstra.std(axis=0)]),
            seconds,
        )


def _copies(samples: Floats, rng: np.random.Generator) -> Floats:
    copies = []
    for _ in range(int(COPIES + rng.random())):
        copy = changed(samples, rng)
        if len(copy) > 1.2 * RATE and rng.random() < SHORTENED:
            length = int(rng.integers(RATE, len(copy)))
            start = int(rng.integers(0, len(copy) - length + 1))
            copy = copy[start : start + length]
        copies.append(encoder_statistics(copy)[0])
    return np.concatenate(copies)


def _load(path: Path, clips: Sequence[Clip]) -> list[Encoded] | None:
    """The rows in a file; None where it is broken, of another version or of other clips."""
    try:
        with path.open("rb") as file, np.load(file) as kept:
            table = dict(kept)
        if int(table["version"]) != VERSION or table["given"].tolist() != _marks(clips):
            return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    by_name = {clip.name: clip for clip in clips}
    both = [np.split(table[key], np.cumsum(table[f"{key}_of"])[:-1]) for key in _MANY]
    return [
        Encoded(by_name[name], windows.astype(np.float32), copies.astype(np.float32), *rest)
        for name, windows, copies, *rest in zip(
            table["names"].tolist(), *both, table["cepstra"], table["seconds"].tolist(),
            strict=True,
        )
    ]  # fmt: skip


_MANY = ("windows", "copies")


def _save(path: Path, clips: Sequence[Clip], rows: Sequence[Encoded]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    each: dict[str, Any] = {}
    for key in _MANY:
        arrays = [getattr(row, key) for row in rows]
        each[key] = np.concatenate(arrays).astype(np.float16)
        each[f"{key}_of"] = [len(array) for array in arrays]
    half = path.with_suffix(".half.npz")
    np.savez(
        half,
        version=VERSION,
        given=_marks(clips),
        names=[row.clip.name for row in rows],
        cepstra=np.stack([row.cepstra for row in rows]),
        seconds=[row.seconds for row in rows],
        **each,
    )
    half.replace(path)


def _marks(clips: Sequence[Clip]) -> list[str]:
    """What tells a changed clip from the one that was encoded: name and size."""
    return [f"{clip.name} {clip.path.stat().st_size}" for clip in clips]
