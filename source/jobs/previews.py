"""How a browser is shown a job's recordings: themselves, or copies the worker makes of them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from source.core.errors import AverError, Cancelled, NotFound
from source.core.logs import about
from source.jobs.queue import Queue
from source.jobs.recordings import Known, Recordings
from source.settings import Settings
from source.store.job import Job
from source.store.previews import PreviewFiles
from source.store.table import JobTable
from source.store.uploads import Uploads

log = logging.getLogger(__name__)

QUEUE = "previews"
"""Name of the queue of copies: they wait behind each other, never before an analysis."""

_MADE = {".jpg": "image/jpeg", ".png": "image/png", ".mp4": "video/mp4", ".webm": "video/webm"}


def made_type(path: Path, *, element: str = "") -> str:
    """Media type of a copy or a drawing, which this program wrote: its ending tells.

    Parameters
    ----------
    path : Path
        Where it lies.
    element : str
        "audio" where it holds sound alone.

    Examples
    --------
    >>> made_type(Path("0.mp4"), element="audio")
    'audio/mp4'
    """
    kind = _MADE[path.suffix]
    return kind.replace("video", "audio") if element == "audio" else kind


@dataclass(frozen=True)
class Shown:
    """How one file of a job is shown.

    Attributes
    ----------
    path : Path or None
        What the browser is given (`Jobs.local` opens it); None where there is nothing yet that
        it could show.
    type : str
        Its media type.
    sort : str
        "image", "audio" or "video": the element it is shown in.
    copy : str
        Of a copy: "" where there is none, "asked", "ready" or "failed".
    why : str
        In a sentence why it failed.
    """

    path: Path | None
    type: str
    sort: str
    copy: str = ""
    why: str = ""


class Previews:
    """What is shown of every job's files.

    Parameters
    ----------
    settings : Settings
        The limits.
    uploads : Uploads
        Where recordings are.
    recordings : Recordings
        What is known of them.
    """

    def __init__(self, settings: Settings, uploads: Uploads, recordings: Recordings) -> None:
        self._settings = settings
        self._uploads = uploads
        self._recordings = recordings
        self._files = PreviewFiles(uploads.folder, uploads.storage)

    def look(self, job: Job, index: int) -> Shown:
        """How a file is shown now.

        Raises
        ------
        NotFound
            If it is not stored any more.
        """
        path = self._uploads.path(job.id, job.files[index])
        kind, element, plays = "", "video", False
        try:
            known = self._recordings.one(job, index)
            kind, element, plays = known.recording.media_type, known.element, known.plays
        except NotFound:
            raise
        except AverError:
            pass  # it was damaged since it came in, or an older release took it
        copy = self._files.copy(job.id, index)
        if copy is not None:
            return Shown(copy, made_type(copy, element=element), element, "ready")
        why = self._files.why_not(job.id, index)
        state = "asked" if self._files.asked(job.id, index) else "failed" if why else ""
        return Shown(path if plays else None, kind, element, state, why)

    def ask(self, job: Job, index: int, queue: Queue) -> Shown:
        """Have a copy made of a file, unless that was asked for already.

        Raises
        ------
        NotFound
            If it is not stored any more.
        DiskFull
            If there is no room.
        """
        shown = self.look(job, index)
        if shown.copy not in ("asked", "ready"):
            self._files.ask(job.id, index)
            queue.put(_entry(job.id, index))
        return self.look(job, index)

    # --- what a worker does --------------------------------------------------------------------

    def prepare(self, job: Job, files: Sequence[Known]) -> None:
        """Copy the pictures of a job that browsers do not show; a failure costs the job nothing."""
        for index, known in enumerate(files):
            if known.element != "image" or known.plays or self._files.copy(job.id, index):
                continue
            try:
                self._make(job, index, known, lambda: False)
            except AverError:
                pass  # the analysis reports what is wrong with it
            except Exception:
                log.warning("Job %s has no preview.", job.id, exc_info=True)

    def work(self, entry: str, *, table: JobTable, cancelled: Callable[[], bool]) -> None:
        """Make one copy that was asked for; one that is stopped waits for the next worker."""
        job_id, _, index = entry.partition("/")
        job = table.get(job_id)
        if job is None or not self._files.asked(job_id, int(index)):
            return
        try:
            known = self._recordings.one(job, int(index))
            self._make(job, int(index), known, cancelled)
        except Cancelled:
            pass
        except AverError as error:
            self._files.fail(job_id, int(index), str(error))
        except Exception:
            with about(names=job.names, job=job_id):
                log.error("No preview could be made of job %s.", job_id, exc_info=True)
            self._files.fail(job_id, int(index), "No copy could be made because of a server error.")
        finally:
            if table.exists(job_id):
                self._uploads.leave(job_id)
            else:  # deleted while it was copied
                self._uploads.delete(job_id)

    def recover(self, queue: Queue) -> None:
        """Queue every copy that was asked for and is not queued: its worker is gone."""
        queued = queue.ids()
        for job_id, index in self._files.waiting():
            if _entry(job_id, index) not in queued:
                queue.put(_entry(job_id, index))

    def _make(self, job: Job, index: int, known: Known, cancelled: Callable[[], bool]) -> None:
        from source.media.preview import preview

        self._uploads.fetch(known.recording.path)
        most = self._settings.limits().max_bytes
        place = self._files.place(job.id, index)
        made = preview(known.recording, place, most=most, cancelled=cancelled)
        self._files.publish(job.id, index, made)


def _entry(job_id: str, index: int) -> str:
    return f"{job_id}/{index}"
