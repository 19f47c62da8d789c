"""Corpus clips become cached features of their windows, for models that are not networks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.training.corpora import CORPORA
from source.training.run import Run
from source.training.voice import naive
from source.training.voice.prepare import cache_of, prepare, whole
from source.training.voice.spoken import Spoken
from source.training.voice.tones import buzzes, tones
from source.voice.features import HOP
from source.voice.inputs import Input

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Heard:
    """Clips and their windows' features.

    Attributes
    ----------
    names, speakers : str [clips]
    labels : int [clips]
        Into `source.core.emotions.VOICE`.
    statistics : float32 [clips, 80]
        What the naive row knows (`source.training.voice.naive`).
    features : float32 [windows, d]
    owner : int [windows]
        The clip each window is of.
    """

    names: NDArray[np.str_]
    speakers: NDArray[np.str_]
    labels: NDArray[np.integer]
    statistics: Floats
    features: Floats
    owner: NDArray[np.integer]

    @property
    def window_labels(self) -> NDArray[np.integer]:
        """Label of each window."""
        return np.asarray(self.labels[self.owner])

    @property
    def window_speakers(self) -> NDArray[np.str_]:
        """Speaker of each window."""
        return np.asarray(self.speakers[self.owner])

    def rows(
        self, test: NDArray[np.bool_], fold: int, logits: NDArray[np.floating]
    ) -> dict[str, NDArray[Any]]:
        """The table of one fold's test, as every voice model keeps it.

        Parameters
        ----------
        test : bool [clips]
        fold : int
        logits : [windows, classes]
            Of all windows; a clip's are the mean of its windows'.
        """
        of_clip = np.stack([logits[self.owner == i].mean(axis=0) for i in np.flatnonzero(test)])
        return {
            "names": self.names[test],
            "labels": self.labels[test].astype(np.int8),
            "speakers": self.speakers[test],
            "fold": np.full(int(test.sum()), fold, dtype=np.int8),
            "logits": of_clip.astype(np.float32),
            "baseline": naive.answers(
                self.statistics[~test], self.labels[~test], self.statistics[test]
            ),
        }


def windows_of(run: Run, kind: str, make: Input, *, version: int) -> Heard:
    """RAVDESS speech as windows of one kind of input; with ``--tiny`` a few tones.

    Kept in the work folder, and made again where the clips or `version` differ.
    """
    if run.tiny:
        items = tones(seed=run.seed)
        batches = [make(samples) for _, samples, _, _ in buzzes(seed=run.seed)]
        return _table(items, [batch for batch, _ in batches])
    clips = CORPORA["ravdess"].clips(run.data)
    items = prepare(clips, cache_of(CORPORA["ravdess"], run.work))
    cache = run.work / "voice" / f"{kind}.npz"
    names = [item.name for item in items]
    if cache.is_file():
        with np.load(cache) as kept:
            if int(kept["version"]) == version and kept["names"].tolist() == names:
                parts = np.split(kept["features"], np.cumsum(kept["counts"])[:-1])
                return _table(items, parts)
    parts = [make(samples)[0] for samples in spoken([c.path for c in clips], items)]
    part = cache.with_suffix(".part.npz")
    np.savez(
        part,
        version=version,
        names=names,
        features=np.concatenate(parts),
        counts=[len(p) for p in parts],
    )
    part.replace(cache)
    return _table(items, parts)


def spoken(paths: list[Any], items: list[Spoken]) -> Iterator[Floats]:
    """The samples of each clip's speech, cut where the networks' frames are cut."""
    from tqdm import tqdm

    pairs = zip(paths, items, strict=True)
    for path, item in tqdm(pairs, total=len(items), desc="hear voice", mininterval=2.0):
        samples = whole(path)
        yield samples[item.first * HOP : (item.last - 1) * HOP]


def _table(items: list[Spoken], parts: list[Floats]) -> Heard:
    return Heard(
        names=np.array([i.name for i in items]),
        speakers=np.array([i.speaker for i in items]),
        labels=np.array([i.label for i in items]),
        statistics=naive.statistics(items),
        features=np.concatenate(parts),
        owner=np.repeat(np.arange(len(parts)), [len(p) for p in parts]),
    )
