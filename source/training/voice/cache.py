"""What was computed of each clip of a corpus, kept so that nothing is computed twice.

One ``.npz`` file a corpus. While it is being made, finished clips lie in a folder of parts
beside it, so that work that is broken off goes on where it stood.
"""

import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from source.training.corpora import Clip
from source.voice.features import VERSION
from source.voice.pitch import EVERY

PART = 200
"""Clips in one part: at most so many are computed again after a break."""


class Row(NamedTuple):
    """Log-mel of a clip, float16 ``[frames, BANDS]``, and first and last frame of the speech.

    `lags` is its correlogram, int8 ``[frames / EVERY, LAGS]``, 127 for 1. `seconds` are those of
    speech without pauses, 0 where the detector misses it. No frames at all mean that nothing can
    be heard in it. `size` is that of the file in bytes, by which a changed one is noticed; 0
    where not known.
    """

    bands: NDArray[np.float16]
    span: tuple[int, int]
    lags: NDArray[np.int8]
    seconds: float
    size: int = 0


def rows(clips: Sequence[Clip], path: Path | None, make: Callable[[Clip], Row]) -> list[Row]:
    """The row of every clip, in their order: from `path` what it holds, else by `make`.

    `path` holds the rows of all clips afterwards; what else it held stays.
    """
    from tqdm import tqdm

    if path is None:
        return [make(clip) for clip in clips]
    parts = path.with_suffix(".parts")
    known: dict[str, Row] = {}
    for file in (path, *sorted(parts.glob("*.npz"))):
        known.update(_load(file))
    absent = [clip for clip in clips if not _fits(known.get(clip.name), clip)]
    fresh: dict[str, Row] = {}
    for clip in tqdm(absent, desc=f"prepare {path.stem}", mininterval=2.0, disable=not absent):
        known[clip.name] = fresh[clip.name] = make(clip)._replace(size=clip.path.stat().st_size)
        if len(fresh) == PART:
            _save(parts / f"{len(list(parts.glob('*.npz'))):05d}.npz", fresh)
            fresh = {}
    if absent or parts.is_dir():
        _save(path, known)
    shutil.rmtree(parts, ignore_errors=True)
    return [known[clip.name] for clip in clips]


def _fits(row: Row | None, clip: Clip) -> bool:
    return row is not None and row.size in (0, clip.path.stat().st_size)


def _load(path: Path) -> Iterator[tuple[str, Row]]:
    """What a file holds; nothing where it is broken or of another preprocessing."""
    try:
        with path.open("rb") as file, np.load(file) as stored:
            if int(stored["version"]) != VERSION:
                return
            bands, lengths, spans = stored["bands"], stored["lengths"], stored["spans"]
            lags, seconds = stored["lags"], stored["seconds"].tolist()
            names = stored["names"].tolist()
            sizes = stored["sizes"].tolist() if "sizes" in stored else [0] * len(names)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return
    ends = np.cumsum(lengths)
    ends_of_lags = np.cumsum(-(-lengths // EVERY))
    for name, end, length, span, spoken, size, last in zip(
        names, ends, lengths, spans, seconds, sizes, ends_of_lags, strict=True
    ):
        melody = lags[last - -(-length // EVERY) : last]
        ends_of_speech = int(span[0]), int(span[1])
        yield name, Row(bands[end - length : end], ends_of_speech, melody, spoken, size)


def _save(path: Path, rows: dict[str, Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".half.npz")
    np.savez(
        half,
        version=VERSION,
        names=list(rows),
        bands=np.concatenate([row.bands for row in rows.values()]),
        lags=np.concatenate([row.lags for row in rows.values()]),
        lengths=[len(row.bands) for row in rows.values()],
        spans=[row.span for row in rows.values()],
        seconds=[row.seconds for row in rows.values()],
        sizes=[row.size for row in rows.values()],
    )
    half.replace(path)
