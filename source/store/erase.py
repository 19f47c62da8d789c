"""Deleting jobs: row, recording, result."""

import logging
from collections.abc import Sequence

from source.core.errors import AverError, DiskFull
from source.store.results import Results
from source.store.table import JobTable
from source.store.uploads import Uploads

log = logging.getLogger(__name__)


def erase(job_ids: Sequence[str], *, table: JobTable, uploads: Uploads, results: Results) -> None:
    """Delete jobs with all their files.

    The rows go first: without its row no worker can publish a result any more, and files that
    are left when we are cut off are orphans, which the sweeper finds. But a database on a full
    disk cannot even delete; then the files make room first. In the end nothing of the rows is
    left in the database's files either; if others are in the way, the sweeper sees to it.
    """
    if not job_ids:
        return
    try:
        table.remove(job_ids)
    except DiskFull:
        _erase_files(job_ids, uploads, results)
        table.remove(job_ids)
    _erase_files(job_ids, uploads, results)
    scrub(table)


def scrub(table: JobTable) -> bool:
    """Leave nothing of deleted rows in the database's files; gives whether that is so now."""
    try:
        return table.scrub()
    except AverError:
        log.warning("The database could not be scrubbed yet.", exc_info=True)
        return False


def _erase_files(job_ids: Sequence[str], uploads: Uploads, results: Results) -> None:
    for job_id in job_ids:
        uploads.delete(job_id)
        results.delete(job_id)
