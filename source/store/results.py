"""Result files: one JSON document for each done job."""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from source.core.errors import NotFound, UnreadableRecord
from source.core.overall import completed
from source.core.result import Result
from source.store.files import forget, private_folder, sync_folder, write_aside
from source.store.reading import read, written
from source.store.trouble import storage_errors

log = logging.getLogger(__name__)


MOST_BYTES = 64_000_000
"""Bytes of the files of the Results that are kept in memory; one is kept whatever its size."""

Stamp = tuple[int, int]
"""Time of change (nanoseconds) and size of a file."""


class Recent:
    """The Results read last: a page, its parts and its downloads each ask for the same one."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Stamp, Result]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, job_id: str, stamp: Stamp) -> Result | None:
        """The Result of a job, if its file is still the one that was read."""
        with self._lock:
            kept = self._kept.get(job_id)
            if kept is None or kept[0] != stamp:
                return None
            self._kept.move_to_end(job_id)
            return kept[1]

    def keep(self, job_id: str, stamp: Stamp, result: Result) -> None:
        """Keep one, and drop those that were not asked for longest."""
        with self._lock:
            self._kept[job_id] = (stamp, result)
            self._kept.move_to_end(job_id)
            while len(self._kept) > 1 and self._bytes() > MOST_BYTES:
                self._kept.popitem(last=False)

    def forget(self, job_id: str) -> None:
        """Drop the Result of a job that is deleted."""
        with self._lock:
            self._kept.pop(job_id, None)

    def _bytes(self) -> int:
        return sum(size for (_, size), _ in self._kept.values())


class Results:
    """The folder ``results`` of the data folder."""

    def __init__(self, data: Path) -> None:
        self.folder = private_folder(data / "results")
        self._recent = Recent()

    def path(self, job_id: str) -> Path:
        """Where a job's result is, or would be."""
        return self.folder / f"{job_id}.json"

    def prepare(self, job_id: str, result: Result) -> tuple[Callable[[], None], Callable[[], None]]:
        """Write a result aside.

        Returns
        -------
        publish, discard : callable
            One puts it in its place in one step, the other deletes it if it is still aside.

        Raises
        ------
        DiskFull
            If there is no room; then nothing is left.
        """
        place = self.path(job_id)
        with storage_errors():
            aside = write_aside(place, written(result))

        def publish() -> None:
            os.replace(aside, place)
            sync_folder(self.folder)

        return publish, lambda: forget(aside)

    def read(self, job_id: str) -> Result:
        """A job's result.

        Raises
        ------
        NotFound
            If there is none.
        UnreadableRecord
            If it is damaged, or of a version this release does not know.
        """
        path = self.path(job_id)
        try:
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            known = self._recent.get(job_id, stamp)
            if known is None:
                known = completed(read(path.read_bytes()))
                self._recent.keep(job_id, stamp, known)
            return known
        except FileNotFoundError:
            raise NotFound(f"There is no result {job_id}.") from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("The result of job %s cannot be read.", job_id, exc_info=True)
            raise UnreadableRecord("result") from error

    def delete(self, job_id: str) -> None:
        """Delete a job's result, and what was written aside of it."""
        self._recent.forget(job_id)
        for path in self.folder.glob(f"{job_id}.json*"):
            forget(path)
