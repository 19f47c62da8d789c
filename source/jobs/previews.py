"""How a browser is shown a job's recordings: themselves, or copies the worker makes of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from source.core.errors import AverError, Cancelled, DiskFull, NotFound
from source.jobs.queue import Queue
from source.settings import Settings
from source.store.job import Job
from source.store.previews import PreviewFiles
from source.store.table import JobTable
from source.store.uploads import Uploads

log = logging.getLogger(__name__)

QUEUE = "previews"
"""Name of the queue of copies: they wait behind each other, never before an analysis."""

COPY_TYPES = {
    (".jpg", "image"): "image/jpeg",
    (".mp4", "video"): "video/mp4",
    (".mp4", "audio"): "audio/mp4",
    (".webm", "video"): "video/webm",
    (".webm", "audio"): "audio/webm",
}


@dataclass(frozen=True)
class Shown:
    """How one file of a job is shown.

    Attributes
    ----------
    path : Path or None
        What the browser is given; None where there is nothing yet that it could show.
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


def media_type(path: Path) -> str | None:
    """Media type of a file by its content, where it could be for a browser; else None.

    Only sound, pictures and video are ever named: nothing here can be a page or a script.
    """
    from source.media.sniff import HEAD, sniff_file
    from source.media.sniff import media_type as named

    with path.open("rb") as file:
        container = sniff_file(file)
        file.seek(0)
        return named(container, file.read(HEAD)) or None if container is not None else None


class Previews:
    """What is shown of every job's files.

    Parameters
    ----------
    settings : Settings
        The limits.
    uploads : Uploads
        Where recordings are.
    """

    def __init__(self, settings: Settings, uploads: Uploads) -> None:
        self._settings = settings
        self._uploads = uploads
        self._files = PreviewFiles(uploads.folder)

    def look(self, job: Job, index: int) -> Shown:
        """How a file is shown now.

        Raises
        ------
        NotFound
            If it is not stored any more.
        """
        path = self._uploads.path(job.id, job.files[index])
        facts = self._files.facts(job.id, index)
        if facts is None and job.over:
            facts = self._look_into(job, index)  # of a job that an older release did
        if facts is None:  # nobody has looked into it yet
            kind = media_type(path) or ""
            sort = kind.partition("/")[0] or "video"
            if sort == "video" and job.kind == "audio":
                sort = "audio"  # a sound in a container that could hold pictures
            early = (
                "image/jpeg",
                "image/png",
                "image/webp",
                "image/gif",
                "image/bmp",
                "video/mp4",
                "video/webm",
                "audio/mpeg",
                "audio/wav",
            )
            return Shown(path if kind in early else None, kind, sort)
        copy = self._files.copy(job.id, index)
        sort, kind = str(facts["sort"]), str(facts["type"])
        if copy is not None:
            return Shown(copy, COPY_TYPES[copy.suffix, sort], sort, "ready")
        why = self._files.why_not(job.id, index)
        state = "asked" if self._files.asked(job.id, index) else "failed" if why else ""
        return Shown(path if facts["plays"] else None, kind, sort, state, why)

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

    def prepare(self, job: Job) -> None:
        """Write down how a job's files are shown; copy pictures that browsers do not show.

        Whatever goes wrong costs the job nothing.
        """
        for index in range(len(job.files)):
            try:
                facts = self._files.facts(job.id, index) or self._look_into(job, index)
                done = self._files.copy(job.id, index) is not None
                if facts and facts["sort"] == "image" and not facts["plays"] and not done:
                    self._make(job, index, lambda: False)
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
            self._make(job, int(index), cancelled)
        except Cancelled:
            pass
        except AverError as error:
            self._files.fail(job_id, int(index), str(error))
        except Exception:
            log.error("No preview could be made of job %s.", job_id, exc_info=True)
            self._files.fail(job_id, int(index), "No copy could be made: that is our fault.")
        finally:
            if table.get(job_id) is None:  # deleted while it was copied
                self._uploads.delete(job_id)

    def recover(self, queue: Queue) -> None:
        """Queue every copy that was asked for and is not queued: its worker is gone."""
        queued = queue.ids()
        for job_id, index in self._files.waiting():
            if _entry(job_id, index) not in queued:
                queue.put(_entry(job_id, index))

    def _make(self, job: Job, index: int, cancelled: Callable[[], bool]) -> None:
        from source.media import probe
        from source.media.preview import preview

        limits = self._settings.limits()
        recording = probe(
            self._uploads.path(job.id, job.files[index]), name=job.names[index], limits=limits
        )
        place = self._files.place(job.id, index)
        made = preview(recording, place, most=limits.max_bytes, cancelled=cancelled)
        self._files.publish(job.id, index, made)

    def _look_into(self, job: Job, index: int) -> dict[str, object]:
        from source.media import probe
        from source.media.preview import shown_as

        try:
            path = self._uploads.path(job.id, job.files[index])
            limits = self._settings.limits()
            recording = probe(path, name=job.names[index], limits=limits)
            kind, sort, plays = shown_as(recording)
        except NotFound:
            raise
        except AverError:  # it cannot be read at all, and need not be looked into again
            kind, sort, plays = "", "video", False
        facts: dict[str, object] = {"type": kind, "sort": sort, "plays": plays}
        try:
            self._files.note(job.id, index, facts)
        except DiskFull:
            log.warning("How job %s is shown was not written down.", job.id)
        return facts


def _entry(job_id: str, index: int) -> str:
    return f"{job_id}/{index}"
