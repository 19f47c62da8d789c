"""How a model reads clips against a baseline of their speaker, as serving would.

Serving knows two cases. A stretch marked as normal is neutral, and each utterance is read
against it. Else a recording's own utterances are its baseline: each is read alone, then twice
against all others with the posteriors of the reading before; but where one emotion leads in
most utterances, the recording may well be of one mood, and the answers without a baseline
stay.
"""

import zlib
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from source.core.emotions import VOICE
from source.runtime.head import Baseline, Head
from source.runtime.model import softmax
from source.training import protocols
from source.training.voice.utterances import Utterances
from source.voice.baseline import ROUNDS, one_mood

Floats = NDArray[np.float32]
Ints = NDArray[np.integer]

KINDS: dict[str, tuple[str, int]] = {
    "none": ("", 0),
    "neutral 1": ("neutral", 1),
    "neutral 3": ("neutral", 3),
    "neutral 10": ("neutral", 10),
    "mixed 1": ("mixed", 1),
    "mixed 3": ("mixed", 3),
    "mixed 10": ("mixed", 10),
    "one mood 3": ("one mood", 3),
    "one mood 10": ("one mood", 10),
}
"""Each kind of baseline: what the other utterances are, and how many there are."""

BLOCK = 256
"""Recordings that are read together."""

NORMAL = np.eye(len(VOICE), dtype=np.float32)[protocols.NEUTRAL]


def others(utterances: Utterances, *, seed: int = 0) -> dict[str, Ints]:
    """The other clips of each clip's recording, by kind: [n, count], -1 where there is none.

    Drawn without replacement from the same speaker's; the same whatever else is in the table.
    """
    _, person = np.unique(utterances.people, return_inverse=True)
    of = [np.flatnonzero(person == p) for p in range(person.max(initial=-1) + 1)]
    drawn = {
        kind: np.full((len(utterances), count), -1) for kind, (what, count) in KINDS.items() if what
    }
    for clip, name in enumerate(utterances.names.tolist()):
        rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
        rest = of[person[clip]]
        rest = rest[rest != clip]
        labels = utterances.labels[rest]
        pools = {
            "neutral": rest[(labels == protocols.NEUTRAL) | (labels == protocols.CALM)],
            "mixed": rest,
            "one mood": rest[labels == utterances.labels[clip]],
        }
        mixed = {what: rng.permutation(pool) for what, pool in pools.items()}
        for kind, chosen in drawn.items():
            what, count = KINDS[kind]
            chosen[clip, : len(mixed[what])] = mixed[what][:count]
    return drawn


class Reader:
    """A model and clips that it never heard.

    The posteriors that baselines are made of have the temperature of the model's card. What is
    returned are logits before it, the mean over each clip's windows.
    """

    def __init__(self, head: Head, utterances: Utterances) -> None:
        self._head, self._space = head, head.space
        self._embeddings = self._space.project(utterances.windows)
        self._means = utterances.mean_of_windows(self._embeddings)
        self._counts = np.bincount(utterances.window_of, minlength=len(utterances))
        self._starts = np.cumsum(self._counts) - self._counts
        self._alone = self._logits(np.arange(len(utterances)), self._space.nothing(len(utterances)))

    def read(self, kind: str, others: Ints | None = None) -> Floats:
        """Logits [n, classes] of all clips against one kind of baseline.

        Parameters
        ----------
        kind : str
            Of `KINDS`.
        others : int [n, count]
            The other clips of each one's recording, as `others` draws them; -1 for none.
        """
        if others is None:
            return self._alone
        answer = self._beside_normal if KINDS[kind][0] == "neutral" else self._among
        blocks = range(0, len(others), BLOCK)
        return np.concatenate(
            [answer(np.arange(len(others))[at : at + BLOCK], others[at : at + BLOCK])
             for at in blocks]
        )  # fmt: skip

    def _beside_normal(self, clips: Ints, others: Ints) -> Floats:
        normal = np.broadcast_to(NORMAL, (*others.shape, len(NORMAL)))
        there = (others >= 0).astype(np.float32)
        return self._logits(clips, self._space.summed(self._means[others], normal, there))

    def _among(self, clips: Ints, others: Ints) -> Floats:
        """Each clip among the others of its recording; the clip comes first in it."""
        recording = np.concatenate([clips[:, None], others], axis=1)
        there = recording >= 0
        posteriors = self._posteriors(self._alone)[recording]
        answers = self._alone[clips]
        several = np.flatnonzero((there.sum(axis=1) > 1) & ~one_mood(posteriors, there))
        if not len(several):
            return answers
        recording, there, posteriors = recording[several], there[several], posteriors[several]
        for _ in range(ROUNDS - 1):
            posteriors = self._again(recording, there, posteriors)
        answers = answers.copy()
        answers[several] = self._against_others(recording, there, posteriors, place=0)
        return answers

    def _again(self, recording: Ints, there: NDArray[np.bool_], posteriors: Floats) -> Floats:
        """Posteriors of all clips of each recording, each read against the others."""
        fresh = [
            self._posteriors(self._against_others(recording, there, posteriors, place=place))
            for place in range(recording.shape[1])
        ]
        return np.stack(fresh, axis=1)

    def _against_others(
        self, recording: Ints, there: NDArray[np.bool_], posteriors: Floats, *, place: int
    ) -> Floats:
        """Logits of the clips at one place of each recording, against all others of it."""
        counted = there.astype(np.float32)
        counted[:, place] = 0.0
        baseline = self._space.summed(self._means[recording], posteriors, counted)
        return self._logits(recording[:, place], baseline)

    def _posteriors(self, logits: Floats) -> Floats:
        return np.asarray(softmax(logits, temperature=self._head.card.temperature), np.float32)

    def _logits(self, clips: Ints, baseline: Baseline) -> Floats:
        """Mean over the windows of each clip, all read against the clip's own baseline."""
        counts = self._counts[clips]
        ends = np.cumsum(counts)
        owner = np.repeat(np.arange(len(clips)), counts)
        windows = self._starts[clips][owner] + np.arange(ends[-1]) - (ends - counts)[owner]
        repeated = Baseline(*(getattr(baseline, f.name)[owner] for f in fields(baseline)))
        inputs = self._space.inputs(self._embeddings[windows], repeated)
        logits = np.mean([member(inputs) for member in self._head.members], axis=0)
        return np.asarray(np.add.reduceat(logits, ends - counts) / counts[:, None], np.float32)
