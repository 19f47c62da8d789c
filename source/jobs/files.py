"""The files of a job: recordings, the copies that browsers play, drawings, faces, excerpts."""

from pathlib import Path
from typing import TYPE_CHECKING

from source.core.caller import Caller
from source.core.errors import NotFound, NotReady
from source.jobs.opened import Opened

if TYPE_CHECKING:
    from source.drawing.excerpts import Excerpts
    from source.jobs.previews import Shown
    from source.media import Recording


class JobFiles(Opened):
    """The part of the door by which the files of jobs are found."""

    def local(self, path: Path) -> Path:
        """A file that another method of this class named, on this machine: to be opened now.

        Where several machines share a store it may have to be fetched from there.

        Raises
        ------
        NotFound
            If it is not stored any more.
        Unavailable
            If the store does not respond.
        """
        return self._uploads.fetch(path)

    def upload_path(self, job_id: str, caller: Caller, index: int = 0) -> Path:
        """Where a job's file is stored, in the order of its names; `local` opens it.

        Raises
        ------
        NotFound
            If there is no such job, or not so many files.
        """
        job = self.get(job_id, caller)
        if not 0 <= index < len(job.files):
            raise NotFound(f"There is no file {index} in job {job_id}.")
        return self._uploads.path(job.id, job.files[index])

    def shown(self, job_id: str, caller: Caller, index: int = 0) -> "Shown":
        """How a browser is shown a job's file, in the order of its names.

        Raises
        ------
        NotFound
            If there is no such job, or not so many files.
        """
        job = self.get(job_id, caller)
        self.upload_path(job_id, caller, index)
        return self._previews.look(job, index)

    def ask_for_copy(self, job_id: str, caller: Caller, index: int = 0) -> "Shown":
        """Have a copy made that any browser plays, where that was not done yet.

        Raises
        ------
        NotFound
            If there is no such job, or not so many files.
        NotReady
            If its analysis has not ended.
        DiskFull
            If there is no room.
        """
        job = self.get(job_id, caller)
        self.upload_path(job_id, caller, index)
        if not job.over:
            raise NotReady(f"“{job.names[0]}” is still being analysed.")
        return self._previews.ask(job, index, self._copies)

    def drawings(self, job_id: str, caller: Caller) -> tuple[list[Path], list[str]]:
        """What was drawn beside a job's result, by name (`local` opens it); what could not be.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        return self._uploads.drawings(self.get(job_id, caller).id)

    def faces(self, job_id: str, caller: Caller) -> dict[int, Path]:
        """The face of each person at the moment it was read best, by number (`local` opens it).

        Raises
        ------
        NotFound
            If there is no such job.
        """
        return self._uploads.faces(self.get(job_id, caller).id)

    def excerpts(self, job_id: str, caller: Caller) -> "Excerpts":
        """What can be taken out of a job's files: its picture, stretches of its sound.

        Raises
        ------
        NotFound
            If there is no such job, or its recording is no longer stored.
        """
        from source.drawing.excerpts import Excerpts

        job = self.get(job_id, caller)
        for index in range(max(1, len(job.files))):
            self.upload_path(job_id, caller, index)

        def find() -> "list[Recording]":
            return [known.recording for known in self._recordings.fetched(job)]

        return Excerpts(find, blur_faces=job.options.blur_faces)
