"""What the door to jobs stands on: the tables, the queue, the folders, and the look-up."""

from collections.abc import Callable
from datetime import datetime

from source.core.caller import Caller
from source.core.errors import NotFound
from source.core.figures import shortened
from source.settings import Settings
from source.store.job import Job, now

WORKER_LOCK = "worker.lock"
"""The file in DATA_DIR that the one worker holds."""


class Opened:
    """The store and the queue as one process has them open; `Jobs` is the whole door.

    Parameters
    ----------
    settings : Settings
        DATA_DIR, DATABASE_URL and the limits.
    clock : callable
        Tells the time in UTC.
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

    def worker_seen(self) -> datetime | None:
        """When a worker, wherever it runs, last said that it works; it does so every few seconds.

        One that shares this data folder says so always, one with a folder of its own only while
        it does a job.
        """
        signs = (self._worker.touched(), self._table.last_beat())
        return max((sign for sign in signs if sign is not None), default=None)
