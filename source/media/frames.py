"""The pictures of a video: upright, in RGB, at their true presentation times, streamed."""

import math
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from source.core.timeline import merge
from source.media import container as containers
from source.media.apart import apart
from source.media.image import still
from source.media.reader import Reader, read
from source.media.recording import Recording

APART = 1.0
"""Seconds between two pictures of a video that are no gap, whatever its rate."""


@dataclass(frozen=True)
class Picture:
    """One picture: its number among those read, `time` in seconds, `image` uint8 [h, w, 3].

    `damaged` says that a part of it could not be decoded.
    """

    index: int
    time: float
    image: NDArray[np.uint8]
    damaged: bool = False


@apart
def pictures(
    recording: Recording,
    *,
    fps: float = 4.0,
    max_frames: int | None = None,
    start: float = 0.0,
    seconds: float | None = None,
    max_side: int | None = None,
) -> Generator[Picture, None, None]:
    """The first picture, and then the first one at or after each step of ``1 / fps``.

    Parameters
    ----------
    recording : Recording
        A video, or an image, which gives one picture at time 0; sound gives none.
    fps : float > 0 [scalar]
        Most pictures a second.
    max_frames : int, optional
        Most pictures, spread over the whole length; None or 0 for no limit.
    start : float
        From this second of the recording on; what comes before is decoded only as far as the
        first picture needs it, where the format can be entered in the middle.
    seconds : float, optional
        Up to this second of the recording.
    max_side : int, optional
        Scale down so that the longer side has at most this many pixels.

    Yields
    ------
    Picture
        With rising times, none beyond the recording's `seconds`. Frames that cannot be
        decoded are passed over.

    Raises
    ------
    Damaged
        If the file cannot be opened any more.
    TooLarge
        If a picture, or the whole, turns out larger than the limits allow.
    """
    if recording.kind == "image":
        picture = still(recording, max_side=max_side)
        yield Picture(0, 0.0, picture.image, damaged=picture.damaged)
        return
    if recording.video is None:
        return
    end = math.inf if seconds is None else seconds
    most = max_frames or math.inf
    between = step(recording, fps, max_frames, seconds, start=start)
    with containers.guarded(recording.name), closing(read(recording, between, start)) as frames:
        for index, (time, frame, reader) in enumerate(frames):
            recording.limits.check_seconds(recording.name, time)
            if time >= end or index >= most:
                break
            recording.limits.check_pixels(recording.name, frame.width, frame.height)
            yield Picture(index, time, reader.rgb(frame, max_side), reader.damaged)


@apart
def picture_at(recording: Recording, time: float) -> NDArray[np.uint8] | None:
    """One picture of a video, uint8 [h, w, 3], without reading what is before it.

    Parameters
    ----------
    recording : Recording
        A video, or an image.
    time : float [s]
        Of a picture that `pictures` gave.

    Returns
    -------
    np.ndarray or None
        None where the file cannot be entered in the middle (AVI, joined files), or ends before.

    Raises
    ------
    Damaged
        If the file cannot be opened any more.
    """
    if recording.kind == "image":
        return still(recording).image
    parts = [part for part in recording.parts if part.picture is not None]
    if len(parts) != 1 or parts[0].jumps or recording.format == "avi":
        return None
    limits = recording.limits
    with (
        containers.guarded(recording.name),
        containers.opened(
            recording.path, recording.format, span=parts[0].span, max_pixels=limits.max_pixels
        ) as container,
    ):
        reader = Reader(recording, parts[0], container, 1e-3)
        frame = reader.shown_at(time)
        if frame is None:
            return None
        limits.check_pixels(recording.name, frame.width, frame.height)
        return reader.rgb(frame, None)


def step(
    recording: Recording,
    fps: float,
    max_frames: int | None,
    seconds: float | None,
    *,
    start: float = 0.0,
) -> float:
    """Seconds between two pictures of a video; the arguments are those of `pictures`."""
    end = min(recording.seconds or 0.0, math.inf if seconds is None else seconds)
    length = max(0.0, end - start)
    return max(1.0 / fps, length / max_frames if max_frames else 0.0)


@apart
def shown(recording: Recording) -> list[tuple[float, float]]:
    """The stretches of a video in which there are pictures, in seconds; nothing is decoded.

    Two pictures belong together where no more than `APART` lies between them, or twice their
    usual distance. How long a packet says that it lasts is not believed: in an MP4 the last
    picture before a gap lasts for all of it.
    """
    times: list[float] = []
    for part in recording.parts:
        if part.picture is None:
            continue
        with containers.opened(recording.path, recording.format, span=part.span) as container:
            stream = container.streams[part.picture]
            containers.only(container, stream)
            for packet in part.packets(containers.packets(container, stream), stream):
                stamp = packet.dts if packet.pts is None else packet.pts
                if stamp is not None and packet.size:
                    times.append(float(stamp * stream.time_base) - part.start(stream.index))
    times.sort()
    usual = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    return merge([(time, time + usual) for time in times], gap=max(APART, usual))
