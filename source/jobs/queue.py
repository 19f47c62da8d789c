"""The queue: names of jobs on their way from the web process to the worker.

It carries nothing else. What a job is and how it ended stands in the table, so a queue that
is lost can be filled again from there.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from source.store.database import BUSY_SECONDS, own_database
from source.store.trouble import storage_errors


class Queue:
    """huey on SQLite in the data folder.

    Parameters
    ----------
    data : Path
        The data folder.
    work : callable, optional
        What a worker does with the name of a job; those who only put do not need it.
    name : str
        Queues of different names do not know each other.
    """

    def __init__(
        self, data: Path, *, work: Callable[[str], None] | None = None, name: str = "aver"
    ) -> None:
        from huey import SqliteHuey
        from huey.registry import Message
        from huey.serializer import Serializer

        class Json(Serializer):
            """Messages as JSON: reading them can run nobody's code, as a pickle could."""

            def _serialize(self, data: Any) -> bytes:
                return json.dumps(list(data)).encode()

            def _deserialize(self, data: Any) -> Any:
                return Message(*json.loads(bytes(data)))

        file = data / "queue.db"
        own_database(file)
        with storage_errors(file):
            self._huey = SqliteHuey(
                name,
                filename=str(file),
                results=False,
                timeout=BUSY_SECONDS,
                serializer=Json(),
            )

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
        self._huey.storage.close()
