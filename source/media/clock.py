"""The recording's own clock, and the position of each part of a file on it.

A file may hold several recordings one behind the other, each with a header of its own
(`joined`), and a stream's stamps may be set back on the way, where streams without headers were
joined. Both are laid behind each other on one clock that begins at 0. It is made once, when the
recording is probed, and sound and pictures keep to the same one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

BACK = 0.3
"""A stamp this many seconds before the previous one means that the clock was reset."""

AHEAD = 4 * 3600.0
"""Seconds ahead from which on a stamp means the same: FFmpeg takes a 33-bit clock that was set
back for one that wrapped around."""

JUMP = 10.0
"""Seconds ahead from which on a stamp may mean that two streams were joined there."""

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
    breaks : frozenset
        Stamps, as (stream, stamp), that stand ahead of the one before because two streams were
        joined there, and not because nothing was recorded in between.
    """

    span: tuple[int, int] | None = None
    picture: int | None = None
    sound: int | None = None
    shifts: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    breaks: frozenset[tuple[int, int]] = frozenset()

    def start(self, stream: int) -> float:
        """What a stamp of the stream shows, in seconds, at second 0 of the recording."""
        return 0.0 - self.shifts.get(stream, (0.0,))[0]

    @property
    def jumps(self) -> bool:
        """Whether a clock was reset within the file."""
        return any(len(shifts) > 1 for shifts in self.shifts.values())

    def to_dict(self) -> dict[str, Any]:
        """The written form: plain lists, since JSON has no other keys than text."""
        return {
            "span": None if self.span is None else list(self.span),
            "picture": self.picture,
            "sound": self.sound,
            "shifts": [[stream, list(shifts)] for stream, shifts in self.shifts.items()],
            "breaks": sorted(list(place) for place in self.breaks),
        }

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> "Part":
        """Read the written form back. Raises KeyError, TypeError or ValueError if damaged."""
        span = written["span"]
        return cls(
            span=None if span is None else (int(span[0]), int(span[1])),
            picture=written["picture"],
            sound=written["sound"],
            shifts={int(stream): tuple(shifts) for stream, shifts in written["shifts"]},
            breaks=frozenset((int(stream), int(stamp)) for stream, stamp in written["breaks"]),
        )

    def packets(self, packets: Iterable[Any], stream: Any) -> Iterator[Any]:
        """Packets of a stream, with stamps as if its clock had never been reset."""
        shifts = self.shifts.get(stream.index, (0.0,))
        if len(shifts) < 2:
            yield from packets
            return
        breaks = {stamp for index, stamp in self.breaks if index == stream.index}
        runs, run = Runs(float(stream.time_base), breaks), 0
        for packet in packets:
            if counts(packet):
                run += runs.anew(packet.dts)
            packet.pts = shown(packet.dts, packet.pts, float(stream.time_base))
            shift = shifts[min(run, len(shifts) - 1)] - shifts[0]
            if shift:
                ticks = round(shift / packet.time_base)
                packet.pts = None if packet.pts is None else packet.pts + ticks
                packet.dts = None if packet.dts is None else packet.dts + ticks
            yield packet


def counts(packet: Any) -> bool:
    """Whether a packet has a usable time stamp."""
    stamped = packet.dts is not None or packet.pts is not None
    return stamped and packet.size > 0 and not packet.is_discard


def shown(dts: int | None, pts: int | None, tick: float) -> int | None:
    """When a packet is shown: where that is far from when it is decoded, it is the next part's."""
    if dts is None or pts is None or -BACK <= (pts - dts) * tick <= JUMP:
        return pts
    return dts


class Runs:
    """Detects, packet by packet, where the clock of one stream was reset.

    Parameters
    ----------
    tick : float
        Seconds of one unit of its stamps.
    breaks : set of int
        Stamps ahead of their row at which it was set anew.
    """

    def __init__(self, tick: float, breaks: set[int]) -> None:
        self.tick = tick
        self.breaks = breaks
        self.last: float | None = None

    def anew(self, dts: int | None) -> bool:
        """Whether the clock was reset before a packet with this decoding stamp.

        Presentation stamps do not help, since they are not in file order.
        """
        if dts is None:
            return False
        at, last = dts * self.tick, self.last
        self.last = at
        if last is None or last <= at < last + JUMP:
            return False
        if at > last:
            return at > last + AHEAD or dts in self.breaks
        return at < last - BACK


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
        self._places: dict[int, list[int]] = {}

    def begin(self, index: int, at: float, begins: int) -> Section:
        """The section of a stream's next run.

        Parameters
        ----------
        index : int
            Number of the stream.
        at : float
            Its first stamp, in seconds.
        begins : int
            Where that packet lies in the file.
        """
        places = self._places.setdefault(index, [])
        places.append(self._place(at, begins, places[-1] + 1 if places else 0))
        return self.all[places[-1]]

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
