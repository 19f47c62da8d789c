"""The queue: names of jobs on their way from the web processes to the workers.

It carries nothing else. What a job is and how it ended stands in the table, so a queue that
is lost can be filled again from there.
"""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from source.core.errors import BadRequest, DamagedDatabase
from source.store.database import BUSY_SECONDS, own_database
from source.store.files import forget
from source.store.trouble import kind_of, storage_errors

log = logging.getLogger(__name__)


class Queue:
    """huey on SQLite in the data folder, or on a Redis that machines share.

    Parameters
    ----------
    data : Path
        The data folder.
    work : callable, optional
        What a worker does with the name of a job; those who only put do not need it.
    url : str
        That of a Redis; a file in the data folder where it is empty.
    name : str
        Queues of different names do not know each other.

    Raises
    ------
    BadRequest
        If the URL makes no sense, or its driver is not installed.
    """

    def __init__(
        self,
        data: Path,
        *,
        work: Callable[[str], None] | None = None,
        url: str = "",
        name: str = "aver",
    ) -> None:
        from huey.registry import Message
        from huey.serializer import Serializer

        class Json(Serializer):
            """Messages as JSON: reading them can run nobody's code, as a pickle could."""

            def _serialize(self, data: Any) -> bytes:
                return json.dumps(list(data)).encode()

            def _deserialize(self, data: Any) -> Any:
                return Message(*json.loads(bytes(data)))

        self._huey = _redis(url, name, Json()) if url else _sqlite(data / "queue.db", name, Json())

        def analyse(job_id: str) -> None:
            if work is not None:
                work(job_id)

        self._task = self._huey.task(name="analyse")(analyse)

    def put(self, job_id: str) -> None:
        """Append a job."""
        self._task(job_id)

    def ids(self) -> set[str]:
        """The jobs in the queue."""
        return {task.args[0] for task in self._huey.pending()}

    def consumer(self, *, workers: int, patience: int) -> Any:
        """A huey consumer.

        Parameters
        ----------
        workers : int
            Its threads; threads, since Windows has no fork.
        patience : int
            Seconds it waits for them when it is stopped.
        """
        return self._huey.create_consumer(
            workers=workers,
            worker_type="thread",
            periodic=False,
            initial_delay=0.05,
            max_delay=0.5,
            shutdown_timeout=patience,
        )

    def close(self) -> None:
        """Close the connection; the next use opens a new one."""
        pool = getattr(self._huey.storage, "pool", None)
        if pool is not None:
            pool.disconnect()
        self._huey.storage.close()


def _sqlite(file: Path, name: str, serializer: Any) -> Any:
    """A queue in a file. A damaged one is made anew: the table knows what has to be in it."""
    from huey import SqliteHuey

    def make() -> Any:
        own_database(file)
        with storage_errors(file):
            return SqliteHuey(
                name,
                filename=str(file),
                results=False,
                timeout=BUSY_SECONDS,
                serializer=serializer,
            )

    try:
        return make()
    except DamagedDatabase:
        if not file.is_file():
            raise
        log.warning("The queue %s is damaged; it is made anew.", file)
        for end in ("", "-wal", "-shm"):
            forget(file.with_name(file.name + end))
        return make()


def _redis(url: str, name: str, serializer: Any) -> Any:
    """A queue in Redis; that it can be reached is found out when it is used."""
    kind = kind_of(url)
    try:
        from huey import RedisHuey

        return RedisHuey(name, url=url, results=False, serializer=serializer)
    except Exception as error:  # huey has errors of its own where there is no driver
        missing = "Redis" in type(error).__name__ or "install redis" in str(error)
        why = "its driver is not installed" if missing else "it is not a URL of a Redis"
        raise BadRequest(
            f"The setting QUEUE_URL, which begins with “{kind}”, cannot be used: {why}.",
            hint="Install requirements-scale.txt and see docs/scaling.md, or leave it empty.",
        ) from None
