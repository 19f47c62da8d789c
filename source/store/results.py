"""Result files: one JSON document for each done job."""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path

from source.core.errors import NotFound, UnreadableRecord
from source.core.overall import completed
from source.core.result import Result
from source.store.files import forget, private_folder, sync_folder, write_aside
from source.store.trouble import storage_errors

log = logging.getLogger(__name__)


class Results:
    """The folder ``results`` of the data folder."""

    def __init__(self, data: Path) -> None:
        self.folder = private_folder(data / "results")

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
        text = json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False)
        with storage_errors():
            aside = write_aside(place, text.encode())

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
        try:
            return completed(Result.from_dict(json.loads(self.path(job_id).read_text("utf-8"))))
        except FileNotFoundError:
            raise NotFound(f"There is no result {job_id}.") from None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("The result of job %s cannot be read.", job_id, exc_info=True)
            raise UnreadableRecord("result") from error

    def delete(self, job_id: str) -> None:
        """Delete a job's result, and what was written aside of it."""
        for path in self.folder.glob(f"{job_id}.json*"):
            forget(path)
