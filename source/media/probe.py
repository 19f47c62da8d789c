"""What a recording is: its kind, length and streams, from its content and never its name."""

import hashlib
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

from source.core import notes
from source.core.errors import BadRecording, Damaged, EmptyFile, NoFile, NoSamples, NotMedia
from source.core.result import AudioStream, VideoStream
from source.media import container as containers
from source.media import cut
from source.media.image import header
from source.media.length import timed
from source.media.limits import Limits
from source.media.reader import upright_size
from source.media.recording import Recording
from source.media.sniff import HEAD, MOV, looks_like, sniff_file

TRIES = 300
"""Packets of a stream within which one must be decodable."""


def probe(path: Path | str, *, name: str | None = None, limits: Limits | None = None) -> Recording:
    """Tell what a file is, decoding no more than its first frame.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        What to call it in sentences; its own name where absent.
    limits : Limits, optional
        What is too much.

    Raises
    ------
    NoFile, EmptyFile, NotMedia, Damaged, NoSamples, TooLarge
        Each with a sentence; nothing else is raised for any content.
    """
    path = Path(path)
    name = path.name if name is None else name
    limits = Limits() if limits is None else limits
    with containers.guarded(name):
        size = _size(path, name)
        limits.check_bytes(name, size)
        with path.open("rb") as file:
            found = sniff_file(file)
            if found is None:
                file.seek(0)
                raise NotMedia(name, looks_like(file.read(HEAD)))
        blank = Recording(path, name, "", size, "", format=found.name, limits=limits)
        recording = _image(blank) if found.kind == "image" else _stream(blank)
        if found.sequence:
            recording = replace(recording, notes=(*recording.notes, notes.picture_sequence()))
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return replace(recording, sha256=sha256)


def _size(path: Path, name: str) -> int:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        if isinstance(error, PermissionError):
            raise
        raise NoFile(name) from error
    if not stat.S_ISREG(status.st_mode):
        raise BadRecording(f"“{name}” is not a file.", hint="Choose the recording itself.")
    if status.st_size == 0:
        raise EmptyFile(name)
    return status.st_size


def _image(blank: Recording) -> Recording:
    with containers.guarded(blank.name, "its header cannot be read"):
        found = header(blank)
    stream = VideoStream(found.width, found.height, 0.0, found.rotation, blank.format.lower())
    return replace(blank, kind="image", video=stream, animated=found.frames > 1)


def _stream(blank: Recording) -> Recording:
    if blank.format == "gif":
        with blank.path.open("rb") as file:
            head = file.read(10)
        canvas = (int.from_bytes(head[i : i + 2], "little") for i in (6, 8))
        blank.limits.check_pixels(blank.name, *canvas)
    if blank.format == "gif" and _frames(blank, 2) < 2:
        return _image(replace(blank, format="GIF"))
    if blank.format == MOV and cut.no_index(blank.path):
        raise Damaged(blank.name, "its index is missing, so it was cut off or never finished")
    with (
        containers.guarded(blank.name, "its header cannot be read"),
        containers.opened(
            blank.path, blank.format, max_pixels=blank.limits.max_pixels
        ) as container,
    ):
        picture = containers.picture_stream(container)
        sound = containers.sound_stream(container)
        if picture is None and sound is None:
            raise Damaged(blank.name, "it holds neither pictures nor sound that we can decode")
        if picture is not None:
            context = picture.codec_context
            blank.limits.check_pixels(blank.name, context.width or 0, context.height or 0)
        video, audio = _first_frames(blank, container, picture, sound)
        claimed = (container.duration or 0) / 1e6
        start = (container.start_time or 0) / 1e6
    recording = replace(
        blank,
        kind="video" if video else "audio",
        video=video,
        audio=audio,
        start=start,
        seconds=claimed,
    )
    return timed(recording, claimed)


def _frames(blank: Recording, most: int) -> int:
    """How many pictures there are, counted up to `most`."""
    count = 0
    with containers.opened(blank.path, blank.format) as container:
        for packet in containers.packets(container, container.streams[0]):
            count += packet.size > 0
            if count >= most:
                break
    return count


def _first_frames(
    blank: Recording, container: Any, picture: Any, sound: Any
) -> tuple[VideoStream | None, AudioStream | None]:
    """Decode until each stream has shown a frame; one that shows none is as good as absent."""
    import av

    video = audio = None
    waiting = {s.index: 0 for s in (picture, sound) if s is not None}
    seen = 0
    for packet in containers.packets(container, *(s for s in (picture, sound) if s is not None)):
        index = packet.stream.index
        if index not in waiting:
            continue
        seen += packet.size > 0
        waiting[index] += 1
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError):
            frames = []
        if frames and picture is not None and index == picture.index:
            video = _video_stream(blank, picture, frames[0])
        elif frames:
            audio = AudioStream(
                int(frames[0].sample_rate), len(frames[0].layout.channels), _codec(sound)
            )
        if frames or waiting[index] > TRIES:
            del waiting[index]
        if not waiting:
            break
    if video is None and audio is None:
        if picture is None and not seen:
            raise NoSamples(blank.name)
        raise Damaged(blank.name, "nothing in it can be decoded")
    return video, audio


def _codec(stream: Any) -> str:
    """Name of the codec, not of the decoder that reads it."""
    return str(stream.codec_context.codec.canonical_name)


def _video_stream(blank: Recording, stream: Any, frame: Any) -> VideoStream:
    width, height, rotation = upright_size(stream, frame)
    blank.limits.check_pixels(blank.name, width, height)
    rate = stream.average_rate or stream.guessed_rate or 0
    return VideoStream(width, height, round(float(rate), 3), rotation, _codec(stream))
