"""What a recording is: its kind, length and streams, from its content and never its name."""

import hashlib
import stat
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from source.core import notes
from source.core.errors import BadRecording, Damaged, EmptyFile, NoFile, NoSamples, NotMedia
from source.core.limits import Limits
from source.core.result import AudioStream, Note, VideoStream
from source.media import container as containers
from source.media import cut, joined, tracks
from source.media.apart import apart
from source.media.clock import Part
from source.media.image import header
from source.media.intact import Wear, broken, worn
from source.media.length import FASTEST, Measured, measure
from source.media.reader import upright_size
from source.media.recording import Recording
from source.media.sniff import HEAD, MATROSKA, MOV, looks_like, sniff_file

LEAST_MISSING = 0.15
"""Seconds that must be missing of what a header promises: few headers are exact."""

TRIES = 300
"""Packets of a stream within which one must be decodable."""


@apart
def probe(path: Path | str, *, name: str | None = None, limits: Limits | None = None) -> Recording:
    """Find out what a file is: its header and packets are read, and its first frames decoded.

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
            sniffed = sniff_file(file)
            if sniffed is None:
                file.seek(0)
                raise NotMedia(name, looks_like(file.read(HEAD)))
        blank = Recording(
            path=path, name=name, kind="", bytes=size, sha256="", format=sniffed.name, limits=limits
        )
        recording = _image(blank) if sniffed.kind == "image" else _stream(blank)
        if sniffed.sequence:
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
        raise BadRecording(f"“{name}” is not a file.", hint="Choose a recording.")
    if status.st_size == 0:
        raise EmptyFile(name)
    return status.st_size


def _image(blank: Recording) -> Recording:
    with containers.guarded(blank.name, "its header cannot be read"):
        facts = header(blank)
    stream = VideoStream(facts.width, facts.height, 0.0, facts.rotation, blank.format.lower())
    return replace(blank, kind="image", video=stream, animated=facts.frames > 1)


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
    with containers.guarded(blank.name, "its header cannot be read"):
        spans, left = joined.spans(blank.path, blank.format)
        parts: list[_Part] = []
        seconds = 0.0
        for span in spans:
            try:
                with containers.guarded(blank.name, "its header cannot be read"):
                    whole = span == (0, blank.bytes)
                    parts.append(_part(blank, None if whole else span, seconds))
            except (Damaged, NoSamples):
                if not parts:
                    raise
                left += span[1] - span[0]
                continue
            seconds += parts[-1].time.seconds
    return _together(blank, parts, seconds, left)


@dataclass(frozen=True)
class _Part:
    """What one part of a file is."""

    part: Part
    video: VideoStream | None
    audio: AudioStream | None
    time: Measured
    wear: Wear
    claimed: float
    notes: tuple[Note, ...]


def _together(blank: Recording, parts: list[_Part], seconds: float, left: int) -> Recording:
    """The recording made of consecutive parts."""
    video = next((part.video for part in parts if part.video is not None), None)
    audio = next((part.audio for part in parts if part.audio is not None), None)
    if seconds <= 0 and video is None:
        raise NoSamples(blank.name)
    if video is not None and not 0 < video.fps <= FASTEST and seconds > 0:
        frames = sum(part.time.frames for part in parts)
        video = replace(video, fps=round(frames / seconds, 3))
    remarks = parts[0].notes + ((notes.more_follows(left),) if left else ())
    missing = sum(max(0.0, _promised(blank, part) - part.time.seconds) for part in parts)
    hole = any(part.wear.hole or part.time.hole for part in parts)
    # Where bytes are missing on the way, a file is shorter than it says, and yet has its end.
    if not missing and not hole and any(part.wear.cut for part in parts):
        remarks += (notes.ended_early(seconds),)
    if hole:
        remarks += (notes.damaged(),)
    main = parts[0].part.picture if parts[0].part.picture is not None else parts[0].part.sound
    blank.limits.check_seconds(blank.name, seconds)
    return replace(
        blank,
        kind="video" if video else "audio",
        video=video,
        audio=audio,
        start=parts[0].part.start(main or 0),
        seconds=seconds,
        promised=seconds + missing if missing else None,
        notes=remarks,
        parts=tuple(part.part for part in parts),
    )


COUNTED = (MOV, MATROSKA, "flv", "flac", "aiff", "au", "asf", "caf", "tta")
"""Formats whose header states the length."""


def _promised(blank: Recording, part: _Part) -> float:
    """The length that the header of a part promises, where less can be read; else 0."""
    read, claimed = part.time.seconds, part.claimed
    start = max(0.0, part.time.start)
    if blank.format in ("wav", "avi", "w64"):
        begin, end = part.part.span or (0, blank.bytes)
        with blank.path.open("rb") as file:
            file.seek(begin)
            stated = cut.stated_size(file.read(HEAD))
        claimed, start = (read * stated / (end - begin) if part.wear.cut else 0.0), 0.0
    elif blank.format == "mp3":
        claimed, start = cut.promised_seconds(blank.path), 0.0
    elif blank.format not in COUNTED:
        return 0.0
    # some headers count from the first stamp, some from 0
    missing = min(claimed - read, claimed - start - read)
    return read + missing if missing > max(LEAST_MISSING, 0.02 * claimed) else 0.0


def _part(blank: Recording, span: tuple[int, int] | None, offset: float) -> _Part:
    """What the bytes `span` of a file are, which begin at the second `offset`."""
    pixels = blank.limits.max_pixels
    picture, sound, remarks = tracks.choose(blank.path, blank.format, span, pixels)
    if picture is None and sound is None:
        raise Damaged(blank.name, "it contains neither pictures nor audio that can be decoded")
    with containers.opened(blank.path, blank.format, span=span, max_pixels=pixels) as container:
        shown: Any = None if picture is None else container.streams[picture]
        audio_track: Any = None if sound is None else container.streams[sound]
        if shown is not None:
            context = shown.codec_context
            blank.limits.check_pixels(blank.name, context.width or 0, context.height or 0)
        video, audio = _first_frames(blank, container, shown, audio_track)
        claimed = (container.duration or 0) / 1e6
    wear = worn(blank.path, blank.format, span or (0, blank.bytes))
    last = span is None or span[1] == blank.bytes
    if last and cut.is_cut(blank.path, blank.format):
        wear = replace(wear, cut=True)
    if wear.cut and last and blank.format == "avi" and cut.ends_with_index(blank.path):
        wear = Wear(cut=False, hole=True)
    with containers.opened(blank.path, blank.format, span=span) as container:
        time = measure(
            container,
            blank.format,
            None if video is None or picture is None else container.streams[picture],
            None if audio is None or sound is None else container.streams[sound],
            offset,
            cut=wear.cut,
            joined=partial(broken, blank.path, blank.format, (span or (0, 0))[0]),
        )
    if time.torn:
        wear = replace(wear, cut=True)
    part = Part(
        span=span,
        picture=None if video is None else picture,
        sound=None if audio is None else sound,
        shifts=time.shifts,
        breaks=time.breaks,
    )
    return _Part(part, video, audio, time, wear, claimed, remarks)


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
    count = 0
    for packet in containers.packets(container, *(s for s in (picture, sound) if s is not None)):
        index = packet.stream.index
        if index not in waiting:
            continue
        count += packet.size > 0
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
        if picture is None and not count:
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
