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
from source.store.storage import Disk, Stamp, Storage
from source.store.trouble import storage_errors

log = logging.getLogger(__name__)


MOST_BYTES = 64_000_000
"""Bytes of the files of the Results that are kept in memory; one is kept whatever its size."""


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
        return sum(size for (size, _), _ in self._kept.values())


class Results:
    """The folder ``results``: of the data folder, or of the store that machines share.

    Parameters
    ----------
    data : Path
        The data folder.
    storage : Storage, optional
        Where files are kept; in the data folder by default.
    """

    def __init__(self, data: Path, storage: Storage | None = None) -> None:
        self.storage: Storage = storage or Disk(data)
        self.folder = private_folder(self.storage.folder / "results")
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
            with storage_errors():
                os.replace(aside, place)
                sync_folder(self.folder)
                self.storage.keep(place)
                self.storage.leave(place)

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
            stamp = self.storage.stamp(path)
            known = self._recent.get(job_id, stamp)
            if known is None:
                known = completed(read(self.storage.fetch(path).read_bytes()))
                self._recent.keep(job_id, stamp, known)
            return known
        except FileNotFoundError:
            raise NotFound(f"There is no result {job_id}.") from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("The result of job %s cannot be read.", job_id, exc_info=True)
            raise UnreadableRecord("result") from error

    def tidy(self, job_id: str) -> None:
        """Delete what a worker that died left half-written of a job's result."""
        for path in self.folder.glob(f"{job_id}.json.*.tmp"):
            forget(path)

    def delete(self, job_id: str) -> None:
        """Delete a job's result, and what was written aside of it."""
        self._recent.forget(job_id)
        self.tidy(job_id)
        self.storage.forget(self.path(job_id))
