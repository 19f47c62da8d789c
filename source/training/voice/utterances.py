"""The clips of all corpora as arrays: what the head of the encoder is trained on and judged by."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.training import protocols
from source.training.corpora import CORPORA
from source.training.voice.encoded import COPIES, Encoded

Floats = NDArray[np.float32]
Ints = NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Utterances:
    """One clip a row; its windows and its copies lie in arrays of their own.

    Attributes
    ----------
    names, corpora, speakers : str [n]
        Speakers are unique within a corpus only; see `people`.
    labels : int [n]
        Into `source.core.emotions.VOICE`.
    judged : bool [n]
        Whether a model may be judged by the clip: its words do not give the emotion away.
    seconds : float [n]
        Of speech; 0 where the detector misses it.
    votes : float32 [n, classes]
        Share of the listeners who named each emotion; zeros where nobody was asked.
    cepstra : float32 [n, 80]
        What the naive row knows.
    windows, copies : float32 [w, s], [m, s]
        Statistics of the encoder.
    window_of, copy_of : int [w], [m]
        The clip that each is of.
    """

    names: NDArray[np.str_]
    corpora: NDArray[np.str_]
    speakers: NDArray[np.str_]
    labels: Ints
    judged: NDArray[np.bool_]
    seconds: NDArray[np.float64]
    votes: Floats
    cepstra: Floats
    windows: Floats
    window_of: Ints
    copies: Floats
    copy_of: Ints

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of(cls, rows: Sequence[Encoded]) -> Self:
        """The table of encoded clips, without emotions that the voice has no class for."""
        rows = [row for row in rows if row.clip.emotion in VOICE]
        clips = [row.clip for row in rows]
        votes = np.array([[c.votes.get(name, 0.0) for name in VOICE] for c in clips], np.float32)
        order = np.arange(len(rows))
        return cls(
            names=np.array([c.name for c in clips]),
            corpora=np.array([c.corpus for c in clips]),
            speakers=np.array([c.speaker for c in clips]),
            labels=np.array([VOICE.index(c.emotion) for c in clips]),
            judged=np.array([CORPORA[c.corpus].judges(c) for c in clips]),
            seconds=np.array([row.seconds for row in rows]),
            votes=votes / np.maximum(votes.sum(axis=1, keepdims=True), 1.0),
            cepstra=np.stack([row.cepstra for row in rows]),
            windows=np.concatenate([row.windows for row in rows]),
            window_of=np.repeat(order, [len(row.windows) for row in rows]),
            copies=np.concatenate([row.copies for row in rows]),
            copy_of=np.repeat(order, [len(row.copies) for row in rows]),
        )

    @cached_property
    def people(self) -> NDArray[np.str_]:
        """Each clip's speaker among those of all corpora."""
        return np.char.add(np.char.add(self.corpora, "/"), self.speakers)

    @cached_property
    def folds(self) -> NDArray[np.int8]:
        """The fold in which each clip's speaker is tested."""
        return protocols.folds_of(self.corpora, self.speakers)

    @cached_property
    def statistics(self) -> Floats:
        """Mean over the windows of each clip [n, s]."""
        return self.mean_of_windows(self.windows)

    def mean_of_windows(self, values: Floats) -> Floats:
        """Mean over the windows of each clip [n, ...] of values [w, ...]."""
        sums = np.add.reduceat(values, np.searchsorted(self.window_of, np.arange(len(self))))
        counts = np.bincount(self.window_of, minlength=len(self)).astype(np.float32)
        return np.asarray(sums / counts[:, None], np.float32)

    def only(self, kept: NDArray[np.bool_]) -> Self:
        """The table of some of the clips."""
        place = np.cumsum(kept) - 1
        windows, copies = kept[self.window_of], kept[self.copy_of]
        wide = {"windows": windows, "window_of": windows, "copies": copies, "copy_of": copies}
        few = replace(
            self, **{f.name: getattr(self, f.name)[wide.get(f.name, kept)] for f in fields(self)}
        )
        return replace(few, window_of=place[few.window_of], copy_of=place[few.copy_of])

    def weights(self, power: float) -> NDArray[np.float64]:
        """Weight of each clip [n]: of a corpus as a whole (its clips)^power, its classes alike."""
        weights = np.zeros(len(self))
        for corpus in np.unique(self.corpora):
            own = self.corpora == corpus
            present, counts = np.unique(self.labels[own], return_counts=True)
            share = dict(zip(present, 1.0 / (counts * len(present)), strict=True))
            weights[own] = own.sum() ** power * np.array([share[c] for c in self.labels[own]])
        return np.asarray(weights / weights.mean())

    def row_weights(self, power: float, copies: float) -> NDArray[np.float64]:
        """Weight of each window and behind them of each copy's; a copy weighs `copies` clips."""
        of_clip = self.weights(power)
        windows = of_clip / np.bincount(self.window_of, minlength=len(self))
        own = np.maximum(np.bincount(self.copy_of, minlength=len(self)), 1)
        altered = copies * COPIES * of_clip / own
        return np.concatenate([windows[self.window_of], altered[self.copy_of]])

    def targets(self, *, smoothing: float, votes: float) -> Floats:
        """What the network should answer to each clip [n, classes].

        Smoothed, with the listeners' `votes` mixed in. -1 where the corpus does not know the
        class, `TOGETHER` for calm where that counts with neutral.
        """
        truth = np.eye(len(VOICE), dtype=np.float32)[self.labels]
        heard = np.where(self.votes.any(axis=1, keepdims=True), self.votes, truth)
        target = (1.0 - votes) * truth + votes * heard
        for corpus in np.unique(self.corpora):
            own = self.corpora == corpus
            classes = list(protocols.classes_of(str(corpus)))
            mixed = np.full((int(own.sum()), len(VOICE)), -1.0)
            mixed[:, classes] = (1.0 - smoothing) * target[own][:, classes] + smoothing / len(
                classes
            )
            if protocols.CALM not in classes:
                mixed[:, protocols.CALM] = TOGETHER
            target[own] = mixed
        return target.astype(np.float32)


TOGETHER = -2.0
"""Target of a class that a corpus does not tell from neutral."""
