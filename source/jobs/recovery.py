"""What a worker finds and puts right: jobs whose worker is gone, jobs nobody queued."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from source.core.errors import WorkerLost
from source.jobs.queue import Queue
from source.store.job import Job
from source.store.table import JobTable

log = logging.getLogger(__name__)

ATTEMPTS = 2
"""How often a job is taken up before it is given up."""

SILENCE = timedelta(seconds=90)
"""After so long without a heartbeat, a worker on another data folder counts as gone."""


def recover(
    table: JobTable,
    queue: Queue,
    *,
    worker: str,
    active: Callable[[], Collection[str]],
    moment: datetime,
) -> int:
    """Let jobs of dead workers wait again, or end them; fill the queue with all that wait.

    Parameters
    ----------
    table, queue
        Where jobs are.
    worker : str
        The caller, ``<data folder>:<process>``. It holds the lock of its data folder, so
        any other worker of that folder is dead.
    active : callable
        Tells the jobs the caller is busy with. It is asked after the table was read, so that
        a job taken up in between is not mistaken for a lost one.
    moment : datetime
        The time, in UTC.

    Returns
    -------
    int
        How many jobs were put right.
    """
    home = worker.partition(":")[0]
    count = 0
    running = table.running()
    busy = active()
    for job, owner, heartbeat in running:
        mine = owner == worker
        ours = owner.partition(":")[0] == home
        gone = job.id not in busy if mine else ours or moment - heartbeat > SILENCE
        if gone:
            count += 1
            _resolve(table, job, owner)
    queued = queue.ids()
    for job_id in table.waiting_ids():
        if job_id not in queued:
            count += 1
            queue.put(job_id)
    return count


def _resolve(table: JobTable, job: Job, owner: str) -> None:
    log.warning("Job %s lost its worker in attempt %d.", job.id, job.attempts)
    if job.stopping:
        table.end(job.id, worker=owner, state="cancelled")
    elif job.attempts < ATTEMPTS:
        table.release(job.id, worker=owner, count=True)
    else:
        error = WorkerLost(job.attempts).to_dict()["error"]
        table.end(job.id, worker=owner, state="failed", error=error)
