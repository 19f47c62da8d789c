"""What is known of a job's files: found out once, when they come in, and kept with the job.

Whoever needs it (analysis, drawings, copies, pages) gets it from here. A file is looked into
again only if what was kept is of another version, or the file is not the one that came in.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from source.core import baseline as kinds
from source.core.analyses import KINDS
from source.core.errors import AverError
from source.core.limits import Limits
from source.settings import Settings
from source.store.job import Job
from source.store.storage import Stamp
from source.store.table import JobTable
from source.store.uploads import Uploads

if TYPE_CHECKING:
    from source.media import Recording

log = logging.getLogger(__name__)

STORED, GONE = "stored", "gone"
"""Where the facts of a baseline have its name on disk, and a name that no file has."""


@dataclass(frozen=True)
class Known:
    """What is known of one file.

    Attributes
    ----------
    recording : Recording
        What a probe found out: kind, length, streams, SHA-256, damage.
    element : str
        "image", "audio" or "video": what a page shows it in.
    plays : bool
        Whether browsers show the file itself; else they need a copy.
    """

    recording: "Recording"
    element: str
    plays: bool

    def at(self, path: Path) -> "Known":
        """The same of the file after it was moved."""
        return replace(self, recording=replace(self.recording, path=path))

    def to_dict(self, stamp: Stamp) -> dict[str, Any]:
        """The written form, with the stamp that tells whether the file is still the same."""
        return {
            "recording": self.recording.to_dict(),
            "element": self.element,
            "plays": self.plays,
            "file": list(stamp),
        }

    @classmethod
    def from_dict(
        cls, written: Mapping[str, Any], path: Path, limits: Limits, stamp: Stamp
    ) -> "Known":
        """Read the written form back.

        Raises
        ------
        ValueError
            If it is damaged, of another version, or the file has changed since.
        """
        from source.media import Recording

        try:
            if written["file"] != list(stamp):
                raise ValueError("The file has changed.")
            recording = Recording.from_dict(written["recording"], path=path, limits=limits)
            element, plays = written["element"], written["plays"]
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("These facts of a file are damaged.") from error
        if element not in tuple(KINDS) or not isinstance(plays, bool):
            raise ValueError("These facts of a file are damaged.")
        return cls(recording, element, plays)


def look_into(path: Path, name: str, limits: Limits) -> Known:
    """Find out what a file is.

    Raises
    ------
    BadRecording, TooLarge
        If it cannot be analysed.
    """
    from source.media import probe
    from source.media.preview import shown_as

    recording = probe(path, name=name, limits=limits)
    _, element, plays = shown_as(recording)
    return Known(recording, element, plays)


class Recordings:
    """What is known of every job's files.

    Parameters
    ----------
    settings : Settings
        The limits.
    uploads, table
        Where the files are, and what was found out about them.
    """

    def __init__(self, settings: Settings, uploads: Uploads, table: JobTable) -> None:
        self._settings = settings
        self._uploads = uploads
        self._table = table

    def one(self, job: Job, index: int) -> Known:
        """What is known of one file, in the order of the job's names.

        Raises
        ------
        NotFound
            If the file is not stored any more.
        BadRecording, TooLarge
            If it had to be looked into again, and cannot be analysed.
        """
        return self._known(job, index, self._table.recordings(job.id))

    def all(self, job: Job) -> list[Known]:
        """What is known of each file of a job; raises what `one` raises."""
        facts = self._table.recordings(job.id)
        return [self._known(job, index, facts) for index in range(len(job.files))]

    def fetched(self, job: Job) -> list[Known]:
        """The same as `all`, with the files on this machine."""
        files = self.all(job)
        for known in files:
            self._uploads.fetch(known.recording.path)
        return files

    def baseline(self, job: Job) -> "Known | None":
        """What is known of the recording that a job's voice is to be read against, if one was sent.

        It is on this machine then.

        Raises
        ------
        NotFound
            If it is not stored any more: a name alone is never looked up on this machine.
        BadRecording, TooLarge
            If it had to be looked into again, and cannot be analysed.
        """
        facts = self._table.baseline(job.id)
        named = kinds.file(job.options.baseline)
        if named is None or (facts is None and named == self._settings.text("BASELINE")):
            return None
        path = self._uploads.path(job.id, str((facts or {}).get(STORED, GONE)))
        limits = self._settings.limits()
        self._uploads.fetch(path)
        try:
            return Known.from_dict(facts or {}, path, limits, self._uploads.stamp(path))
        except ValueError:
            return look_into(path, named, limits)

    def _known(self, job: Job, index: int, facts: Mapping[int, Mapping[str, Any]]) -> Known:
        path = self._uploads.path(job.id, job.files[index])
        limits = self._settings.limits()
        if (written := facts.get(index)) is not None:
            try:
                return Known.from_dict(written, path, limits, self._uploads.stamp(path))
            except ValueError:
                log.info("File %d of job %s is looked into again.", index, job.id)
        known = look_into(self._uploads.fetch(path), job.names[index], limits)
        try:
            facts_now = known.to_dict(self._uploads.stamp(path))
            self._table.note_recording(job.id, index, facts_now)
        except AverError:  # the disk is full, say: the next one looks again
            log.warning("What is known of job %s was not written down.", job.id)
        return known
