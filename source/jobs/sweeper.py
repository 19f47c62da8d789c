"""Deletes what has expired, and files that belong to no job."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from source.store.erase import erase, scrub
from source.store.files import forget
from source.store.results import Results
from source.store.table import JobTable
from source.store.uploads import Uploads

log = logging.getLogger(__name__)

GRACE = timedelta(hours=1)
"""Files younger than this may belong to a job that is just being handed in."""


def sweep(
    table: JobTable, uploads: Uploads, results: Results, *, moment: datetime, kept: timedelta
) -> int:
    """Delete expired jobs with their files, and orphaned files.

    Parameters
    ----------
    table, uploads, results
        Where jobs, recordings and results are.
    moment : datetime
        The time, in UTC.
    kept : timedelta
        How long a job is kept of which that is no longer known.

    Returns
    -------
    int
        How many jobs and orphans were deleted.
    """
    expired = table.expired(kept)
    erase(expired, table=table, uploads=uploads, results=results)
    orphans = _orphans(table, uploads.folder, moment) + _orphans(table, results.folder, moment)
    for path in orphans:
        forget(path)
    scrub(table)  # also after what others deleted while somebody was reading
    if expired or orphans:
        log.info("Swept %d expired jobs and %d orphaned files.", len(expired), len(orphans))
    return len(expired) + len(orphans)


def _orphans(table: JobTable, folder: Path, moment: datetime) -> list[Path]:
    """Old entries of a folder that belong to no job, and old temporary files."""
    old = [p for p in folder.iterdir() if _age(p, moment) > GRACE]
    kept = table.ids() if old else set()
    return [p for p in old if p.name.partition(".")[0] not in kept or p.suffix == ".tmp"]


def _age(path: Path, moment: datetime) -> timedelta:
    try:
        return moment - datetime.fromtimestamp(path.stat().st_mtime, moment.tzinfo)
    except FileNotFoundError:  # deleted by its owner meanwhile
        return timedelta(0)
