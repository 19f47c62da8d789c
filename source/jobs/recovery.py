"""What a worker finds and puts right: jobs whose worker is gone, jobs nobody queued."""

import logging
import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from source.core.errors import WorkerLost
from source.jobs.queue import Queue
from source.store.job import Job
from source.store.table import JobTable

log = logging.getLogger(__name__)


class Watch:
    """Which of the jobs that run have been without a heartbeat for too long.

    A heartbeat is only asked whether it is still the same as before, and the time in between is
    counted by a steady clock of this process. So it does not matter how the clocks of machines
    differ, nor that one jumps.

    Parameters
    ----------
    seconds : float
        How long a job stays with a worker that is silent: the lease.
    steady : callable
        Tells seconds, and never goes back.
    """

    def __init__(self, seconds: float, *, steady: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._steady = steady
        self._seen: dict[str, tuple[tuple[str, datetime], float]] = {}

    def silent(self, running: Iterable[tuple[Job, str, datetime]]) -> set[str]:
        """The jobs of whose worker nothing was heard for that long, as far as this has looked."""
        moment = self._steady()
        seen = {}
        for job, worker, heartbeat in running:
            sign = (worker, heartbeat)
            last, since = self._seen.get(job.id, (sign, moment))
            seen[job.id] = (sign, since if last == sign else moment)
        self._seen = seen
        return {job_id for job_id, (_, since) in seen.items() if moment - since >= self._seconds}


def recover(
    table: JobTable,
    queue: Queue,
    *,
    worker: str,
    active: Callable[[], Collection[str]],
    watch: Watch,
    alone: bool,
    attempts: int,
    tidy: Callable[[str], None],
) -> int:
    """Let jobs of dead workers wait again, or end them; fill the queue with all that wait.

    Parameters
    ----------
    table, queue
        Where jobs are.
    worker : str
        The caller.
    active : callable
        Tells the jobs the caller is busy with. It is asked after the table was read, so that
        a job taken up in between is not mistaken for a lost one.
    watch : Watch
        Tells whose jobs have been without a heartbeat for too long.
    alone : bool
        Whether there can be no other worker: then whoever had a job is dead for certain.
    attempts : int
        How often a job is taken up before it is given up.
    tidy : callable
        Deletes what a dead worker may have left half-made of a job.

    Returns
    -------
    int
        How many jobs were put right.
    """
    count = 0
    running = table.running()
    silent = watch.silent(running)
    busy = active()
    for job, owner, _ in running:
        gone = job.id not in busy if owner == worker else alone or job.id in silent
        # It is the caller's first, so that no other worker tidies what is taken up again.
        if gone and table.adopt(job.id, of=owner, worker=worker):
            count += 1
            tidy(job.id)
            _resolve(table, job, worker, attempts)
    queued = queue.ids()
    for job_id in table.waiting_ids():
        if job_id not in queued:
            count += 1
            queue.put(job_id)
    return count


def _resolve(table: JobTable, job: Job, worker: str, attempts: int) -> None:
    log.warning("Job %s lost its worker in attempt %d.", job.id, job.attempts)
    if job.stopping:
        table.end(job.id, worker=worker, state="cancelled")
    elif job.attempts < attempts:
        table.release(job.id, worker=worker, count=True)
    else:
        error = WorkerLost(job.attempts).to_dict()["error"]
        table.end(job.id, worker=worker, state="failed", error=error)
