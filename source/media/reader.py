"""Decodes only what one picture per time step needs."""

import bisect
import heapq
import math
import os
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.media import container as containers
from source.media import tone
from source.media.clock import Part
from source.media.recording import Recording
from source.media.sniff import MATROSKA, MOV

ROUNDING = 0.001
"""Seconds by which a time stamp may be rounded down: Matroska counts milliseconds."""

JUMP = 2.0
"""Seconds between two pictures from which on it pays to leap from key frame to key frame."""

LIGHT = 0.1
"""Bits a pixel up to which a video takes little to decode."""

FEW = 2
"""Cores up to which decoding several frames at once slows down what else is done."""

MARGIN = 16
"""Frames by which a key frame must lie before the wanted picture: as many may change order."""


def read(
    recording: Recording, step: float, start: float = 0.0
) -> Generator[tuple[float, Any, "Reader"], None, None]:
    """Times and frames of a recording, one a step, with rising times, and who decoded each.

    None is before the second `start`, and none beyond the recording's `seconds`, but the very
    first.
    """
    last, due = -math.inf, start if start > 0.0 else -math.inf
    end = math.inf if recording.seconds is None else recording.seconds
    for part in recording.parts:
        if part.picture is None:
            continue
        with containers.opened(
            recording.path,
            recording.format,
            span=part.span,
            max_pixels=recording.limits.max_pixels,
        ) as container:
            reader = Reader(recording, part, container, step)
            for time, frame in reader.wanted(last, due):
                if time <= end + ROUNDING or last == -math.inf:
                    yield min(time, end), frame, reader
                    last, due = time, reader.due


class Reader:
    """Decodes little more than one picture per time step.

    The wanted picture of a step is the one with the smallest time in it. So a frame may be
    skipped by the decoder where an earlier one of the same step is known and no other frame
    builds on it, and whole groups of pictures where a key frame stands before the next step.
    """

    def __init__(self, recording: Recording, part: Part, container: Any, step: float) -> None:
        self.container = container
        self.part = part
        self.step = step
        self.due = -math.inf
        self.damaged = self.begun = False
        self.at = 0.0
        self.end = recording.seconds or math.inf
        self.cut_off = recording.cut_off
        self.format = recording.format
        number = part.picture or 0
        self.start = part.start(number)
        self.stream: Any = container.streams[number]
        self.earliest: dict[int, float] = {}
        self.ordered = recording.format == "avi"  # it numbers packets, and frames not at all
        self.stamps: list[int] = []
        self.turns: dict[int, tuple[bool, bool, bool]] = {}
        containers.only(container, self.stream)
        self.stream.thread_type = "SLICE" if _light(recording, _cores()) else "AUTO"
        self.gap = 1.0 / float(self.stream.average_rate or self.stream.guessed_rate or 25)
        codec = self.stream.codec_context.name
        # there a packet's time is that of its frame, and the decoder knows what to skip
        self.skips = (
            codec in ("h264", "hevc")
            and recording.format in (MOV, MATROSKA)
            and step > 1.5 * self.gap
        )
        self.keys: list[float] = []
        if step >= JUMP and recording.format == MOV:
            self.keys = sorted(
                self._time(entry.timestamp)
                for entry in self.stream.index_entries
                if entry.is_keyframe
            )

    def wanted(self, last: float, due: float) -> Iterator[tuple[float, Any]]:
        """Times and frames, one per step, all after `last` and the first not before `due`."""
        self.due = due
        for time, frame in self._frames(max(0.0, last)):
            if time <= last or time < self.due - ROUNDING:
                continue
            last, self.due = time, (self._place(time) + 1) * self.step
            yield time, frame
            self._leap(self.due)

    def at(self, time: float) -> Any | None:
        """The frame shown at `time`, found by leaping to the key frame before it."""
        self.container.seek(round((time + self.start) / self.stream.time_base), stream=self.stream)
        self.stream.codec_context.flush_buffers()
        for seen, frame in self._frames(time):
            if seen >= time - ROUNDING:
                return frame
        return None

    def rgb(self, frame: Any, max_side: int | None) -> NDArray[np.uint8]:
        """A decoded frame as uint8 RGB [h, w, 3]: upright, square pixels, scaled."""
        width, height = _square(self.stream, frame)
        if max_side and max(width, height) > max_side:
            scale = max_side / max(width, height)
            width, height = max(1, round(width * scale)), max(1, round(height * scale))
        smaller = width * height < frame.width * frame.height
        transfer = int(frame.color_trc)
        converted = frame.reformat(
            width=width,
            height=height,
            format="rgb48le" if tone.is_hdr(transfer) else "rgb24",
            interpolation="AREA" if smaller else "BICUBIC",
        )
        # a frame whose side data was looked at is in a cycle, and waits for the collector
        if frame.rotation not in self.turns:
            self.turns[frame.rotation] = containers.turn(frame)
        pixels = tone.sdr(converted.to_ndarray(), transfer)
        return _turned(pixels, *self.turns[frame.rotation])

    def _place(self, time: float) -> int:
        """Number of the step that contains a time."""
        return math.floor((time + ROUNDING) / self.step)

    def _time(self, stamp: int) -> float:
        return float(stamp * self.stream.time_base) - self.start

    def _frames(self, since: float) -> Iterator[tuple[float, Any]]:
        import av

        self.read = self.goal = -math.inf
        last = since - self.gap
        if since <= 0.0:
            self._enter()
        while True:
            codec = str(self.stream.codec_context.codec.canonical_name)
            packets = containers.packets(self.container, self.stream, on_error=self._damage)
            for packet in self.part.packets(packets, self.stream):
                self._hint(packet)
                if containers.holed(packet, codec):
                    self._damage()
                try:
                    frames = packet.decode()
                except (av.FFmpegError, ValueError):
                    self._damage()
                    if packet.dts in self.stamps:
                        self.stamps.remove(packet.dts)
                        heapq.heapify(self.stamps)
                    continue  # a damaged frame; the next ones may be whole
                for frame in frames:
                    self._look(frame)
                    stamp = self._stamp(frame)
                    last = last + self.gap if stamp is None else self._time(stamp)
                    self.at = last
                    yield max(0.0, last), frame
                    if self.goal > -math.inf:
                        break
                if self.goal > -math.inf:
                    break
            else:
                return
            stamp = round((self.goal + self.start) / self.stream.time_base)
            self.container.seek(stamp, stream=self.stream)
            self.read, self.goal = self.goal, -math.inf

    def _enter(self) -> None:
        """Begin at the last key frame before the first wanted picture, where the format can."""
        early = self.due - max(0.5, MARGIN * self.gap)
        if early > 0.0 and self.format in (MOV, MATROSKA) and not self.part.jumps:
            containers.enter(self.container, self.stream, early + self.start)

    def _damage(self) -> None:
        """Something cannot be decoded; at the end of a file that was cut off, that is known."""
        if self.begun and not (self.cut_off and self.at > self.end - 1.0):
            self.damaged = True

    def _look(self, frame: Any) -> None:
        """Whether a frame is whole: from damage on, none is up to the next key frame."""
        if frame.is_corrupt and not self.part.jumps:
            self._damage()
        elif frame.key_frame:
            self.damaged = False
        self.begun = True

    def _stamp(self, frame: Any) -> int | None:
        """Presentation stamp of a frame: its own, or of the waiting packets' the smallest."""
        if not self.ordered:
            stamp = frame.pts if frame.pts is not None else frame.dts
            return None if stamp is None else int(stamp)
        return heapq.heappop(self.stamps) if self.stamps else None

    def _hint(self, packet: Any) -> None:
        """Tell the decoder whether the frame of this packet may be skipped."""
        if self.ordered and packet.size and packet.dts is not None:
            heapq.heappush(self.stamps, packet.dts)
        if packet.pts is None:
            return
        time = self._time(packet.pts)
        self.read = max(self.read, time)
        if not self.skips:
            return
        place = self._place(time)
        known = self.earliest.setdefault(place, time)
        self.stream.codec_context.skip_frame = "NONREF" if known < time else "DEFAULT"
        if time < known:
            self.earliest[place] = time
        if len(self.earliest) > 200:
            del self.earliest[min(self.earliest)]

    def _leap(self, due: float) -> None:
        """Continue at the last key frame before `due`, if it is ahead of what was read."""
        at = bisect.bisect_right(self.keys, due - max(0.5, MARGIN * self.gap)) - 1
        if at >= 0 and self.keys[at] > self.read:
            self.goal = self.keys[at]


