"""The recording's own clock: where each stretch of a file stands on it.

A file may hold several recordings one behind the other, each with a header of its own
(`joined`), and a stream's stamps may be set back on the way, where streams without headers were
joined. Both are laid behind each other on one clock that begins at 0. It is made once, when the
recording is probed, and sound and pictures keep to the same one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

BACK = 0.3
"""Seconds by which a stamp must fall behind the one before to mean that a clock was set back."""

BACK_SHOWN = 2.0
"""The same where only the order of showing is known, which is not that of the file."""

AHEAD = 4 * 3600.0
"""Seconds ahead from which on a stamp means the same: FFmpeg tells a clock of 33 bits that was
set back as one that went round."""

NEAR = 10.0
"""Seconds within which the streams of one part lie beside each other in a file."""


@dataclass(frozen=True)
class Part:
    """A stretch of a file that one reader reads.

    Attributes
    ----------
    span : tuple of int, optional
        Its first byte and the byte behind its last; None for the whole file.
    picture, sound : int, optional
        Number of the stream that is read.
    shifts : mapping
        For each of these streams what is added to its stamps, in seconds, to get the
        recording's clock: one number for each time its clock was set.
    lies : frozenset
        Stamps, as (stream, stamp), that stand far out of their row: they tell no time.
    """

    span: tuple[int, int] | None = None
    picture: int | None = None
    sound: int | None = None
    shifts: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    lies: frozenset[tuple[int, int]] = frozenset()

    def start(self, stream: int) -> float:
        """What a stamp of the stream shows, in seconds, at second 0 of the recording."""
        return 0.0 - self.shifts.get(stream, (0.0,))[0]

    @property
    def jumps(self) -> bool:
        """Whether a clock was set back on the way."""
        return bool(self.lies) or any(len(shifts) > 1 for shifts in self.shifts.values())

    def packets(self, packets: Iterable[Any], stream: Any) -> Iterator[Any]:
        """Packets of a stream, their stamps as if its clock had never been set back."""
        shifts = self.shifts.get(stream.index, (0.0,))
        if len(shifts) < 2 and not self.lies:
            yield from packets
            return
        runs = Runs()
        for packet in packets:
            if packet.dts is None and packet.pts is None:
                yield packet
                continue
            if (stream.index, stamp_of(packet)) in self.lies:
                packet.pts = packet.dts = None
                yield packet
                continue
            shift = shifts[min(runs.of(packet), len(shifts) - 1)] - shifts[0]
            if shift:
                ticks = round(shift / packet.time_base)
                packet.pts = None if packet.pts is None else packet.pts + ticks
                packet.dts = None if packet.dts is None else packet.dts + ticks
            yield packet


class Runs:
    """Counts how often the clock of one stream was set anew, packet by packet."""

    def __init__(self) -> None:
        self.run = 0
        self.last: float | None = None

    def of(self, packet: Any) -> int:
        """Number of the run that a packet with a stamp belongs to."""
        stamp = float(stamp_of(packet) * packet.time_base)
        back = BACK_SHOWN if packet.dts is None else BACK
        if self.last is not None and not self.last - back <= stamp <= self.last + AHEAD:
            self.run += 1
        self.last = stamp
        return self.run


def stamp_of(packet: Any) -> int:
    """A packet's place in the order of the file: its decoding stamp where it has one."""
    return int(packet.pts if packet.dts is None else packet.dts)


class Section:
    """One setting of the clock, which the streams of a part share."""

    def __init__(self) -> None:
        self.begins = 0  # byte of the file
        self.first = float("inf")
        self.end = float("-inf")


class Sections:
    """Finds out which runs of several streams belong to one setting of the clock."""

    def __init__(self) -> None:
        self.all: list[Section] = []
        self._runs: dict[int, Runs] = {}
        self._bytes: dict[int, int] = {}  # where the last packet with a known place begins
        self._places: dict[int, list[int]] = {}

    def of(self, packet: Any) -> Section:
        """The section of a packet that has a stamp."""
        index = packet.stream.index
        runs = self._runs.setdefault(index, Runs())
        places = self._places.setdefault(index, [])
        run = runs.of(packet)
        if packet.pos is not None and packet.pos >= 0:
            self._bytes[index] = packet.pos
        at = float(stamp_of(packet) * packet.time_base)
        if run == len(places):
            begins = self._bytes.get(index, 0)
            places.append(self._place(at, begins, places[-1] + 1 if places else 0))
        return self.all[places[run]]

    def _place(self, at: float, begins: int, least: int) -> int:
        """Number of the section from `least` on that a run belongs to, a new one if to none.

        It is the one that begins next to it in the file.
        """
        fitting = [
            place
            for place in range(least, len(self.all))
            if place == 0 or abs(at - self.all[place].first) < NEAR
        ]
        if fitting:
            return min(fitting, key=lambda place: abs(begins - self.all[place].begins))
        self.all.append(Section())
        self.all[-1].begins = begins
        return len(self.all) - 1

    def shifts(self, start: float, offset: float) -> tuple[dict[int, tuple[float, ...]], float]:
        """What is added to the stamps of every stream, run by run, and the end of the last.

        Parameters
        ----------
        start : float
            Stamp that stands for the beginning.
        offset : float
            Second of the recording at which that is.
        """
        added: list[float] = []
        end = offset
        for section in self.all:
            shift = (offset - start) if not added else end - section.first
            added.append(shift)
            end = max(end, section.end + shift)
        return {
            index: tuple(added[place] for place in places) for index, places in self._places.items()
        }, end
