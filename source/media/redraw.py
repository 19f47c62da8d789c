"""Writes a copy of a video: a brush changes every picture, times and audio stay."""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from source.core.errors import Cancelled, WrongKind
from source.core.progress import never
from source.media import container as containers
from source.media.apart import apart
from source.media.encode import Target, encoded, picture_track, target
from source.media.reader import read
from source.media.recording import Recording
from source.media.soundtrack import Soundtrack

Brush = Callable[[NDArray[np.uint8], float], NDArray[np.uint8]]
"""Takes an upright RGB picture, which it may modify, and its time; returns the picture to write."""

MAX_SIDE, MIN_SIDE = 1920, 480
"""Longest side of a written film in pixels, and the one small films are drawn larger to."""

EVERY = 1e-6
"""Seconds between two pictures that are read: all of them."""


@apart
def every_picture(
    recording: Recording, *, seconds: float | None = None, max_side: int = MAX_SIDE
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Every picture of a video with its time; streamed.

    Raises
    ------
    Damaged, TooLarge
        If it cannot be opened any more, or turns out larger than the limits allow.
    """
    with containers.guarded(recording.name), closing(read(recording, EVERY)) as pictures:
        for time, frame, reader in pictures:
            recording.limits.check_seconds(recording.name, time)
            if seconds is not None and time >= seconds:
                return
            recording.limits.check_pixels(recording.name, frame.width, frame.height)
            yield time, reader.rgb(frame, max_side)


def redraw(
    recording: Recording,
    place: Path,
    brush: Brush,
    *,
    seconds: float | None = None,
    way: Target | None = None,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Path:
    """Write a film in which every picture has gone through a brush.

    H.264 in MP4 (8 bit, ready to play while it loads), VP9 in WebM where there is no encoder
    for that. Presentation times are kept, also where they are uneven; turned films become
    upright; sound is copied where the container takes it, else encoded. Nothing that stood
    beside the pictures (place, camera, titles) is taken over.

    Parameters
    ----------
    recording : Recording
        A video. Streamed: memory does not grow with its length.
    place : Path
        Where to write, without an ending; nothing is left there if anything is raised.
    brush : callable
        See `Brush`. All its pictures have to be of one size for one size of what it gets.
    seconds : float, optional
        Only the first so many seconds.
    way : Target, optional
        How to write; the best there is by default.
    on_progress, cancelled : callable
        Called with the second that was written; asked between pictures.

    Returns
    -------
    Path
        `place` with the ending that fits.

    Raises
    ------
    Cancelled
        If `cancelled` says so.
    WrongKind
        If it is no video.
    """
    import av

    if recording.video is None or recording.kind != "video":
        raise WrongKind(recording.name, f"a recording ({recording.kind})", "a video")
    way = way or target()
    path = place.with_name(place.name + way.suffix)
    options = {"movflags": "+faststart"} if way.format == "mp4" else {}
    try:
        with (
            containers.guarded(recording.name),
            av.open(str(path), "w", format=way.format, container_options=options) as output,
        ):
            _write(recording, output, way, brush, seconds, on_progress, cancelled)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _write(
    recording: Recording,
    output: Any,
    way: Target,
    brush: Brush,
    seconds: float | None,
    on_progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool],
) -> None:
    film: _Film | None = None
    for time, image in every_picture(recording, seconds=seconds):
        if cancelled():
            raise Cancelled
        drawn = brush(_large(image), time)
        if film is None:
            film = _Film(recording, output, way, drawn.shape, seconds)
        film.add(drawn, time)
        if on_progress is not None:
            on_progress(time)
    if film is not None:
        film.end()


class _Film:
    """The film that is being written; each picture waits until it is known how long it lasts."""

    def __init__(
        self,
        recording: Recording,
        output: Any,
        way: Target,
        shape: tuple[int, ...],
        seconds: float | None,
    ) -> None:
        fps = recording.video.fps if recording.video else 0.0
        self._gap = 1.0 / min(max(fps or 25.0, 1.0), 240.0)
        self._size = (max(2, shape[1] // 2 * 2), max(2, shape[0] // 2 * 2))
        width, height = self._size
        self._output = output
        self._stream = picture_track(output, way, width=width, height=height, fps=fps)
        self._sound: Soundtrack | None = None
        if recording.audio is not None:
            end = math.inf if seconds is None else seconds
            self._sound = Soundtrack(output, recording, way, end)
            self._sound.up_to(-math.inf)
        self._held: tuple[NDArray[np.uint8], float] | None = None

    def add(self, image: NDArray[np.uint8], time: float) -> None:
        self._put(until=time)
        self._held = _fit(image, self._size), time

    def end(self) -> None:
        self._put(until=None)
        self._output.mux(self._stream.encode(None))
        if self._sound is not None:
            self._sound.up_to(math.inf)

    def _put(self, *, until: float | None) -> None:
        if self._held is None:
            return
        image, time = self._held
        lasts = self._gap if until is None else until - time
        self._output.mux(self._stream.encode(encoded(image, time, lasts)))
        if self._sound is not None:
            self._sound.up_to(time)


def _large(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A small picture drawn larger by a whole number, so that words can be read on it."""
    import cv2

    times = math.ceil(MIN_SIDE / max(image.shape[:2]))
    if times < 2:
        return image
    size = (image.shape[1] * times, image.shape[0] * times)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _fit(image: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture in the film's size: a row or column is cut off, other sizes get bars."""
    import cv2

    width, height = size
    if image.shape[1] - width in (0, 1) and image.shape[0] - height in (0, 1):
        return np.ascontiguousarray(image[:height, :width])
    scale = min(width / image.shape[1], height / image.shape[0])
    inner = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    canvas = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(
        image, inner, interpolation=cv2.INTER_AREA
    )
    return canvas
