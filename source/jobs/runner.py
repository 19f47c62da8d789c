"""What a worker does with a job: take it up, analyse, end it one way or another."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from source.core.errors import (
    AverError,
    Cancelled,
    DiskFull,
    TimedOut,
    Unavailable,
    UnreadableRecord,
    Unwritable,
)
from source.core.logs import about
from source.core.options import Options
from source.core.progress import Cancelled as Asked
from source.core.progress import OnProgress, Progress
from source.core.result import Result
from source.jobs import metrics
from source.jobs.drawings import Draw, cut_out_faces, draw_beside, until_drawn
from source.jobs.headline import headline
from source.jobs.previews import Previews
from source.jobs.recordings import Recordings
from source.jobs.run import CANCELLED, SHUT_DOWN, TIMED_OUT, JobRun
from source.settings import Settings
from source.store.job import Job, now
from source.store.results import Results
from source.store.table import JobTable
from source.store.uploads import Uploads

if TYPE_CHECKING:
    from source.media import Recording

log = logging.getLogger(__name__)

PATIENCE = (1.0, 3.0, 10.0)
"""Seconds between tries to write down a result while the database is away."""


class Analyse(Protocol):
    """What does the work: `source.analysis.analyse`, or something that stands in for it."""

    def __call__(
        self,
        recordings: "Sequence[Recording]",
        options: Options,
        *,
        settings: Settings,
        on_progress: OnProgress,
        cancelled: Asked,
        normal: "Recording | None" = None,
    ) -> Result:
        """Analyse recordings; raise `Cancelled` soon after `cancelled()` is true.

        `normal` is given where the job has a recording of the speaker's normal voice.
        """


class Runner:
    """Does jobs for one worker. May be called by several threads.

    Parameters
    ----------
    settings : Settings
        JOB_MINUTES, RETENTION_HOURS and all that the analysis reads.
    table, uploads, results
        Where jobs, recordings and results are.
    worker : str
        The worker's name.
    analyse : Analyse
        What does the work.
    shutting_down : callable
        Whether the worker has to end: then its jobs wait for the next one.
    draw : Draw, optional
        What draws; `source.drawing.draw` by default.
    pause : callable
        Waits so many seconds.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        table: JobTable,
        uploads: Uploads,
        results: Results,
        worker: str,
        analyse: Analyse,
        shutting_down: Callable[[], bool],
        draw: Draw | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._pause = pause
        self.worker = worker
        self._settings = settings
        self._table = table
        self._uploads = uploads
        self._results = results
        self._analyse = analyse
        self._shutting_down = shutting_down
        self._draw_with = draw
        self._recordings = Recordings(settings, uploads, table)
        self._previews = Previews(settings, uploads, self._recordings)
        self._seconds = settings.number("JOB_MINUTES") * 60
        self._runs: set[JobRun] = set()
        self._lock = threading.Lock()

    def runs(self) -> list[JobRun]:
        """The jobs under way."""
        with self._lock:
            return list(self._runs)

    def active(self) -> set[str]:
        """The names of the jobs under way."""
        return {run.job_id for run in self.runs()}

    def work(self, job_id: str) -> None:
        """Do one job to its end, whatever that is; one that does not wait is left alone."""
        run = JobRun(
            job_id,
            worker=self.worker,
            table=self._table,
            seconds=self._seconds,
            shutting_down=self._shutting_down,
        )
        with self._lock:
            self._runs.add(run)  # before it is taken up: a running job is always known
        try:
            job = None if self._shutting_down() else self._table.take_up(job_id, worker=self.worker)
            if job is not None:
                run.taken_up()
                metrics.stage("waiting", (now() - job.created).total_seconds())
                with about(names=job.names, job=job.id):
                    self._do(job, run)
        finally:
            run.over()
            with self._lock:
                self._runs.discard(run)
            if self._table.exists(job_id):
                self._uploads.leave(job_id)
            else:  # deleted while its file was open here
                self._uploads.delete(job_id)

    def tidy(self, job_id: str) -> None:
        """Delete what a worker that died left half-made of a job."""
        self._uploads.tidy(job_id)
        self._results.tidy(job_id)

    def _do(self, job: Job, run: JobRun) -> None:
        log.info("Job %s is taken up.", job.id)
        try:
            self.tidy(job.id)
            if not job.readable:
                raise UnreadableRecord("entry")
            files = self._recordings.fetched(job)
            self._previews.prepare(job, files)
            recordings = [known.recording for known in files]
            normal = self._recordings.baseline(job)
            beside = {} if normal is None else {"normal": normal.recording}
            result = self._analyse(
                recordings,
                job.options,
                settings=self._settings,
                on_progress=until_drawn(run.report) if job.options.drawn else run.report,
                cancelled=run.cancelled,
                **beside,
            )
            cut_out_faces(job, run, recordings, result, uploads=self._uploads)
            if job.options.drawn:
                draw_beside(
                    job, run, recordings, result,
                    settings=self._settings, uploads=self._uploads, draw=self._draw_with,
                )  # fmt: skip
            self._publish(job, result)
        except Exception as error:
            self._give_up(job, run, error)

    def _publish(self, job: Job, result: Result) -> None:
        publish, discard = self._results.prepare(job.id, replace(result, id=job.id))
        finish = partial(
            self._table.finish,
            job.id,
            worker=self.worker,
            publish=publish,
            kept=timedelta(hours=self._settings.number("RETENTION_HOURS")),
            analysis=result.analysis,
            seconds=result.source.seconds,
            headline=headline(result),
            progress=dict(vars(_last(result))),
        )
        try:
            done = self._patiently(finish)
        finally:
            discard()
        if not done:
            raise Cancelled()
        log.info("Job %s is done.", job.id)
        metrics.ended("done")
        metrics.recorded(result.analysis, result.source.seconds)

    def _patiently(self, finish: Callable[[], bool]) -> bool:
        """End a job well, also where the database is away for a moment: the work is done.

        Where it ended although the answer was lost, the second try finds it over, and changes
        nothing.
        """
        for wait in PATIENCE:
            try:
                return finish()
            except (DiskFull, Unwritable):  # somebody has to do something about it
                raise
            except Unavailable:
                log.warning("A result could not be written down; trying again in %g s.", wait)
                self._pause(wait)
        return finish()

    def _give_up(self, job: Job, run: JobRun, error: Exception) -> None:
        """Say how a job ended that has no result."""
        why = run.why or (CANCELLED if isinstance(error, Cancelled) else None)
        if why is not None:
            self.stop(job.id, why)
        else:
            if isinstance(error, MemoryError):
                error = AverError(
                    "The analysis ran out of memory.",
                    hint="Send a shorter or smaller recording.",
                )
            elif not isinstance(error, AverError):
                log.error("Job %s broke.", job.id, exc_info=error)
                error = AverError(
                    f"The analysis of “{job.names[0]}” failed because of a server error."
                )
            self._fail(job.id, error)

    def stop(self, job_id: str, why: str) -> None:
        """Write down that one of this worker's jobs was stopped, and what follows from why."""
        if why == SHUT_DOWN:
            self._table.release(job_id, worker=self.worker, count=False)
        elif why == TIMED_OUT:
            self._fail(job_id, TimedOut(self._seconds))
        else:
            self._table.end(job_id, worker=self.worker, state="cancelled")
            metrics.ended("cancelled")

    def _fail(self, job_id: str, error: AverError) -> None:
        log.info("Job %s failed: %s.", job_id, error.code)
        metrics.ended("failed")
        metrics.error("job", error.code)
        written = error.to_dict()["error"]
        self._table.end(job_id, worker=self.worker, state="failed", error=written)


def _last(result: Result) -> Progress:
    faces = sum(len(p.segments) for p in result.face.people) if result.face else 0
    return Progress(
        stage="done",
        seconds=result.source.seconds or 0.0,
        total=result.source.seconds,
        faces=faces,
        utterances=len(result.voice.segments) if result.voice else 0,
    )
