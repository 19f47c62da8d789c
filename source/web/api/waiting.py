"""Waiting for the end of jobs in an open request, in as many threads as a server can spare."""

import time
from collections.abc import Sequence

from flask import current_app, request

from source.jobs import Job
from source.web.callers import caller
from source.web.streams import Streams
from source.web.work import jobs


def wait(some: Sequence[Job], seconds: float) -> list[Job]:
    """The jobs when they are over, or after so many seconds; sooner where the server is busy.

    Raises
    ------
    NotFound
        If one of them is deleted meanwhile.
    """
    current = list(some)
    if seconds <= 0 or all(job.over for job in current):
        return current
    streams: Streams = current_app.extensions["streams"]
    release = streams.take(caller().owner) if request.environ.get("wsgi.multithread") else None
    if release is None:
        return current
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end and streams.wait(1):
            current = [job if job.over else jobs().get(job.id, caller()) for job in current]
            if all(job.over for job in current):
                break
        return current
    finally:
        release()
