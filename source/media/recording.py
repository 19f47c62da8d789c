"""A recording: a recognised file and its properties."""

from dataclasses import dataclass, field
from pathlib import Path

from source.core.limits import Limits
from source.core.result import AudioStream, Note, Source, VideoStream
from source.media.clock import Part


@dataclass(frozen=True)
class Recording:
    """A file that was recognised, and can be opened again.

    Attributes
    ----------
    path : Path
        Where it lies.
    name : str
        What the person calls it.
    kind : str
        "audio", "image" or "video".
    bytes : int
        Size of the file.
    sha256 : str
        Of the whole file.
    seconds : float or None
        Length that can be read; None for a picture.
    video, audio : VideoStream, AudioStream or None
        The picture and the sound track; a still picture has a `video` of 0 frames a second.
    animated : bool
        A picture of several frames, of which the first is read.
    promised : float or None
        The length the header promises, where much less can be read.
    notes : tuple of Note
        What a reader should know of the file: damage, parts or tracks that are not read.
    format : str
        Name of the reader, as `sniff` gives it.
    start : float
        Time stamp, in seconds, of the file's own clock at the recording's start.
    parts : tuple of Part
        What is read of a stream, one behind the other; none for a picture.
    limits : Limits
        Those it was probed with; decoding keeps to them too.
    """

    path: Path
    name: str
    kind: str
    bytes: int
    sha256: str
    seconds: float | None = None
    video: VideoStream | None = None
    audio: AudioStream | None = None
    animated: bool = False
    promised: float | None = None
    notes: tuple[Note, ...] = ()
    format: str = ""
    start: float = 0.0
    parts: tuple[Part, ...] = ()
    limits: Limits = field(default=Limits(), repr=False, compare=False)

    @property
    def cut_off(self) -> bool:
        """Whether it is known that the file lacks its end."""
        return self.promised is not None or any(note.code == "ended_early" for note in self.notes)

    @property
    def damaged(self) -> bool:
        """Whether it is known that something within it is missing or overwritten."""
        return any(note.code == "damaged" for note in self.notes)

    def source(self) -> Source:
        """The part of the Result that describes the file."""
        return Source(
            name=self.name,
            kind=self.kind,
            bytes=self.bytes,
            sha256=self.sha256,
            seconds=None if self.seconds is None else round(self.seconds, 3),
            video=self.video,
            audio=self.audio,
        )