def _light(recording: Recording, cores: int) -> bool:
    """Whether a video is decoded so easily that few cores are better left to whoever looks.

    Whole frames decoded at once cost more time of the processor than one after the other, and
    what is done with the pictures meanwhile waits for a core. The slices of a frame cost nothing.
    """
    video, seconds = recording.video, recording.seconds
    if cores > FEW or video is None or not (seconds and video.fps):
        return False
    pixels = video.width * video.height * video.fps * seconds
    return 8 * recording.bytes < LIGHT * pixels


def _cores() -> int:
    """How many this process may use."""
    known = getattr(os, "sched_getaffinity", None)  # Linux alone tells
    return len(known(0)) if known else os.cpu_count() or 1


def _turned(pixels: NDArray[np.uint8], swap: bool, across: bool, down: bool) -> NDArray[np.uint8]:
    """Pixels with axes swapped, then mirrored; OpenCV does it ten times faster than NumPy."""
    if not (swap or across or down):
        return np.ascontiguousarray(pixels)
    import cv2

    if swap:
        pixels = np.asarray(cv2.transpose(pixels), np.uint8)
    if across or down:
        pixels = np.asarray(cv2.flip(pixels, -1 if across and down else int(across)), np.uint8)
    return pixels


def upright_size(stream: Any, frame: Any) -> tuple[int, int, int]:
    """Width and height of the upright picture with square pixels, and the turn in degrees."""
    width, height = _square(stream, frame)
    rotation = containers.rotation(frame)
    return (height, width, rotation) if rotation in (90, 270) else (width, height, rotation)


def _square(stream: Any, frame: Any) -> tuple[int, int]:
    """Size of a frame once its pixels are square."""
    ratio = stream.sample_aspect_ratio
    shape = float(ratio) if ratio else 1.0
    if not 0.25 <= shape <= 4.0 or abs(shape - 1.0) < 0.01:
        return frame.width, frame.height
    return max(1, round(frame.width * shape)), frame.height
