"""What those who run the server ask of it: can it take jobs, and how many are there."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from source.core.errors import AverError
from source.jobs.queue import Queue
from source.store.files import forget, write_aside
from source.store.job import now
from source.store.table import JobTable

LEAST_FREE = 200_000_000
"""Bytes that have to be free for a server to take recordings."""

SILENT = timedelta(seconds=60)
"""A worker that was not seen for so long counts as away; it gives a sign every few seconds."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        database, queue, folder or worker.
    wrong : str
        What is wrong, in a few words without places or names; empty where it is well.
    needed : bool
        Whether no job can be taken without it.
    """

    name: str
    wrong: str = ""
    needed: bool = True


class Service:
    """Looks at what the jobs of this process stand on; changes nothing."""

    def __init__(
        self,
        data: Path,
        *,
        table: JobTable,
        queue: Queue,
        worker_seen: Callable[[], datetime | None],
    ) -> None:
        self._data = data
        self._table = table
        self._queue = queue
        self._worker_seen = worker_seen

    def counts(self) -> dict[str, int]:
        """How many jobs there are of each state, whoever owns them."""
        return self._table.counts()

    def queued(self) -> int:
        """How many jobs are in the queue."""
        return len(self._queue.ids())

    def free(self) -> int:
        """Bytes that are free where the recordings lie."""
        return shutil.disk_usage(self._data).free

    def worker_age(self) -> float | None:
        """Seconds since a worker gave a sign; None if none ever did."""
        seen = self._worker_seen()
        return None if seen is None else max(0.0, (now() - seen).total_seconds())

    def checks(self) -> list[Check]:
        """Everything that has to be well for a recording to be analysed."""
        return [
            _look("database", self._table.waiting),
            _look("queue", self.queued),
            _look("folder", self._write),
            self._look_for_worker(),
        ]

    def _write(self) -> None:
        if self.free() < LEAST_FREE:
            raise AverError("The disk is almost full.")
        forget(write_aside(self._data / "probe", b"x"))

    def _look_for_worker(self) -> Check:
        """A worker may start later: what is handed in meanwhile waits for it."""
        try:
            age = self.worker_age()
        except Exception:
            age = None
        away = age is None or age > SILENT.total_seconds()
        return Check("worker", "No worker gives a sign." if away else "", needed=False)


def _look(name: str, what: Callable[[], object]) -> Check:
    try:
        what()
    except AverError as error:
        return Check(name, error.message)
    except Exception as error:  # whatever a driver raises: it does not work
        return Check(name, f"It failed ({type(error).__name__}).")
    return Check(name)
