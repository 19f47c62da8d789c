"""What a browser is shown of a recording: the file itself, or a copy that any browser plays."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from source.core.errors import Cancelled, TooLarge
from source.core.progress import never
from source.media.encode import encoded_sound, sound_track, target
from source.media.image import image, shows_itself
from source.media.recording import Recording
from source.media.sniff import MATROSKA, MOV

PICTURE_SIDE = 1600
"""Longest side of a copy of a picture, in pixels."""

FILM_SIDE = 960
"""Longest side of a copy of a film, in pixels."""

RATE = 44_100

_PLAYED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    MOV: (("h264", "hevc", "av1", "vp8", "vp9"), ("aac", "mp3", "opus", "flac")),
    MATROSKA: (("h264", "av1", "vp8", "vp9"), ("aac", "opus", "vorbis")),
    "ogg": ((), ("flac", "opus", "vorbis")),
    "wav": ((), ("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le")),
    "flac": ((), ("flac",)),
    "mp3": ((), ("mp3", "mp2")),
    "aac": ((), ("aac",)),
}
"""Codecs of pictures and of sound that most browsers play, by container. Whether this one does,
its player says."""


def shown_as(recording: Recording) -> tuple[str, str, bool]:
    """How a recording is shown: its media type, "image", "audio" or "video", and whether itself.

    Of one that browsers do not show, the media type may be empty.
    """
    if recording.format == "gif":
        return recording.media_type, "image", True
    if recording.kind == "image":
        return recording.media_type, "image", shows_itself(recording)
    pictures, sounds = _PLAYED.get(recording.format, ((), ()))
    plays = (recording.video is None or recording.video.codec in pictures) and (
        recording.audio is None or recording.audio.codec in sounds
    )
    return recording.media_type, recording.kind, plays


def preview(
    recording: Recording,
    place: Path,
    *,
    most: int,
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Path:
    """Write a copy that any browser shows.

    A picture becomes a JPEG, a film H.264 with AAC in MP4 (VP9 with Opus in WebM where there
    is no encoder for that), sound AAC in MP4; all upright, and no larger than a page needs.

    Parameters
    ----------
    recording : Recording
    place : Path
        Where to write, without an ending; nothing is left there if anything is raised.
    most : int
        Bytes the copy may have.
    on_progress, cancelled : callable
        Called with the second that was written; asked now and then.

    Returns
    -------
    Path
        `place` with the ending that fits.

    Raises
    ------
    Cancelled
        If `cancelled` says so.
    TooLarge
        If the copy would have more bytes than `most`.
    """
    if recording.kind == "image":
        return _picture(recording, place)
    written = place.with_name(f"{place.name}{target().suffix}")

    def look(time: float) -> None:
        if written.is_file() and written.stat().st_size > most:
            raise TooLarge(
                f"A copy of “{recording.name}” that browsers can play would exceed the "
                f"limit of {most / 1e6:.0f} MB.",
                hint="The result is not affected. Play the recording in another program.",
            )
        if on_progress is not None:
            on_progress(time)

    if recording.kind == "video":
        return _film(recording, place, look, cancelled)
    return _sound(recording, written, look, cancelled)


def _picture(recording: Recording, place: Path) -> Path:
    from PIL import Image

    path = place.with_name(f"{place.name}.jpg")
    try:
        Image.fromarray(image(recording, max_side=PICTURE_SIDE)).save(path, "JPEG", quality=88)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _film(
    recording: Recording,
    place: Path,
    look: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Path:
    from source.media.redraw import redraw

    video = recording.video
    side = min(FILM_SIDE, max(video.width, video.height)) if video else FILM_SIDE
    way = target()
    options = {**dict(way.options), **({"crf": "27"} if way.video == "libx264" else {})}
    return redraw(
        recording,
        place,
        lambda pixels, _: _smaller(pixels, side),
        way=replace(way, options=tuple(options.items())),
        on_progress=look,
        cancelled=cancelled,
    )


def _smaller(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    import cv2

    scale = side / max(pixels.shape[:2])
    if scale >= 1.0:
        return pixels
    size = (max(2, round(pixels.shape[1] * scale)), max(2, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _sound(
    recording: Recording,
    path: Path,
    look: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Path:
    """What the voice is read from, so that it is also heard where channels cancel out."""
    import av

    from source.media.audio import sound

    way = target()
    rate = RATE if way.audio == "aac" else 48_000
    try:
        with av.open(str(path), "w", format=way.format) as output:
            stream = sound_track(output, way, rate=rate, layout="mono")
            size = stream.codec_context.frame_size or 1024
            left, place = np.zeros(0, np.float32), 0
            for block in sound(recording, rate=rate):
                if cancelled():
                    raise Cancelled
                left = np.concatenate([left, block.samples])
                whole = len(left) // size * size
                for at in range(0, whole, size):
                    output.mux(encoded_sound(stream, left[None, at : at + size], place + at))
                left, place = left[whole:], place + whole
                look(block.start)
            if len(left):
                output.mux(encoded_sound(stream, left[None], place))
            output.mux(stream.encode(None))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
