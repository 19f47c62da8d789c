"""Waiting within a request until a job is over."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import current_app, request

from source.core.caller import Caller
from source.jobs import Job
from source.web import work
from source.web.streams import Streams

FIRST, LONGEST = 0.05, 0.5
"""Seconds between two looks at a job: they grow from the first to the longest."""


class Waits:
    """The requests of this process that wait: each keeps one thread of the server busy.

    Parameters
    ----------
    most : int
        So many may wait at once; to more than these it is told at once that the job goes on.
    """

    def __init__(self, *, most: int = 4) -> None:
        self.most = most
        self._waiting = 0
        self._lock = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[bool]:
        """A place for a request that waits; whether there was one."""
        with self._lock:
            free = self._waiting < self.most
            self._waiting += free
        try:
            yield free
        finally:
            with self._lock:
                self._waiting -= free


def spare(seconds: float) -> float:
    """How long a request may wait that need not: a server of one thread would be deaf meanwhile."""
    return seconds if request.environ.get("wsgi.multithread") else 0.0


def wait_for(job_id: str, caller: Caller, *, seconds: float) -> Job:
    """The job when it is over, or as it is after so many seconds or when no more may wait.

    Raises
    ------
    NotFound
        If there is no such job, or it is deleted meanwhile.
    """
    return wait_for_all([work.jobs().get(job_id, caller)], caller, seconds=seconds)[0]


def wait_for_all(some: Sequence[Job], caller: Caller, *, seconds: float) -> list[Job]:
    """The jobs when all are over, or as they are after so many seconds or when no more may wait.

    Raises
    ------
    NotFound
        If one of them is deleted meanwhile.
    """
    waits: Waits = current_app.extensions["waits"]
    streams: Streams = current_app.extensions["streams"]
    end, pause = time.monotonic() + seconds, FIRST
    jobs = list(some)
    with waits.place() as free:
        while free and not all(job.over for job in jobs):
            left = end - time.monotonic()
            if left <= 0 or not streams.pause(min(pause, left)):
                break
            jobs = [job if job.over else work.jobs().get(job.id, caller) for job in jobs]
            pause = min(LONGEST, pause * 1.5)
    return jobs
