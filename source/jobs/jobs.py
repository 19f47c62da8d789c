"""The one door to jobs: hand in, look, cancel, read, delete."""

import logging
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from source.core.caller import Caller
from source.core.edits import Edits
from source.core.errors import (
    AverError,
    BadRequest,
    Cancelled,
    DiskFull,
    NotFound,
    NotReady,
    UnreadableRecord,
)
from source.core.figures import shortened
from source.core.names import stem
from source.core.options import Options
from source.core.result import Result
from source.jobs.terms import Handed, Terms
from source.settings import Settings
from source.store.job import Job, now
from source.store.names import display_name

if TYPE_CHECKING:
    from source.drawing.excerpts import Excerpts
    from source.jobs.previews import Shown
    from source.media import Recording
    from source.store.delivery import Delivery
    from source.store.requests import Known

log = logging.getLogger(__name__)

JobList = list[Job]
NameList = list[str]
RefusedList = list[tuple[str, AverError]]
"""Files no job was made of, by the name to show, and why."""

DeliveryList = list["Delivery"]

DrawingList = tuple[list[Path], list[str]]
"""Drawings by name; in sentences what could not be drawn."""

TRIES = 5
"""How often a change of a result is tried where others change it at the same moment."""

WORKER_LOCK = "worker.lock"
"""The file in DATA_DIR that the one worker holds."""

UNDO = timedelta(minutes=1)
"""How long a deleted job can be brought back before it is erased."""


