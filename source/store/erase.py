"""Deleting jobs: row, recording, result."""

from collections.abc import Sequence

from source.core.errors import DiskFull
from source.store.results import Results
from source.store.table import JobTable
from source.store.uploads import Uploads


def erase(
    job_ids: Sequence[str], *, table: JobTable, uploads: Uploads, results: Results
) -> None:
    """Delete jobs with all their files.

    The rows go first: without its row no worker can publish a result any more, and files that
    are left when we are cut off are orphans, which the sweeper finds. But a database on a full
    disk cannot even delete; then the files make room first.
    """
    try:
        table.remove(job_ids)
    except DiskFull:
        _erase_files(job_ids, uploads, results)
        table.remove(job_ids)
    _erase_files(job_ids, uploads, results)


def _erase_files(job_ids: Sequence[str], uploads: Uploads, results: Results) -> None:
    for job_id in job_ids:
        uploads.delete(job_id)
        results.delete(job_id)
