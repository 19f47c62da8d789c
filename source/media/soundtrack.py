"""The sound of a recording, on its way into another file: copied where it can be, else encoded."""

import math
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.result import AudioStream
from source.media import container as containers
from source.media.encode import Target, encoded_sound, sound_track
from source.media.recording import Recording
from source.media.sniff import MOV

GAP = 0.05
"""Seconds by which sound may be early or late before silence is put in, or some left out."""

RATES = (48_000, 44_100, 32_000, 24_000, 16_000, 12_000, 8_000)
"""Samples a second that every encoder takes."""


class Soundtrack:
    """Feeds the sound of `source` into `output`, always as far as the pictures have come.

    Parameters
    ----------
    output : OutputContainer
        Gets a sound track of its own.
    recording : Recording
        One with sound; it is opened for this alone.
    way : Target
    end : float
        Nothing at or after this second is taken.
    """

    def __init__(self, output: Any, recording: Recording, way: Target, end: float) -> None:
        self._output, self._recording = output, recording
        self._end = min(end, recording.seconds or math.inf)
        self._ahead, self._over = -math.inf, False
        codec = recording.audio.codec if recording.audio is not None else ""
        # Elsewhere than in MP4, AAC comes in another wrapping and times are less exact.
        copies = codec in way.copies and (recording.format == MOV or codec == "opus")
        whole = len(recording.parts) == 1 and not recording.parts[0].jumps
        self._feed = self._copied() if copies and whole else self._encoded(way)

    def up_to(self, time: float) -> None:
        """Write all sound that begins before `time`, seconds."""
        while not self._over and self._ahead <= time:
            try:
                self._ahead = next(self._feed)
            except StopIteration:
                self._over = True

    def _copied(self) -> Iterator[float]:
        with closing(self._packets()) as packets:
            _, source, start = next(packets)
            stream = self._output.add_stream_from_template(source)
            yield -math.inf  # the track is there before anything is written
            shift = round(start / source.time_base)
            for packet, _, _ in packets:
                if packet.pts is None or packet.dts is None:
                    continue
                begins = float(packet.pts * packet.time_base) - start
                if begins >= self._end:
                    return
                packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
                packet.stream = stream
                self._output.mux(packet)
                yield begins

    def _packets(self) -> Generator[tuple[Any, Any, float], None, None]:
        """Packets with their stream and its start; of each part first none, with its stream."""
        recording = self._recording
        for part in recording.parts:
            if part.sound is None:
                continue
            with containers.opened(recording.path, recording.format, span=part.span) as container:
                stream, start = container.streams[part.sound], part.start(part.sound)
                containers.only(container, stream)
                yield None, stream, start
                for packet in part.packets(containers.packets(container, stream), stream):
                    yield packet, stream, start

    def _encoded(self, way: Target) -> Iterator[float]:
        stored = self._recording.audio or AudioStream(48_000, 2, "")
        rate = min(RATES, key=lambda r: abs(r - stored.rate))
        if way.audio == "libopus":
            rate = 48_000
        layout = "mono" if stored.channels == 1 else "stereo"
        stream = sound_track(self._output, way, rate=rate, layout=layout)
        yield -math.inf
        size = stream.codec_context.frame_size or 1024
        left: NDArray[np.float32] = np.zeros((1 if layout == "mono" else 2, 0), np.float32)
        place = 0
        for block in self._decoded(rate, layout):
            left = np.concatenate([left, block], axis=1)
            while left.shape[1] >= size:
                self._output.mux(encoded_sound(stream, left[:, :size], place))
                left, place = left[:, size:], place + size
                yield place / rate
        if left.shape[1]:
            self._output.mux(encoded_sound(stream, left, place))
        self._output.mux(stream.encode(None))

    def _decoded(self, rate: int, layout: str) -> Iterator[NDArray[np.float32]]:
        """Sound from second 0 on without holes, float [channels, n]."""
        import av

        resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
        kind: tuple[str, str, int] | None = None
        channels = 1 if layout == "mono" else 2
        place, last = 0, round(min(self._end, 1e9) * rate)
        for packet, _, start in self._packets():
            if packet is None:  # the next part
                continue
            try:
                frames = packet.decode()
            except (av.FFmpegError, ValueError):
                continue
            for frame in frames:
                at = place if frame.time is None else round((frame.time - start) * rate)
                frame.pts = None
                before, kind = kind, (frame.format.name, frame.layout.name, frame.sample_rate)
                if before is not None and before != kind:  # both may change on the way
                    resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
                samples = np.concatenate(
                    [f.to_ndarray() for f in resampler.resample(frame)]
                    or [np.zeros((channels, 0), np.float32)],
                    axis=1,
                )
                if at - place > GAP * rate:
                    for _ in range(0, at - place, rate):
                        silent = np.zeros((channels, min(rate, at - place)), np.float32)
                        yield silent
                        place += silent.shape[1]
                elif place - at > GAP * rate:
                    samples = samples[:, min(samples.shape[1], place - at) :]
                samples = samples[:, : max(0, last - place)]
                place += samples.shape[1]
                yield samples
            if place >= last:
                return
