"""The one door to jobs: hand in, look, cancel, read, delete."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from source.core.errors import (
    AverError,
    BadRequest,
    Cancelled,
    NotFound,
    NotReady,
    QueueFull,
    TooLarge,
)
from source.core.options import Options
from source.core.progress import Progress
from source.core.result import Result
from source.jobs.intake import Files, Intake, Taken, given, is_pair
from source.settings import Settings
from source.store.job import Job, now
from source.store.names import display_name, stem

log = logging.getLogger(__name__)

JobList = list[Job]
TakenList = list[Taken]
RefusedList = list[tuple[str, AverError]]
"""Files no job was made of, by the name to show, and why."""


class Jobs:
    """Jobs of every session; each method sees those of one.

    Parameters
    ----------
    settings : Settings
        DATA_DIR, DATABASE_URL and the limits.
    clock : callable
        Tells the time in UTC; given by tests of what time does.

    Notes
    -----
    May be shared by threads. No model is loaded here.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = now) -> None:
        from source.jobs.queue import Queue
        from source.store.database import Database
        from source.store.files import private_folder
        from source.store.results import Results
        from source.store.table import JobTable
        from source.store.trouble import told
        from source.store.uploads import Uploads

        self._settings = settings
        self._clock = clock
        self._told = told
        with told():
            data = private_folder(settings.path("DATA_DIR"))
            self._database = Database(settings.text("DATABASE_URL"), folder=data)
            self._queue = Queue(data)
            self._table = JobTable(self._database, clock=clock)
            self._uploads = Uploads(data)
            self._results = Results(data)
        self._intake = Intake(self._uploads, settings)

    def close(self) -> None:
        """Close the connections of this process."""
        self._queue.close()
        self._database.close()

    # --- in ----------------------------------------------------------------------------------

    def submit(
        self, files: Sequence[tuple[str, BinaryIO]], options: Options, session: str
    ) -> Job:
        """Hand in one recording, or one picture and one sound that belong together.

        Raises
        ------
        BadRecording, TooLarge
            If a file cannot be analysed (so).
        BadRequest
            If there are several files that are no pair.
        Unavailable
            If the queue or the disk is full. Whatever is raised, nothing is left on disk.
        """
        files = given(files)
        if len(files) > 2:
            raise BadRequest(
                f"{len(files)} files were sent for one analysis.",
                hint="Send one recording, or one picture and one sound.",
            )
        taken: TakenList = []
        try:
            with self._told():
                self._check_room()
                for name, stream in files:
                    taken.append(self._intake.take(name, stream))
                return self._register(self._intake.join(taken), options, session)
        except BaseException:
            self._intake.drop(taken)
            raise

    def submit_each(
        self, files: Sequence[tuple[str, BinaryIO]], options: Options, session: str
    ) -> tuple[JobList, RefusedList]:
        """Hand in several recordings, each a job of its own; good ones go on without bad ones.

        Where `options` ask for a combined analysis of exactly one picture and one sound, the
        two become one job.

        Returns
        -------
        jobs : list of Job
            In the order of the files.
        refused : list of (str, AverError)
            Files of which no job was made, by the name to show, and why.

        Raises
        ------
        NoFile
            If there is none.
        TooLarge
            If there are more than MAX_FILES.
        """
        files = given(files)
        most = int(self._settings.number("MAX_FILES"))
        if len(files) > most:
            raise TooLarge(
                f"{len(files)} files were sent at once; the limit is {most}.",
                hint="Send fewer at a time.",
            )
        if options.analysis == "combined" and len(files) == 2:
            return self._submit_two(files, options, session)
        jobs: JobList = []
        refused: RefusedList = []
        for name, stream in files:
            try:
                jobs.append(self.submit([(name, stream)], options, session))
            except AverError as error:
                refused.append((display_name(name), error))
        return jobs, refused

    # --- out ---------------------------------------------------------------------------------

    def get(self, job_id: str, session: str) -> Job:
        """One job.

        Raises
        ------
        NotFound
            If there is none of that name, or it is another session's.
        """
        job = self._table.get(job_id, owner=session)
        if job is None:
            raise NotFound(f"There is no job {job_id[:40]}.")
        return job

    def list(self, session: str, *, limit: int = 50, before: str | None = None) -> JobList:
        """A session's jobs, newest first; `before` is the last one of the page before."""
        return self._table.page(session, limit=limit, before=before)

    def result(self, job_id: str, session: str) -> Result:
        """What a job found.

        Raises
        ------
        NotFound
            If there is no such job; `NotReady` if it waits or runs.
        AverError
            What it failed with, if it failed; `Cancelled` if it was.
        """
        job = self.get(job_id, session)
        if job.state == "failed" and job.error:
            raise AverError.from_dict(job.error)
        if job.state == "cancelled":
            raise Cancelled()
        if not job.over:
            raise NotReady(f"“{job.names[0]}” is still being analysed.")
        return self._results.read(job.id)

    def find(self, file_name: str, session: str) -> Job:
        """The newest done job of a file of that name, with or without its ending.

        Raises
        ------
        NotFound
            If there is none.
        """
        before = None
        while page := self._table.page(session, limit=200, before=before, state="done"):
            for job in page:
                if any(file_name in (name, stem(name)) for name in job.names):
                    return job
            before = page[-1].id
        raise NotFound(
            f"There is no analysis of “{file_name[:150]}”.",
            hint="Upload it first; results are deleted after some time.",
        )

    def upload_path(self, job_id: str, session: str, index: int = 0) -> Path:
        """Where a job's file is stored, in the order of its names.

        Raises
        ------
        NotFound
            If there is no such job, or not so many files.
        """
        job = self.get(job_id, session)
        if not 0 <= index < len(job.files):
            raise NotFound(f"There is no file {index} in job {job_id}.")
        return self._uploads.path(job.id, job.files[index])

    # --- away --------------------------------------------------------------------------------

    def cancel(self, job_id: str, session: str) -> Job:
        """Stop a job: at once while it waits, within moments while it runs.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        job = self.get(job_id, session)
        with self._told():
            self._table.ask_to_stop(job.id)
        return self.get(job_id, session)

    def delete(self, job_id: str, session: str) -> None:
        """Delete a job with its recording and its result; one that runs is stopped.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        job = self.get(job_id, session)
        with self._told():
            self._table.remove([job.id])  # first: from now on no result can be published
        self._results.delete(job.id)
        self._uploads.delete(job.id)

    # --- inside ------------------------------------------------------------------------------

    def _check_room(self) -> None:
        waiting = self._table.waiting()
        if waiting >= self._settings.number("MAX_QUEUE"):
            raise QueueFull(waiting)

    def _submit_two(
        self, files: Files, options: Options, session: str
    ) -> tuple[JobList, RefusedList]:
        """Two files for a combined analysis: a pair, or two recordings."""
        jobs: JobList = []
        refused: RefusedList = []
        taken: TakenList = []
        try:
            for name, stream in files:
                try:
                    with self._told():
                        self._check_room()
                        taken.append(self._intake.take(name, stream))
                except AverError as error:
                    refused.append((display_name(name), error))
            for group in [taken] if is_pair(taken) else [[one] for one in taken]:
                try:
                    with self._told():
                        group = self._intake.join(group)
                        jobs.append(self._register(group, options, session))
                except AverError as error:
                    self._intake.drop(group)
                    refused.append((group[0].recording.name, error))
        except BaseException:
            mine = {job.id for job in jobs}
            self._intake.drop([one for one in taken if one.job_id not in mine])
            raise
        return jobs, refused

    def _register(
        self, taken: TakenList, options: Options, session: str
    ) -> Job:
        """Make a job of files that are stored."""
        from source.analysis import fitting

        recordings = [one.recording for one in taken]
        moment = self._clock()
        job = Job(
            id=taken[0].job_id,
            session=session,
            names=tuple(recording.name for recording in recordings),
            files=tuple(one.path.name for one in taken),
            analysis=fitting(recordings, options.analysis),
            options=options,
            state="waiting",
            created=moment,
            expires=moment + timedelta(hours=self._settings.number("RETENTION_HOURS")),
            progress=Progress(total=recordings[0].seconds),
            kind=recordings[0].kind,
            seconds=recordings[0].seconds,
        )
        self._table.add(job, most_waiting=int(self._settings.number("MAX_QUEUE")))
        try:
            self._queue.put(job.id)
        except Exception:
            # The worker looks for jobs that wait without being in the queue.
            log.warning("Job %s was written down but not queued.", job.id, exc_info=True)
        return job
