"""How long a recording is: from the first stamp of its streams to where the last one ends.

The stamps of all packets are read, and nothing is decoded; an MP4 has the same in its index.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from source.media import container as containers
from source.media.clock import JUMP, Runs, Section, Sections, counts, shown
from source.media.sniff import MOV

FASTEST = 240
"""Frames a second beyond which a header gives its clock rate, as browsers' recorders do."""

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
"""Seconds of sound that must be missing before it is reported."""


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
    breaks : frozenset
        As `clock.Part` has them.
    hole, torn : bool
        Whether the reader passed over something damaged, and whether the last packet is not whole.
    """

    seconds: float
    frames: int = 0
    start: float = 0.0
    shifts: dict[int, tuple[float, ...]] = field(default_factory=dict)
    breaks: frozenset[tuple[int, int]] = frozenset()
    hole: bool = False
    torn: bool = False


def measure(
    container: Any,
    format_name: str,
    picture: Any,
    sound: Any,
    offset: float,
    *,
    cut: bool,
    joined: Callable[[int, int], bool],
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
    joined : callable
        Whether the bytes between two places show that two files were joined there.
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
    scan = _Scan(streams, format_name, joined)
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
    hole, torn = scan.ended(steady=format_name in STEADY)
    return Measured(seconds, scan.frames, start, shifts, scan.breaks, hole, torn)


def _indexed(
    container: Any, picture: Any, sound: Any, start: float, claimed: float
) -> float | None:
    """The length stated by an MP4, if its streams agree; pictures are checked at its end."""
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


class _Track:
    """What was read of one stream."""

    def __init__(self, stream: Any, *, shown: bool) -> None:
        self.index: int = stream.index
        self.tick = float(stream.time_base)
        self.shown = shown
        rate = float(stream.average_rate or stream.guessed_rate or 0) if shown else 0.0
        self.lasts = 1 / rate if 0 < rate <= FASTEST else 0.0  # where a packet does not say
        self.runs = Runs(self.tick, set())
        self.place = 0  # in the file
        self.section: Section | None = None
        self.latest = self.end = float("-inf")  # in this section
        self.corrupt: list[float] = []


class _Scan:
    """Takes in packets in the order of the file.

    Parameters
    ----------
    streams : sequence
        Of pictures, of sound, or one of both.
    format_name : str
    joined : callable
        Whether the bytes between two places show that two files were joined there.
    """

    def __init__(
        self, streams: Sequence[Any], format_name: str, joined: Callable[[int, int], bool]
    ) -> None:
        self.sections = Sections()
        self.frames = 0
        self._tracks = {s.index: _Track(s, shown=s.type == "video") for s in streams}
        self._joined = joined
        self._failing = self._failed = self._missing = self._corrupt = False
        self._packed = format_name in ("mpeg", "mpegts")  # of others the last may be short
        self._ordered = format_name == "avi"  # AVI numbers packets; it knows no order of showing

    def add(self, packet: Any) -> None:
        if not counts(packet):
            return
        self._failed = self._failed or self._failing
        track = self._tracks[packet.stream_index]
        dts, place = packet.dts, packet.pos
        pts = shown(dts, packet.pts, track.tick)
        at = (dts if self._ordered or pts is None else pts) * track.tick
        last = track.runs.last
        if place is None or place < 0:
            place = track.place
        ahead = dts is not None and last is not None and dts * track.tick > last + JUMP
        if ahead and self._joined(track.place, place):
            track.runs.breaks.add(dts)
        anew = track.runs.anew(dts)
        track.place = place
        if anew or track.section is None:
            self._close(track)
            track.section = self.sections.begin(track.index, at, place)
            track.latest = track.end = at
        if packet.is_corrupt:
            track.corrupt.append(at)
        lasts = (packet.duration or 0) * track.tick
        if track.shown:
            self.frames += 1
            lasts = lasts or track.lasts
        elif lasts > 0 and at - track.end > MISSING:
            self._missing = True
        section = track.section
        if at < section.first:
            section.first = at
        if at > track.latest:
            track.latest = at
        if at + lasts > track.end:
            track.end = at + lasts
            if track.end > section.end:
                section.end = track.end

    @property
    def breaks(self) -> frozenset[tuple[int, int]]:
        """As `clock.Part` has them."""
        return frozenset((t.index, b) for t in self._tracks.values() for b in t.runs.breaks)

    def failed(self) -> None:
        """The reader met something that it cannot read; at the very end that tells nothing."""
        self._failing = True

    def _close(self, track: _Track) -> bool:
        """A track's section ends; says whether its last packets are not whole."""
        inner = [at for at in track.corrupt if at < track.latest - CLOSE]
        self._corrupt = self._corrupt or bool(inner)
        torn = len(track.corrupt) > len(inner)
        track.corrupt = []
        return torn

    def ended(self, *, steady: bool) -> tuple[bool, bool]:
        """Whether something is missing on the way, and whether the very end is not whole.

        Where parts meet, packets are incomplete by nature. `steady` says that sound of this
        format has no pauses, so that one is a hole.
        """
        last = self.sections.all[-1]
        torn = [self._close(t) and t.section is last for t in self._tracks.values()]
        hole = self._failed or self._corrupt or (steady and self._missing)
        return hole, self._packed and any(torn)
