"""How long a recording is: from the first stamp of its streams to where the last one ends.

The stamps of all packets are read, and nothing is decoded; an MP4 tells the same in its index.
"""

from dataclasses import dataclass, field
from typing import Any

from source.media import container as containers
from source.media.clock import Section, Sections
from source.media.sniff import MOV

FASTEST = 240
"""Frames a second beyond which a header tells its clock, as browsers' recorders do."""

CLOSE = 0.5
"""Seconds by which a header may miss what its streams say, and be believed."""

ROUND = 0.15
"""Seconds by which a header may go beyond the last packet: how long that lasts is seldom known."""

TAIL = 1.0
"""Seconds before the end of an MP4 in which its last picture is looked up."""

ESTIMATED = ("mp3", "aac", "amr", "flac", "ogg", "mpeg", "mpegts", "mpegvideo")
"""Formats of which FFmpeg only estimates the length."""

STEADY = ("ogg", "flac", "wav", "aiff", "au", "asf")
"""Formats whose sound has no pauses between packets."""

MISSING = 0.25
"""Seconds of sound that must be missing to be told."""


@dataclass
class Measured:
    """The time of one part: see `measure`.

    Attributes
    ----------
    seconds : float
        From the first stamp to the last end, gaps included.
    frames : int
        Packets that hold a picture.
    start : float
        Its first stamp, in seconds.
    shifts : dict
        As `clock.Part` has them.
    lies : frozenset
        As `clock.Part` has them.
    hole, torn : bool
        Whether the reader passed over something damaged, and whether the last packet is not whole.
    """

    seconds: float
    frames: int = 0
    start: float = 0.0
    shifts: dict[int, tuple[float, ...]] = field(default_factory=dict)
    lies: frozenset[tuple[int, int]] = frozenset()
    hole: bool = False
    torn: bool = False


def measure(
    container: Any, format_name: str, picture: Any, sound: Any, offset: float, *, cut: bool
) -> Measured:
    """How long one part is.

    Parameters
    ----------
    container : InputContainer
        Opened for this alone; nothing was read of it.
    format_name : str
        Its format.
    picture, sound : Stream or None
        The streams that count.
    offset : float
        Second of the recording at which the part begins.
    cut : bool
        Whether the file ends before it says it does: then its header is not believed.
    """
    streams = [stream for stream in (picture, sound) if stream is not None]
    start = (container.start_time or 0) / 1e6
    claimed = 0.0 if cut else (container.duration or 0) / 1e6
    if format_name == MOV and claimed > 0:
        seconds = _indexed(container, picture, sound, start, claimed)
        if seconds:
            frames = picture.frames if picture is not None else 0
            return Measured(seconds, frames, start, {s.index: (offset - start,) for s in streams})
        container.seek(0)
    scan = _Scan(picture, format_name)
    for packet in containers.packets(container, *streams, on_error=scan.failed):
        scan.add(packet)
    sections = scan.sections.all
    if not sections:
        return Measured(0.0, 0, start, {s.index: (offset - start,) for s in streams})
    first = sections[0].first
    if not first - CLOSE < start <= first + CLOSE:  # another stream's, or none
        start = first
    shifts, end = scan.sections.shifts(start, offset)
    for stream in streams:
        shifts.setdefault(stream.index, (offset - start,))
    seconds = end - offset
    if format_name not in ESTIMATED and len(sections) == 1:
        for header in (claimed, claimed - start):  # some count from their first stamp
            if 0.0 < header - seconds < ROUND:
                seconds = header
    hole = scan.hole(steady=format_name in STEADY)
    return Measured(seconds, scan.frames, start, shifts, frozenset(scan.lies), hole, scan.torn())


def _indexed(
    container: Any, picture: Any, sound: Any, start: float, claimed: float
) -> float | None:
    """The length that an MP4 tells, if its streams agree; pictures are looked up at its end."""
    ends = [
        float(((stream.start_time or 0) + stream.duration) * stream.time_base)
        for stream in (picture, sound)
        if stream is not None and stream.duration
    ]
    if not ends or abs(max(ends) - start - claimed) > CLOSE:
        return None
    if picture is None:
        return claimed
    container.seek(round(max(0.0, start + claimed - TAIL) / picture.time_base), stream=picture)
    last = max(
        (
            float(packet.pts * packet.time_base) - start
            for packet in containers.packets(container, picture)
            if packet.pts is not None and packet.size and not packet.is_discard
        ),
        default=0.0,
    )
    rate = float(picture.average_rate or picture.guessed_rate or 25)
    return claimed if last < claimed else last + 1 / rate


class _Scan:
    """Takes in packets in the order of the file."""

    def __init__(self, picture: Any, format_name: str) -> None:
        self.sections = Sections()
        self.frames = 0
        self.lies: set[tuple[int, int]] = set()
        self._picture = -1 if picture is None else picture.index
        rate = 0 if picture is None else float(picture.average_rate or picture.guessed_rate or 0)
        self._lasts = 1 / rate if 0 < rate <= FASTEST else 0.0
        self._corrupt: list[tuple[Section, int, float]] = []
        self._ends: dict[tuple[Section, int], float] = {}
        self._behind: dict[Section, float] = {}
        self._failing = self._failed = self._missing = False
        self._packed = format_name in ("mpeg", "mpegts")  # of others the last may be short
        self._ordered = format_name == "avi"  # AVI numbers packets; it knows no order of showing

    def add(self, packet: Any) -> None:
        stamp = packet.dts if self._ordered or packet.pts is None else packet.pts
        if stamp is None or not packet.size or packet.is_discard:
            return
        self._failed = self._failed or self._failing
        section: Section = self.sections.of(packet)
        at = float(stamp * packet.time_base)
        if packet.is_corrupt:
            self._corrupt.append((section, packet.stream.index, at))
        lasts = float((packet.duration or 0) * packet.time_base)
        if packet.stream.index == self._picture:
            self.frames += 1
            lasts = lasts or self._lasts
        else:
            # The first packets of a page that was lost are told by their absence alone.
            behind = self._behind.get(section, at)
            self._missing = self._missing or (lasts > 0 and at - behind > MISSING)
            self._behind[section] = at + lasts
        key = section, packet.stream.index
        self._ends[key] = max(self._ends.get(key, at), at)
        section.first = min(section.first, at)
        section.end = max(section.end, at + lasts)

    def failed(self) -> None:
        """The reader met something that it cannot read; at the very end that tells nothing."""
        self._failing = True

    def hole(self, *, steady: bool) -> bool:
        """Whether something is missing; where parts meet, packets are incomplete by nature.

        `steady` says that sound of this format has no pauses, so that one is a hole.
        """
        corrupt = any(at < self._ends[section, i] - CLOSE for section, i, at in self._corrupt)
        return self._failed or corrupt or (steady and self._missing)

    def torn(self) -> bool:
        """Whether a packet at the very end is not whole."""
        last = self.sections.all[-1]
        return self._packed and any(
            section is last and at >= self._ends[section, index] - CLOSE
            for section, index, at in self._corrupt
        )
