"""The pictures of a video: upright, in RGB, at their true presentation times, streamed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from source.media import container as containers
from source.media.image import image

if TYPE_CHECKING:
    from source.media.probe import Recording

ROUNDING = 0.001
"""Seconds by which a time stamp may be rounded down: Matroska counts milliseconds."""


@dataclass(frozen=True)
class Picture:
    """One picture: its number among those read, `time` in seconds, `image` uint8 [h, w, 3]."""

    index: int
    time: float
    image: NDArray[np.uint8]


def pictures(
    recording: "Recording",
    *,
    fps: float = 4.0,
    max_frames: int | None = None,
    seconds: float | None = None,
    max_side: int | None = None,
) -> Iterator[Picture]:
    """The first picture, and then the first one at or after each step of ``1 / fps``.

    Parameters
    ----------
    recording : Recording
        A video, or an image, which gives one picture at time 0; sound gives none.
    fps : float > 0 [scalar]
        Most pictures a second.
    max_frames : int, optional
        Most pictures, spread over the whole length.
    seconds : float, optional
        Only the first so many seconds.
    max_side : int, optional
        Scale down so that the longer side has at most this many pixels.

    Yields
    ------
    Picture
        With rising times.

    Raises
    ------
    Damaged
        If no picture can be decoded.
    TooLarge
        If a picture, or the whole, turns out larger than the limits allow.
    """
    if recording.kind == "image":
        yield Picture(0, 0.0, image(recording, max_side=max_side))
        return
    if recording.video is None:
        return
    step = _step(recording, fps, max_frames, seconds)
    index, due = 0, -math.inf
    with (
        containers.guarded(recording.name),
        containers.opened(recording.path, recording.format) as container,
    ):
        for time, stream, frame in _frames(recording, container):
            recording.limits.check_seconds(recording.name, time)
            if seconds is not None and time >= seconds:
                break
            if time < due - ROUNDING:
                continue
            recording.limits.check_pixels(recording.name, frame.width, frame.height)
            yield Picture(index, time, to_rgb(stream, frame, max_side))
            index += 1
            due = (math.floor((time + ROUNDING) / step) + 1) * step
            if max_frames and index >= max_frames:
                break


def _step(
    recording: "Recording", fps: float, max_frames: int | None, seconds: float | None
) -> float:
    """Seconds between two pictures."""
    length = min(recording.seconds or 0.0, math.inf if seconds is None else seconds)
    return max(1.0 / fps, length / max_frames if max_frames else 0.0)


def _frames(recording: "Recording", container: Any) -> Iterator[tuple[float, Any, Any]]:
    """Decoded frames with their times from the recording's start, which never fall."""
    import av

    stream = containers.picture_stream(container)
    if stream is None:
        return
    containers.only(container, stream)
    stream.thread_type = "AUTO"
    gap = 1.0 / float(stream.average_rate or stream.guessed_rate or 25)
    last = -gap
    for packet in containers.packets(container, stream):
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError):
            continue
        for frame in frames:
            stamp = frame.pts if frame.pts is not None else frame.dts
            known = stamp is not None and frame.time_base is not None
            time = float(stamp * frame.time_base) - recording.start if known else last + gap
            last = max(0.0, last, time)
            yield last, stream, frame


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


def to_rgb(stream: Any, frame: Any, max_side: int | None = None) -> NDArray[np.uint8]:
    """A decoded frame as uint8 RGB [h, w, 3]: upright, square pixels, scaled."""
    width, height = _square(stream, frame)
    if max_side and max(width, height) > max_side:
        scale = max_side / max(width, height)
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
    smaller = width * height < frame.width * frame.height
    converted = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        interpolation="AREA" if smaller else "BICUBIC",
    )
    turns = containers.rotation(frame) // 90
    return np.ascontiguousarray(np.rot90(converted.to_ndarray(), -turns))
