"""Which track of a file is read if it has several: the first one that is not empty."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core import notes
from source.core.result import Note
from source.media import container as containers
from source.media.mix import channels

PIECE = 0.1
"""Seconds of which one level is taken."""

LOUDEST = 15
"""Of a track's pieces so many may be louder than what counts as its level: a click, a beep. Of a
short track 2 in 100 may."""

QUIETER = 0.05
"""Share of the liveliest track's level below which a sound track counts as silent."""

TINY = 64
"""Shorter side in pixels below which a picture track cannot show a face, and another is read."""

FLAT = 2.0
"""Deviation of grey levels (of 255) up to which a picture shows nothing."""

KEYS = 60
"""Key frames of a track of which one must show something."""


def choose(
    path: Path, format_name: str, span: tuple[int, int] | None, max_pixels: int
) -> tuple[int | None, int | None, tuple[Note, ...]]:
    """Numbers of the picture track and the sound track to read, and notes about the choice."""
    with containers.opened(path, format_name, span=span, max_pixels=max_pixels) as container:
        shown = [stream.index for stream in containers.picture_streams(container)]
        audible = [stream.index for stream in containers.sound_streams(container)]
        if len(shown) < 2 and len(audible) < 2:
            return (shown or [None])[0], (audible or [None])[0], ()
        for stream in container.streams:
            stream.discard = _discard(over=stream.index not in (*shown, *audible))
        looks = {index: _Look() for index in shown} if len(shown) > 1 else {}
        loud = {index: _Level() for index in audible} if len(audible) > 1 else {}
        _measure(container, looks, loud)
    levels = {index: level.ended() for index, level in loud.items()}
    # A track of which nothing can be decoded is none: damage makes such up.
    shown = [index for index in shown if index not in looks or looks[index].side] or shown
    audible = [index for index in audible if index not in levels or levels[index]] or audible
    remarks: list[Note] = []
    picture = shown[0] if shown else None
    if len(shown) > 1:
        carries = _pictures(shown, looks)
        picture = shown[carries]
        remarks.append(notes.several_tracks("video", carries + 1, len(shown)))
    sound = audible[0] if audible else None
    if len(audible) > 1:
        carries = _sounds([_liveliness(levels[index]) for index in audible])
        sound = audible[carries]
        remarks.append(notes.several_tracks("audio", carries + 1, len(audible)))
    return picture, sound, tuple(remarks)


class _Look:
    """What was seen of a picture track."""

    def __init__(self) -> None:
        self.frames = self.tried = 0
        self.side = 0
        self.shows = False


class _Level:
    """Root mean square of the loudest channel, of each piece of `PIECE` seconds of a track."""

    def __init__(self) -> None:
        self.all: list[float] = []
        self._power = np.zeros(0)
        self._count = 0

    def add(self, samples: NDArray[np.float32], rate: int) -> None:
        """Take in a frame [channels, n]; frames are shorter than a piece, or longer."""
        size = max(1, round(rate * PIECE))
        for at in range(0, samples.shape[1], size):
            piece = np.nan_to_num(samples[:, at : at + size])
            power = np.square(piece, dtype=np.float64).sum(axis=1)
            same = len(power) == len(self._power)  # channels may change on the way
            self._power = self._power + power if same else power
            self._count = self._count * same + piece.shape[1]
            if self._count >= size:
                self._end()

    def _end(self) -> None:
        self.all.append(float(np.sqrt(self._power.max() / self._count)))
        self._power, self._count = np.zeros(0), 0

    def ended(self) -> list[float]:
        """The levels, that of what is left over among them."""
        if self._count:
            self._end()
        return self.all


def _discard(*, over: bool) -> Any:
    from av.stream import Discard

    return Discard.all if over else Discard.default


def _measure(container: Any, looks: dict[int, _Look], levels: dict[int, _Level]) -> None:
    """Read through the tracks; pictures are decoded until one shows something, sound to its end.

    Somebody may speak for three seconds of an hour.
    """
    import av

    streams = [container.streams[index] for index in (*looks, *levels)]
    for packet in containers.packets(container, *streams):
        index = packet.stream.index
        look = looks.get(index)
        if look is not None:
            look.frames += packet.size > 0
            if look.shows or look.tried > KEYS or (packet.size and not packet.is_keyframe):
                continue
            look.tried += 1
        try:
            frames: list[Any] = packet.decode()
        except (av.FFmpegError, ValueError):
            continue
        for frame in frames:
            if look is not None:
                look.side = min(frame.width, frame.height)
                small = frame.reformat(width=64, height=36, format="gray")
                grey = np.asarray(small.to_ndarray())
                look.shows = look.shows or bool(grey.std() > FLAT)
            else:
                levels[index].add(channels(frame), frame.sample_rate)


def _pictures(order: Sequence[int], looks: dict[int, _Look]) -> int:
    """Place of the first picture track that shows more than one picture, of some size."""
    candidates = [looks[index] for index in order]
    left = list(range(len(order)))
    for good in (
        [look.frames > 0 for look in candidates],
        [look.shows for look in candidates],
        [look.frames > 1 for look in candidates],
        [look.side >= TINY for look in candidates],
    ):
        left = [place for place in left if good[place]] or left
    return left[0]


def _sounds(lively: Sequence[float]) -> int:
    """Place of the first sound track that is not silent beside the others."""
    most = max(lively)
    return next(place for place, level in enumerate(lively) if level >= QUIETER * most)


def _liveliness(levels: list[float]) -> float:
    """By how much a track's level rises and falls: none in silence, and none in steady hum."""
    if not levels:
        return 0.0
    above = min(LOUDEST, int(0.02 * len(levels)))
    return float(np.sort(levels)[-1 - above] - np.quantile(levels, 0.1))
