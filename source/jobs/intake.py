"""What comes in: copied to disk, looked at, and refused with a sentence before it is a job."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from source.core.errors import NoFile
from source.core.ids import new_id
from source.jobs.recordings import STORED, Known, look_into
from source.settings import Settings
from source.store.names import display_name
from source.store.uploads import Uploads

if TYPE_CHECKING:
    from source.media import Recording

Sent = tuple[str, BinaryIO]

Files = Sequence[Sent]
"""What a person sent: what each file is called, and its content."""


@dataclass(frozen=True)
class Taken:
    """One file that is stored and can be analysed. `job_id` names the folder it lies in."""

    job_id: str
    path: Path
    known: Known

    @property
    def recording(self) -> "Recording":
        """What a probe found out about it."""
        return self.known.recording


class Intake:
    """Takes files in under the limits of the settings."""

    def __init__(self, uploads: Uploads, settings: Settings) -> None:
        self._uploads = uploads
        self._settings = settings

    def take(self, name: str, stream: BinaryIO) -> Taken:
        """Store one file and look at what it is.

        Raises
        ------
        BadRecording, TooLarge
            If it cannot be analysed; then nothing of it is left.
        """
        job_id = new_id()
        shown = display_name(name)
        limits = self._settings.limits()
        try:
            path = self._uploads.save(job_id, stream, name=shown, limit=limits.max_bytes)
            return Taken(job_id, path, look_into(path, shown, limits))
        except BaseException:
            self._uploads.delete(job_id)
            raise

    def take_again(self, files: Sequence[Known]) -> list[Taken]:
        """Give the files of a job, which are stored and known, to a new one."""
        job_id = new_id()
        try:
            paths = [self._uploads.share(known.recording.path, job_id) for known in files]
        except BaseException:
            self._uploads.delete(job_id)
            raise
        return [Taken(job_id, p, known.at(p)) for p, known in zip(paths, files, strict=True)]

    def lay_beside(self, job_id: str, normal: Known) -> dict[str, Any]:
        """Put the recording that a job's voice is read against into its folder; what is known."""
        path = self._uploads.share(normal.recording.path, job_id)
        self._uploads.keep(path)
        return {**normal.at(path).to_dict(self._uploads.stamp(path)), STORED: path.name}

    def facts(self, taken: Sequence[Taken]) -> dict[int, dict[str, Any]]:
        """Store the files of one job for every machine; gives what is known of each."""
        self._uploads.keep(*(one.path for one in taken))
        return {
            index: one.known.to_dict(self._uploads.stamp(one.path))
            for index, one in enumerate(taken)
        }

    def join(self, taken: Sequence[Taken]) -> list[Taken]:
        """Put the files of a pair into one folder, the picture first."""
        first, *others = sorted(taken, key=lambda t: t.recording.kind != "image")
        joined = [first]
        for other in others:
            path = first.path.with_name(other.path.name)
            os.replace(other.path, path)
            self._uploads.delete(other.job_id)
            joined.append(Taken(first.job_id, path, other.known.at(path)))
        return joined

    def drop(self, taken: Sequence[Taken]) -> None:
        """Delete what was taken in."""
        for one in taken:
            self._uploads.delete(one.job_id)


def given(files: Files) -> Files:
    """The files that are some: a form without a choice sends one without a name or content.

    Raises
    ------
    NoFile
        If none is left.
    """
    some = [(name, stream) for name, stream in files if name or not _is_empty(stream)]
    if not some:
        raise NoFile()
    return some


def _is_empty(stream: BinaryIO) -> bool:
    place = stream.tell()
    empty = not stream.read(1)
    stream.seek(place)
    return empty