class Jobs:
    """Jobs of every caller; each method sees those of one.

    Parameters
    ----------
    settings : Settings
        DATA_DIR, DATABASE_URL and the limits.
    clock : callable
        Tells the time in UTC; given by tests of what time does.

    Attributes
    ----------
    service : Service
        What those who run the server ask: whether it can take jobs, how many there are.

    Notes
    -----
    May be shared by threads. No model is loaded here.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = now) -> None:
        from source.jobs.previews import QUEUE, Previews
        from source.jobs.queue import Queue
        from source.jobs.recordings import Recordings
        from source.jobs.service import Service
        from source.jobs.submission import Submission
        from source.store.database import Database
        from source.store.deliveries import DeliveryTable
        from source.store.files import data_folder
        from source.store.lock import FileLock
        from source.store.opening import open_storage
        from source.store.requests import RequestTable
        from source.store.results import Results
        from source.store.table import JobTable
        from source.store.trouble import storage_errors
        from source.store.uploads import Uploads

        place, url = settings.path("DATA_DIR"), settings.text("QUEUE_URL")
        with storage_errors(place):
            data = self._data = data_folder(place)
            storage = open_storage(settings, data, role="web")
            self._database = Database(settings.text("DATABASE_URL"), folder=data)
            self._queue = Queue(data, url=url)
            self._copies = Queue(data, url=url, name=QUEUE)
            self._table = JobTable(self._database, clock=clock)
            self._deliveries = DeliveryTable(self._database, clock=clock)
            self._requests = RequestTable(self._database, clock=clock)
            self._uploads = Uploads(data, storage)
            recordings = self._recordings = Recordings(settings, self._uploads, self._table)
            self._previews = Previews(settings, self._uploads, recordings)
            self._results = Results(data, storage)
            self._worker = FileLock(data / WORKER_LOCK)
            self.service = Service(
                data, table=self._table, queue=self._queue, worker_seen=self.worker_seen
            )
        self._clock = clock
        self._submission = Submission(
            settings,
            table=self._table,
            queue=self._queue,
            uploads=self._uploads,
            recordings=recordings,
            clock=clock,
        )

    def close(self) -> None:
        """Close the connections of this process."""
        self._queue.close()
        self._copies.close()
        self._database.close()

    # --- in ----------------------------------------------------------------------------------

    def check_room(self, size: int = 0) -> None:
        """Refuse before anything is read; `submit` and `submit_each` decide.

        Parameters
        ----------
        size : int
            Bytes that are about to be sent.

        Raises
        ------
        QueueFull
            If no more jobs may wait.
        DiskFull
            If the disk has no room for so much.
        """
        from source.store.trouble import storage_errors

        self._submission.check_room()
        with storage_errors():
            if shutil.disk_usage(self._data).free < size:
                raise DiskFull()

    def submit(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        options: Options,
        caller: Caller,
        *,
        baseline: tuple[str, BinaryIO] | None = None,
    ) -> Job:
        """Hand in one recording, or one picture and one audio file that belong together.

        `baseline` is another recording, in which the speaker sounds as usual. It is stored and
        deleted with the job, and read by its analysis alone.

        Raises
        ------
        BadRecording, TooLarge
            If a file cannot be analysed (so).
        BadRequest
            If there are several files that are no pair.
        Unavailable
            If the queue or the disk is full. Whatever is raised, nothing is left on disk.
        """
        return self._submission.one(files, options, caller.owner, baseline).jobs[0]

    def submit_each(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        options: Options,
        caller: Caller,
        *,
        baseline: tuple[str, BinaryIO] | None = None,
    ) -> tuple[JobList, RefusedList]:
        """Hand in several recordings, each a job of its own; good ones go on without bad ones.

        Where `options` ask for a combined analysis of exactly one picture and one audio file, the
        two become one job. Each job has a `baseline` of its own, as `submit` has.

        Returns
        -------
        jobs : list of Job
            In the order of the files.
        refused : list of (str, AverError)
            Files of which no job was made, by the name to show, and why. Each is also written
            down as a job that is refused, without its content.

        Raises
        ------
        NoFile
            If there is none.
        TooLarge
            If there are more than MAX_FILES.
        BadRecording, TooLarge
            If the baseline is none (so): then no job is made.
        """
        handed = self._submission.each(files, options, caller.owner, baseline)
        return handed.jobs, handed.refused

    def hand_in(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        options: Options,
        caller: Caller,
        terms: Terms,
        *,
        baseline: tuple[str, BinaryIO] | None = None,
        together: bool = False,
    ) -> Handed:
        """Hand in several recordings as `submit_each` does, on terms: a program's door.

        With `together` they are one job, as in `submit`. Raises what the other two raise.
        """
        make = self._submission.one if together else self._submission.each
        handed = make(files, options, caller.owner, baseline, terms)
        for job_id in handed.reused if terms.webhook else ():
            self._deliveries.add(job_id, terms.webhook)
        return handed

    def again(self, job_id: str, caller: Caller, **changes: Any) -> Job:
        """Hand the recording of a job in once more, with the same options but `changes`.

        It is neither copied nor probed anew.

        Raises
        ------
        NotFound
            If there is no such job, or its recording is no longer stored.
        UnreadableRecord
            If the job is damaged, or another release wrote its options.
        Unavailable
            If the queue or the disk is full.
        """
        job = self.get(job_id, caller)
        if not job.readable:
            raise UnreadableRecord("entry")
        if not job.files:
            raise NotFound(f"There is no recording in job {job_id}.")
        return self._submission.again(job, replace(job.options, **changes), caller.owner)

    # --- out ---------------------------------------------------------------------------------

    def get(self, job_id: str, caller: Caller) -> Job:
        """One job.

        Raises
        ------
        NotFound
            If there is none of that name, or it is another caller's.
        """
        job = self._table.get(job_id, owner=caller.owner)
        if job is None:
            raise NotFound(f"There is no job “{shortened(job_id)}”.")
        return job

    def list(
        self, caller: Caller, *, limit: int = 50, before: str | None = None, **facts: Any
    ) -> JobList:
        """A caller's jobs, newest first; `before` is the last one of the page before.

        Parameters
        ----------
        facts : object
            Only those with these: `state`, `kind`, `analysis`; created `since` or `until` a time.
        """
        self._erase_due(caller)
        return self._table.page(caller.owner, limit=limit, before=before, **facts)

    def result(self, job_id: str, caller: Caller) -> Result:
        """What a job found.

        Raises
        ------
        NotFound
            If there is no such job; `NotReady` if it waits or runs.
        AverError
            What it failed with or was refused for; `Cancelled` if it was.
        """
        job = self.get(job_id, caller)
        if job.state in ("failed", "refused") and job.error:
            raise AverError.from_dict(job.error)
        if job.state == "cancelled":
            raise Cancelled()
        if not job.over:
            raise NotReady(f"“{job.names[0]}” is still being analysed.")
        return self._results.read(job.id)

    def variables(self, job_ids: Iterable[str], caller: Caller) -> dict[str, dict[str, str]]:
        """The variables of a caller's jobs, by job: participant, condition, and so on."""
        return self._table.variables(caller.owner, job_ids)

    def set_variables(self, of: Mapping[str, Mapping[str, str]], caller: Caller) -> None:
        """Write down the variables of a caller's jobs, in place of those they had.

        They are kept and deleted with the job. Another caller's jobs are left alone.
        """
        self._table.note_variables(caller.owner, of)

    # --- what its owner changes in a result ------------------------------------------------------

    def edits(self, job_id: str, caller: Caller) -> Edits:
        """What was changed in a job's result by hand.

        Raises
        ------
        NotFound
            If there is no such job.
        UnreadableRecord
            If a newer release wrote it, or it is damaged.
        """
        return Edits.from_dict(self._table.edits(self.get(job_id, caller).id))

    def edit(self, job_id: str, caller: Caller, change: Callable[[Edits], Edits]) -> Edits:
        """Change the edits of a job's result, and the headline in the list of jobs with them.

        `change` takes the edits and gives others; it is called again where another request
        changed them meanwhile.

        Raises
        ------
        NotFound
            If there is no such job, or it has no result.
        ImpossibleEdit
            If a change makes no sense; then nothing is changed.
        UnreadableRecord
            If a newer release wrote the edits, or they are damaged.
        """
        from source.core.edited import applied
        from source.jobs.headline import headline

        measured = self.result(job_id, caller)
        for _ in range(TRIES):
            stored = self._table.edits(job_id)
            edits = change(Edits.from_dict(stored))
            shown = headline(applied(measured, edits.done))
            if self._table.change_edits(job_id, stored, edits.to_dict(), headline=shown):
                return edits
        self.get(job_id, caller)  # it may be deleted by now
        raise BadRequest(
            "This result was changed from several places at once.", hint="Reload the page."
        )

    def find(self, file_name: str, caller: Caller) -> Job:
        """The newest done job of a file of that name, with or without its ending.

        Raises
        ------
        NotFound
            If there is none.
        """
        before = None
        wanted = {file_name, display_name(file_name)}  # as it was sent, and as it was kept
        while page := self._table.page(caller.owner, limit=200, before=before, state="done"):
            for job in page:
                if any(wanted & {name, stem(name)} for name in job.names):
                    return job
            before = page[-1].id
        raise NotFound(
            f"“{file_name[:150]}” has not been analysed.",
            hint="Upload it first. Results are deleted after some time.",
        )

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

    def drawings(self, job_id: str, caller: Caller) -> DrawingList:
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

    def webhooks(self, job_ids: Iterable[str], caller: Caller) -> "dict[str, DeliveryList]":
        """The webhooks of a caller's jobs, by job; those without any are absent."""
        mine = [job_id for job_id in job_ids if self._table.get(job_id, owner=caller.owner)]
        return self._deliveries.of(mine) if mine else {}

    def begin_request(self, caller: Caller, key: str, payload: str) -> "Known | None":
        """Write down that a request with a key is worked on; the one before, if there was one.

        `key` and `payload` are digests, of the key and of all that was sent.
        """
        return self._requests.begin(caller.owner, key, payload)

    def end_request(self, caller: Caller, key: str, answer: dict[str, Any] | None) -> None:
        """Keep what was answered; nothing where the request failed, so that it can come again."""
        self._requests.end(caller.owner, key, answer)

    def waiting(self) -> int:
        """How many jobs wait, of all callers.

        Raises
        ------
        Unavailable
            If the database does not answer.
        """
        return self._table.waiting()

    def ahead(self, job: Job) -> int:
        """How many jobs, of any caller, are done before a waiting one; 0 if it does not wait."""
        return self._table.ahead(job.id) if job.state == "waiting" else 0

    def worker_seen(self) -> datetime | None:
        """When a worker, wherever it runs, last said that it works; it does so every few seconds.

        One that shares this data folder says so always, one with a folder of its own only while
        it does a job.
        """
        signs = (self._worker.touched(), self._table.last_beat())
        return max((sign for sign in signs if sign is not None), default=None)

    # --- away ----------------------------------------------------------------------------------

    def cancel(self, job_id: str, caller: Caller) -> Job:
        """Stop a job: at once while it waits, within moments while it runs.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        job = self.get(job_id, caller)
        self._table.ask_to_stop(job.id)
        return self.get(job_id, caller)

    def delete(self, job_id: str, caller: Caller) -> None:
        """Delete a job with its recording and its result; one that runs is stopped.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        from source.store.erase import erase

        job = self.get(job_id, caller)
        erase([job.id], table=self._table, uploads=self._uploads, results=self._results)

    def delete_all(self, caller: Caller) -> NameList:
        """Delete every job of a caller, as `delete` does; gives their names."""
        from source.store.erase import erase

        ids = self._table.ids_of(caller.owner)
        erase(ids, table=self._table, uploads=self._uploads, results=self._results)
        return ids

    def put_away(self, job_id: str, caller: Caller) -> bool:
        """Delete a job so that it can be undone: it is hidden at once and erased after `UNDO`.

        A job that is not over, or was refused, is erased at once. Gives whether it can be undone.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        job = self.get(job_id, caller)
        if self._table.put_away(job.id, until=self._clock() + UNDO):
            return True
        self.delete(job_id, caller)
        return False

    def put_all_away(self, caller: Caller) -> NameList:
        """Delete every job of a caller, as `put_away` does; gives their names."""
        from source.store.erase import erase

        ids, until = self._table.ids_of(caller.owner), self._clock() + UNDO
        already = {job.id for job in self._table.away(caller.owner)}
        at_once = [i for i in ids if i not in already and not self._table.put_away(i, until=until)]
        erase(at_once, table=self._table, uploads=self._uploads, results=self._results)
        return ids

    def put_back(self, caller: Caller, job_id: str | None = None) -> NameList:
        """Undo the deletion of one job, or of all that can still be undone; gives their names.

        One that is back already, as after a second click, is there too.

        Raises
        ------
        NotFound
            If there is nothing to bring back.
        """
        back = self._table.put_back(caller.owner, job_id)
        if back:
            return back
        try:
            return [self.get(job_id or "", caller).id]
        except NotFound:
            raise NotFound("It was erased already.", hint="Send the recording again.") from None

    def away(self, caller: Caller) -> JobList:
        """A caller's deleted jobs that can be brought back until they expire, newest first."""
        self._erase_due(caller)
        return [job for job in self._table.away(caller.owner) if job.expires > self._clock()]

    def erase_away(self, caller: Caller) -> None:
        """Erase now what could still be brought back."""
        from source.store.erase import erase

        ids = [job.id for job in self._table.away(caller.owner)]
        erase(ids, table=self._table, uploads=self._uploads, results=self._results)

    def _erase_due(self, caller: Caller) -> None:
        """Erase what can no longer be brought back; the worker's sweeper does so for everybody."""
        from source.store.erase import erase

        due = [j.id for j in self._table.away(caller.owner) if j.expires <= self._clock()]
        try:
            erase(due, table=self._table, uploads=self._uploads, results=self._results)
        except AverError:  # the database is busy, say: the list is shown all the same
            log.warning("What was deleted could not be erased yet.", exc_info=True)

    # --- files no job was made of ---------------------------------------------------------------

    def refuse(self, refused: RefusedList, options: Options, caller: Caller) -> None:
        """Write down files that were not even handed in: each is a refused job with its reason."""
        self._submission.refuse(refused, options, caller.owner)

    def unread(self, caller: Caller) -> JobList:
        """A caller's refused files whose reason was not dismissed yet, oldest first."""
        return self._table.unread(caller.owner)

    def dismiss(self, caller: Caller) -> None:
        """Mark a caller's refused files as read; they stay in the list of its jobs."""
        self._table.dismiss(caller.owner)
