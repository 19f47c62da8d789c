"""How long a recording is: what its header says where that can be trusted, else its packets."""

from dataclasses import replace

from source.core.errors import NoSamples
from source.media import container as containers
from source.media import cut
from source.media.recording import Recording

ESTIMATED = ("mp3", "aac", "amr", "flac", "ogg", "mpeg", "mpegvideo")
"""Formats whose header does not tell the length, or not reliably: their packets are read."""

FASTEST = 240
"""Frames a second beyond which a header tells its clock, as browsers' recorders do."""


def timed(recording: Recording, claimed: float) -> Recording:
    """The recording with its `seconds`, and with `promised` where it was cut off.

    Parameters
    ----------
    recording : Recording
        Whose streams are known.
    claimed : float
        Seconds the header tells, or FFmpeg takes from it; 0 for nothing.

    Raises
    ------
    NoSamples
        If it is sound, and there is none.
    TooLarge
        If it is longer than its limits allow.
    """
    truncated = cut.is_cut(recording.path, recording.format)
    doubtful = claimed <= 0 or truncated or claimed > recording.limits.max_seconds
    seconds, promised = claimed, None
    if doubtful or recording.format in ESTIMATED:
        seconds, frames = _packets(recording)
        if truncated and claimed - seconds > max(0.5, 0.1 * claimed):
            promised = claimed
        if seconds <= 0 and recording.video is None:
            raise NoSamples(recording.name)
        video = recording.video
        if video is not None and not 0 < video.fps <= FASTEST and seconds > 0:
            video = replace(video, fps=round(frames / seconds, 3))
            recording = replace(recording, video=video)
    recording.limits.check_seconds(recording.name, seconds)
    return replace(recording, seconds=seconds, promised=promised)


def _packets(recording: Recording) -> tuple[float, int]:
    """Where the last packet ends, in seconds from the start, and how many hold a picture.

    Nothing is decoded.
    """
    end, frames = recording.start, 0
    with containers.opened(recording.path, recording.format) as container:
        picture = containers.picture_stream(container) if recording.video else None
        sound = containers.sound_stream(container) if recording.audio else None
        streams = [stream for stream in (picture, sound) if stream is not None]
        for packet in containers.packets(container, *streams):
            if packet.pts is None or not packet.size:
                continue
            if picture is not None and packet.stream.index == picture.index:
                frames += packet.pts * packet.time_base >= recording.start
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return end - recording.start, frames
