"""Many channels become one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

PIECE = 0.1
"""Seconds in which channels are compared."""

FADE = 0.01
"""Seconds in which one mix goes over into another, so that nothing clicks."""

LOST, KEPT = 0.2, 0.5
"""Share of what unrelated channels would leave, below which the mean has lost the sound, and
above which it is trusted again."""

QUIET = 1e-9
"""Power below which nothing is decided: -90 dB."""

Floats = NDArray[np.float32]


class Mixer:
    """The mean of the channels, except where they cancel each other.

    Two channels in opposite phase leave nothing in their mean, or only what is common to both,
    such as hum. There half of their difference is taken, and of more than two channels the
    loudest. Compared is how the samples change, which leaves low hum out.

    Parameters
    ----------
    rate : int > 0 [scalar], in hertz
    """

    def __init__(self, rate: int) -> None:
        self.piece = max(8, round(PIECE * rate))
        self.fade = max(4, round(FADE * rate))
        self.way = 0  # 0: the mean; -1: the difference; n: channel n - 1
        self.begun = False
        self._count = 0  # channels of the frame before

    def mono(self, frame: Any) -> Floats:
        """A frame's channels as one, float32 [n]."""
        mixed = mono(frame)
        count = len(frame.layout.channels)
        if count != self._count:  # the sound goes on with other channels
            self.way, self.begun, self._count = 0, False, count
        if count < 2 or len(mixed) < 2:
            return mixed
        return self._mended(mixed, frame, count)

    def _mended(self, mixed: Floats, frame: Any, count: int) -> Floats:
        """The mean of the channels, replaced by another mix where they cancel out."""
        every: Floats | None = None
        out: Floats | None = None
        starts = np.arange(0, len(mixed), self.piece)
        values, scale = _planes(frame)
        powers = np.stack([_powers(row, starts) for row in values]) * scale * scale
        shares = _powers(mixed, starts) * count
        for begin, power, share in zip(starts.tolist(), powers.T, shares, strict=True):
            way = self._best(power, share)
            if way == self.way == 0:
                self.begun = True
                continue
            if every is None or out is None:
                every, out = channels(frame), mixed.copy()
            end = min(len(mixed), begin + self.piece)
            piece = _by(way, every[:, begin:end], mixed[begin:end])
            if way != self.way and self.begun:
                before = _by(self.way, every[:, begin:end], mixed[begin:end])
                ramp = np.minimum(np.arange(end - begin, dtype=np.float32) / self.fade, 1.0)
                piece = before + (piece - before) * ramp
            out[begin:end] = piece
            self.way, self.begun = way, True
        return mixed if out is None else out

    def _best(self, powers: NDArray[np.float32], share: float) -> int:
        """How a piece is mixed whose channels have these powers, and whose mean this one."""
        mean = float(powers.mean())
        if not np.isfinite(mean) or mean < QUIET:
            return self.way
        if share >= (LOST if self.way == 0 else KEPT) * mean:
            return 0
        if len(powers) == 2:
            return -1
        loudest = int(np.argmax(powers))
        if self.way > 0 and powers[self.way - 1] > 0.5 * powers[loudest]:
            return self.way
        return loudest + 1


def _powers(samples: NDArray[Any], starts: NDArray[Any]) -> NDArray[np.float32]:
    """Mean square of the change from sample to sample, of the pieces that begin at `starts`."""
    change = np.diff(np.asarray(samples, np.float32), prepend=np.float32(samples[0]))
    lengths = np.diff(starts, append=len(samples))
    return np.asarray(np.add.reduceat(change * change, starts) / lengths, np.float32)


def _by(way: int, every: Floats, mean: Floats) -> Floats:
    if way == 0:
        return mean
    if way < 0:
        return np.asarray((every[0] - every[1]) * np.float32(0.5), np.float32)
    return np.asarray(every[way - 1])


def _planes(frame: Any) -> tuple[NDArray[Any], float]:
    """A frame's samples as they are stored [channels, n], and what scales them to -1 to 1."""
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, len(frame.layout.channels)).T
    kind = values.dtype.kind
    scale = 1.0 if kind == "f" else 2.0 ** (1 - 8 * values.dtype.itemsize)
    return values, scale


def channels(frame: Any) -> Floats:
    """A frame's samples, float32 [channels, n], integers scaled to -1 to 1."""
    values, scale = _planes(frame)
    if values.dtype.kind == "u":
        values = values.astype(np.float32) - 128.0
    return np.asarray(values * np.float32(scale), np.float32)


def mono(frame: Any) -> Floats:
    """The mean of a frame's channels.

    Returns
    -------
    np.ndarray [shape=(n,), dtype=float32]
        Integers of 8 to 64 bits are scaled to -1 to 1.
    """
    values = frame.to_ndarray()
    channels = len(frame.layout.channels)
    if not frame.format.is_planar:
        values = values.reshape(-1, channels).T
    kind = values.dtype.kind
    if channels <= 2 and values.dtype in (np.float32, np.int16):
        # Exact in single precision too, and several times faster.
        share = np.float32((1.0 if kind == "f" else 2.0**-15) / channels)
        mixed = np.multiply(values[0], share, dtype=np.float32)
        for other in values[1:channels]:
            mixed += np.multiply(other, share, dtype=np.float32)
        return np.asarray(mixed)
    mixed = values[0] if channels == 1 else values.mean(axis=0, dtype=np.float64)
    if kind == "u":
        mixed = (mixed - 128.0) / 128.0
    elif kind == "i":
        mixed = mixed / -float(np.iinfo(values.dtype).min)
    return np.asarray(mixed, np.float32)
