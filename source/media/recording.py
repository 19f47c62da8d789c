"""A recording: a recognised file and its properties."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from source.core.analyses import KINDS
from source.core.limits import Limits
from source.core.result import AudioStream, Note, Source, VideoStream
from source.core.typed import fits, hints
from source.media.clock import Part
from source.media.sniff import media_type

VERSION = 1
"""Version of the written form. Raise it whenever a probe gives other facts of the same file."""


@dataclass(frozen=True, kw_only=True)
class Recording(Source):
    """A file that was recognised, and can be opened again.

    It is the `Source` of a Result with what is needed to read it; its `seconds` are not rounded.

    Attributes
    ----------
    path : Path
        Where it lies.
    animated : bool
        A picture of several frames, of which the first is read.
    promised : float or None
        The length in seconds that the header promises, where much less can be read.
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

    @property
    def media_type(self) -> str:
        """Its media type as browsers call it; "" where they know none."""
        return media_type(self.format, kind=self.kind)

    def source(self) -> Source:
        """The part of the Result that describes the file."""
        same = {f.name: getattr(self, f.name) for f in dataclasses.fields(Source)}
        seconds = None if self.seconds is None else round(self.seconds, 3)
        return Source(**{**same, "seconds": seconds})

    def to_dict(self) -> dict[str, Any]:
        """The written form: what a probe finds out, without `path` and `limits`."""
        written = {
            f.name: getattr(self, f.name)
            for f in dataclasses.fields(self)
            if f.name not in ("path", "limits")
        }
        return {
            **written,
            "version": VERSION,
            "video": None if self.video is None else vars(self.video),
            "audio": None if self.audio is None else vars(self.audio),
            "notes": [vars(note) for note in self.notes],
            "parts": [part.to_dict() for part in self.parts],
        }

    @classmethod
    def from_dict(cls, written: Mapping[str, Any], *, path: Path, limits: Limits) -> "Recording":
        """Read the written form back, without opening the file.

        Raises
        ------
        ValueError
            If it is of another version, or damaged: then the file has to be probed anew.
        """
        if written.get("version") != VERSION:
            raise ValueError(f"These facts have version {written.get('version')}, not {VERSION}.")
        video, audio = written.get("video"), written.get("audio")
        try:
            recording = cls(
                **{
                    **{name: value for name, value in written.items() if name != "version"},
                    "path": path,
                    "limits": limits,
                    "video": None if video is None else VideoStream(**video),
                    "audio": None if audio is None else AudioStream(**audio),
                    "notes": tuple(Note(**note) for note in written["notes"]),
                    "parts": tuple(Part.from_dict(part) for part in written["parts"]),
                }
            )
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise ValueError("These facts of a recording are damaged.") from error
        outside = ("path", "limits")  # they are given, not read
        kinds = {name: kind for name, kind in hints(cls).items() if name not in outside}
        typed = all(fits(kind, getattr(recording, name)) for name, kind in kinds.items())
        if not typed or recording.kind not in KINDS:
            raise ValueError("These facts of a recording are damaged.")
        return recording
