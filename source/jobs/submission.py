"""How recordings become jobs: stored, looked at, written down, queued."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from source.core.analyses import is_pair
from source.core.baseline import check_heard, sent
from source.core.caller import EXAMPLE
from source.core.errors import AverError, BadRequest, QueueFull, TooLarge
from source.core.ids import new_id
from source.core.options import Options
from source.core.progress import Progress
from source.jobs.fingerprint import fingerprint
from source.jobs.intake import Files, Intake, Sent, Taken, given
from source.jobs.queue import Queue
from source.jobs.recordings import Known, Recordings
from source.jobs.terms import Handed, Refused, Terms
from source.settings import Settings
from source.store.deliveries import owed
from source.store.job import Job
from source.store.names import display_name
from source.store.table import JobTable
from source.store.uploads import Uploads

log = logging.getLogger(__name__)

PLAIN = Terms()
"""How the pages hand jobs in: each file is analysed, and nobody is told."""


@dataclass(frozen=True)
class Order:
    """What is the same for all files that are handed in together."""

    options: Options
    owner: str
    terms: Terms
    normal: Known | None = None


class Submission:
    """What `Jobs.submit` and `Jobs.submit_each` do, which describe it."""

    def __init__(
        self,
        settings: Settings,
        *,
        table: JobTable,
        queue: Queue,
        uploads: Uploads,
        recordings: Recordings,
        clock: Callable[[], datetime],
    ) -> None:
        self._table = table
        self._queue = queue
        self._recordings = recordings
        self._clock = clock
        self._settings = settings
        self._intake = Intake(uploads, settings)
        self._most_files = int(settings.number("MAX_FILES"))
        self._most_waiting = int(settings.number("MAX_QUEUE"))
        self._kept = timedelta(hours=settings.number("RETENTION_HOURS"))
        self._backend = settings.text("BACKEND_URL")

    def one(
        self,
        files: Files,
        options: Options,
        owner: str,
        baseline: Sent | None = None,
        terms: Terms = PLAIN,
    ) -> Handed:
        """Make one job."""
        files, handed = given(files), Handed()
        with self._beside(baseline, Order(options, owner, terms)) as order:
            self._one(files, order, handed)
        return handed

    def _one(self, files: Files, order: Order, handed: Handed) -> None:
        self._check_models(order.options)
        if len(files) > 2:
            raise BadRequest(
                f"{len(files)} files were sent for one analysis.",
                hint="Send one recording, or one picture and one audio file.",
            )
        taken: list[Taken] = []
        try:
            self.check_room()
            for name, stream in files:
                taken.append(self._intake.take(name, stream))
            job = self._register(taken, order)
            handed.take(job, new={one.job_id for one in taken})
        except BaseException:
            self._intake.drop(taken)
            raise

    @contextmanager
    def _beside(self, baseline: Sent | None, order: Order) -> Iterator[Order]:
        """Store a recording of the speaker's normal voice while jobs are made that share it."""
        if baseline is None:
            yield order
            return
        self.check_room()
        taken = self._intake.take(*baseline)
        try:
            normal = taken.recording
            check_heard(normal.name, normal.kind, sound=normal.audio is not None)
            options = replace(order.options, baseline=sent(normal.name))
            yield replace(order, options=options, normal=taken.known)
        finally:
            self._intake.drop([taken])

    def again(self, job: Job, options: Options, owner: str) -> Job:
        """Make one job of the files of another, which are neither copied nor probed anew."""
        self._check_models(options)
        self.check_room()
        normal = (
            self._recordings.baseline(job) if options.baseline == job.options.baseline else None
        )
        taken = self._intake.take_again(self._recordings.all(job))
        try:
            return self._register(taken, Order(options, owner, PLAIN, normal))
        except BaseException:
            self._intake.drop(taken)
            raise

    def each(
        self,
        files: Files,
        options: Options,
        owner: str,
        baseline: Sent | None = None,
        terms: Terms = PLAIN,
    ) -> Handed:
        """Make a job of each file, or of a pair."""
        files = given(files)
        self._check_models(options)
        if len(files) > self._most_files:
            raise TooLarge.number(len(files), self._most_files)
        two = options.analysis == "combined" and len(files) == 2
        handed = Handed()
        with self._beside(baseline, Order(options, owner, terms)) as order:
            (self._two if two else self._apart)(files, order, handed)
        handed.refusals = self.refuse(handed.refused, order.options, owner)
        return handed

    def refuse(self, refused: Refused, options: Options, owner: str) -> list[Job]:
        """Write down what was refused, so that its reason can be read later; not its content."""
        moment = self._clock()
        jobs: list[Job] = []
        for name, error in refused:
            job = Job(
                id=new_id(),
                session=owner,
                names=(display_name(name),),
                analysis=options.analysis,
                options=options,
                state="refused",
                created=moment,
                expires=moment + self._kept,
                error=error.to_dict()["error"],
            )
            jobs.append(job)
            try:
                self._table.refuse(job)
            except AverError:  # the disk is full, say: the caller still reports the refusal
                log.warning("A refused file was not written down.", exc_info=True)
        return jobs

    def _apart(self, files: Files, order: Order, handed: Handed) -> None:
        """Each file by itself."""
        for name, stream in files:
            try:
                self._one(given([(name, stream)]), order, handed)
            except AverError as error:
                handed.refused.append((display_name(name), error))

    def _two(self, files: Files, order: Order, handed: Handed) -> None:
        """Two files for a combined analysis: a pair, or two recordings."""
        taken: list[Taken] = []
        try:
            for name, stream in files:
                try:
                    self.check_room()
                    taken.append(self._intake.take(name, stream))
                except AverError as error:
                    handed.refused.append((display_name(name), error))
            pair = is_pair(one.recording.kind for one in taken)
            for group in [taken] if pair else [[one] for one in taken]:
                try:
                    job = self._register(group, order)
                    handed.take(job, new={one.job_id for one in group})
                except AverError as error:
                    self._intake.drop(group)
                    handed.refused.append((group[0].recording.name, error))
        except BaseException:
            mine = {job.id for job in handed.jobs}
            self._intake.drop([one for one in taken if one.job_id not in mine])
            raise

    def _register(self, taken: list[Taken], order: Order) -> Job:
        """Make a job of files that are stored; it owns them from then on.

        Where another job will do, the files are dropped and that one is given.
        """
        from source.analysis import check_part, fitting

        options, owner, normal = order.options, order.owner, order.normal
        recordings = [one.recording for one in taken]
        analysis = fitting(recordings, options.analysis)
        check_part(recordings, options)
        if len({one.job_id for one in taken}) > 1:
            taken = self._intake.join(taken)
        recordings = [one.recording for one in taken]
        moment = self._clock()
        job = Job(
            id=taken[0].job_id,
            session=owner,
            names=tuple(recording.name for recording in recordings),
            files=tuple(one.path.name for one in taken),
            analysis=analysis,
            options=options,
            state="waiting",
            created=moment,
            expires=moment + self._kept,
            progress=Progress(total=recordings[0].seconds),
            kind=recordings[0].kind,
            seconds=recordings[0].seconds,
        )
        known = self._intake.facts(taken)
        beside = None if normal is None else self._intake.lay_beside(job.id, normal)
        told = owed(job.id, order.terms.webhook, self._backend if owner != EXAMPLE else "", moment)
        there = self._table.add(
            job,
            most_waiting=self._most_waiting,
            recordings=known,
            baseline=beside,
            fingerprint=fingerprint(
                recordings,
                options,
                self._settings,
                normal=None if normal is None else normal.recording,
            ),
            reuse=order.terms.reuse,
            beside=told,
        )
        if there is not None:
            self._intake.drop(taken)
            return there
        self._enqueue(job.id)
        log.info("Job %s was handed in.", job.id)
        return job

    def _enqueue(self, job_id: str) -> None:
        try:
            self._queue.put(job_id)
        except Exception:
            # The worker looks for jobs that wait without being in the queue.
            log.warning("Job %s was written down but not queued.", job_id, exc_info=True)

    def _check_models(self, options: Options) -> None:
        """Refuse what every file would be refused for."""
        from source.analysis import check_models

        check_models(options, self._settings)

    def check_room(self) -> None:
        """Refuse before anything is copied; `JobTable.add` decides."""
        waiting = self._table.waiting()
        if waiting >= self._most_waiting:
            raise QueueFull(waiting)
