"""The sound of a recording: mono, at one rate, streamed on the recording's own clock."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.media import container as containers
from source.media.apart import apart
from source.media.clock import Part
from source.media.mix import Mixer
from source.media.recording import Recording
from source.media.sniff import MATROSKA, MOV

BLOCK = 5.0
"""Seconds of one block."""

BATCH = 0.5
"""Seconds that are resampled at once."""

JITTER = 0.05
"""Seconds by which a time stamp may miss without meaning a gap: containers round them."""

SMALLEST = 8
"""Bytes of a packet below which it says that there is silence, which not all decoders read."""

PREROLL = 1.0
"""Seconds before the part that is asked for from which on sound is decoded: decoders and
resamplers need a moment to get going."""

ENTERED = (MOV, MATROSKA, "wav")
"""Formats that can be entered in the middle and still say what time it is there."""

BACKWARD = 1.0
"""Seconds back beyond which a time stamp is wrong, and not an overlap."""


@dataclass(frozen=True)
class Sound:
    """A block of sound: `start` in seconds, `samples` float32 [n], mono, -1 to 1.

    `damaged` says that something in it could not be decoded.
    """

    start: float
    samples: NDArray[np.float32]
    damaged: bool = False


@apart
def sound(
    recording: Recording,
    *,
    rate: int = 16000,
    start: float = 0.0,
    seconds: float | None = None,
) -> Iterator[Sound]:
    """The sound of a recording, in blocks that follow each other.

    Channels are averaged, except where they cancel each other (`mix.Mixer`). Where the file
    has no sound for a while (it begins later than the pictures, or frames cannot be decoded)
    there are zeros, so that a sample's place is its time. There is none beyond the
    recording's `seconds`.

    Parameters
    ----------
    recording : Recording
        Any; one without sound gives no block.
    rate : int > 0 [scalar], in hertz
        Of the samples.
    start : float
        From this second of the recording on. What comes before is passed over: by a leap where
        the format can be entered in the middle, else packet by packet. It is decoded, and thrown
        away at once, only where the times of packets do not hold.
    seconds : float, optional
        Up to this second of the recording.

    Yields
    ------
    Sound
        At most `BLOCK` seconds each.

    Raises
    ------
    Damaged
        If the file cannot be opened any more.
    TooLarge
        If it goes on for longer than the limits allow.
    """
    if recording.audio is None:
        return
    line = _Line(recording, rate, start)
    size = round(BLOCK * rate)
    most = None if seconds is None else round((seconds - start) * rate)
    if recording.seconds is not None:
        whole = max(0, math.ceil(round((recording.seconds - start) * rate, 3)))
        most = whole if most is None else min(most, whole)
    waiting: list[NDArray[np.float32]] = []
    count = sent = 0
    with containers.guarded(recording.name):
        for samples in _from(start, line):
            if most is not None:
                samples = samples[: most - sent - count]
            waiting.append(samples)
            count += len(samples)
            if count >= size:
                joined = np.concatenate(waiting)
                while count >= size:
                    yield Sound(start + sent / rate, joined[:size], line.was_damaged())
                    joined, sent, count = joined[size:], sent + size, count - size
                waiting = [joined.copy()]
            recording.limits.check_seconds(recording.name, start + sent / rate)
            if most is not None and sent + count >= most:
                break
        if count:
            yield Sound(start + sent / rate, np.concatenate(waiting), line.was_damaged())


def _from(start: float, line: "_Line") -> Iterator[NDArray[np.float32]]:
    """The pieces of a line from a second on; silence where it begins later."""
    behind: int | None = None  # samples that are still to be left out
    for samples in line.samples():
        if not len(samples):
            continue
        if behind is None:
            behind = round((start - line.first) * line.rate)
            for at in range(behind, 0, line.rate):  # it begins later than `start`
                yield np.zeros(min(line.rate, -at), np.float32)
            behind = max(0, behind)
        kept, behind = samples[behind:], max(0, behind - len(samples))
        yield kept


class _Line:
    """Decoded frames laid on one time line and resampled.

    Whatever lies more than `PREROLL` before `since` is thrown away before it is resampled.
    """

    def __init__(self, recording: Recording, rate: int, since: float = 0.0) -> None:
        self.recording = recording
        self.rate = rate
        self.since = since - PREROLL
        self.first = 0.0  # seconds of the first sample that was given
        self.entered = False  # whether it was begun in the middle
        self.passed = False  # whether packets were passed over
        self.resampler: Any = None
        self.source_rate = 0
        self.begun = 0.0  # seconds at which the present resampler began
        self.taken = 0  # samples laid on the line since
        self.batch: list[NDArray[np.float32]] = []  # of them, those not resampled yet
        self.queue: Any = None  # frames that follow those, as they were decoded
        self.kind = ("", 0)  # their format, and how many channels they have
        self.batched = 0
        self.offset = 0.0  # what the file's clock shows at second 0
        self.end = recording.seconds or recording.limits.max_seconds
        self.mixer: Any = None
        self.damaged = False

    def samples(self) -> Iterator[NDArray[np.float32]]:
        """Resampled pieces, from time 0 or from shortly before `since` on."""
        for frame in self._frames():
            if frame.sample_rate != self.source_rate:
                if self._early():
                    self._forget()
                yield self._resampled(last=True)
                self._begin(frame.sample_rate)
            if self.entered:  # the line begins with this frame
                self.entered = False
                if frame.time is not None:
                    self.first = self.begun = max(0.0, frame.time - self.offset)
            for count in self._laid(frame):
                self.batched += count
                self.taken += count
                if self.batched >= BATCH * self.source_rate:
                    if self._early():
                        self._forget()
                    else:
                        yield self._resampled()
        yield self._resampled(last=True)

    def _here(self) -> float:
        """Seconds up to which frames were laid on the line."""
        return self.begun + (self.taken / self.source_rate if self.source_rate else 0.0)

    def _early(self) -> bool:
        """Whether nobody asked for what was laid on the line so far."""
        return bool(self.source_rate) and self._here() <= self.since

    def _forget(self) -> None:
        """Throw away what was laid on the line so far."""
        self._empty()
        self.batch, self.batched, self.first = [], 0, self._here()

    def was_damaged(self) -> bool:
        """Whether something could not be decoded since the last call."""
        was, self.damaged = self.damaged, False
        return was

    def _damage(self) -> None:
        """Something cannot be decoded; at the end of a file that was cut, that is known."""
        here = self._here()
        if self.source_rate and not (self.recording.cut_off and here > self.end - 1.0):
            self.damaged = True

    def _frames(self) -> Iterator[Any]:
        import av

        recording = self.recording
        for part in recording.parts:
            if part.sound is None:
                continue
            with containers.opened(recording.path, recording.format, span=part.span) as container:
                stream = container.streams[part.sound]
                containers.only(container, stream)
                self.offset = part.start(part.sound)
                passes = self.since > 0.0 and not self.taken and self._holds(part)
                if passes:
                    self.entered = True
                    if recording.format in ENTERED:
                        containers.enter(container, stream, self.since + self.offset)
                codec = str(stream.codec_context.codec.canonical_name)
                packets = containers.packets(container, stream, on_error=self._damage)
                for packet in part.packets(packets, stream):
                    if passes and self._before(packet):
                        continue
                    passes = False
                    if containers.holed(packet, codec):
                        self._damage()
                    try:
                        for frame in packet.decode():
                            if frame.is_corrupt and not part.jumps:
                                self._damage()
                            yield frame
                    except (av.FFmpegError, ValueError):
                        if packet.size >= SMALLEST and bytes(packet)[:3] != b"ID3":
                            self._damage()
                        continue  # one frame lost; the next one's time shows how much

    def _holds(self, part: Part) -> bool:
        """Whether its times hold where decoding begins in the middle."""
        return len(self.recording.parts) == 1 and not part.jumps

    def _before(self, packet: Any) -> bool:
        """Whether a packet lies before all that is decoded; one without a time as its fellows."""
        if packet.pts is None:
            return self.passed and packet.size > 0
        self.passed = float(packet.pts * packet.time_base) - self.offset < self.since
        return self.passed

    def _laid(self, frame: Any) -> Iterator[int]:
        """Lay a frame on the line, silence before it where it comes late; counts of samples."""
        here = self.begun + self.taken / self.source_rate
        time = here if frame.time is None else frame.time - self.offset
        late = time - here
        jitter = JITTER if self.taken else 0.0
        if -jitter <= late <= jitter:
            self._queue(frame)
            yield frame.samples
            return
        self._empty()
        if time > self.end:
            return
        samples = self.mixer.mono(frame)
        if late < -BACKWARD:
            self.offset += late  # go on from here
        elif late > jitter:
            missing = round(late * self.source_rate)
            while missing > 0:
                piece = min(missing, self.source_rate)
                self.batch.append(np.zeros(piece, np.float32))
                yield piece
                missing -= piece
        else:
            samples = samples[round(-late * self.source_rate) :]
        self.batch.append(samples)
        yield len(samples)

    def _queue(self, frame: Any) -> None:
        """Append a frame; joining many arrays into one is most of the work."""
        import av

        frame.pts = None  # its place is known
        kind = frame.format.name, frame.layout.nb_channels
        if self.queue is None or kind != self.kind:  # the queue itself does not look
            self._empty()
            self.queue, self.kind = av.AudioFifo(), kind
        self.queue.write(frame)

    def _empty(self) -> None:
        """Make an array of the frames that wait."""
        if self.queue is not None and self.queue.samples:
            self.batch.append(self.mixer.mono(self.queue.read()))

    def _begin(self, rate: int) -> None:
        import soxr

        self.begun += self.taken / self.source_rate if self.source_rate else 0.0
        self.taken = 0
        self.source_rate = rate
        self.mixer = Mixer(rate)
        self.queue = self.resampler = None
        if rate != self.rate:
            self.resampler = soxr.ResampleStream(rate, self.rate, 1, dtype="float32")

    def _resampled(self, *, last: bool = False) -> NDArray[np.float32]:
        """What waits, at the rate that is wanted; `last` empties the resampler too."""
        self._empty()
        samples = np.concatenate(self.batch) if self.batch else np.zeros(0, np.float32)
        self.batch, self.batched = [], 0
        if not np.isfinite(samples).all():
            samples = np.nan_to_num(samples, posinf=0.0, neginf=0.0)
        if self.resampler is not None:
            samples = self.resampler.resample_chunk(samples, last=last)
        return np.clip(samples, -1.0, 1.0)
