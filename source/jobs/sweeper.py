"""Deletes what has expired, and files that belong to no job."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from source.core.ids import made
from source.store.erase import erase, scrub
from source.store.job import now
from source.store.results import Results
from source.store.storage import Storage
from source.store.table import JobTable
from source.store.uploads import Uploads

log = logging.getLogger(__name__)

GRACE = timedelta(hours=1)
"""Files younger than this may belong to a job that is just being handed in."""

JUMP = timedelta(minutes=2)
"""A clock that goes ahead by more than this between two looks has jumped."""

ORPHANS_EVERY = 30 * 60.0
"""Seconds between two looks for orphans in a store that machines share: it may be large."""


def _steady() -> float:
    """Seconds that go on while the machine sleeps, too, where the system can tell."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class Trust:
    """Whether the clock of the machine may be believed: by it, recordings are deleted.

    A clock that jumps ahead, by a fault or by hand, would make everything expire at once. After a
    jump nothing is deleted for a while, in which the clock can be put right.

    Parameters
    ----------
    clock, steady : callable
        The clock in doubt, and seconds that nobody sets.
    """

    def __init__(
        self, *, clock: Callable[[], datetime] = now, steady: Callable[[], float] = _steady
    ) -> None:
        self._clock, self._steady = clock, steady
        self._last = (clock(), steady())
        self._since: float | None = None

    def earned(self) -> bool:
        """Whether the clock has gone as time does for long enough."""
        moment, steady = self._clock(), self._steady()
        ahead = moment - self._last[0] - timedelta(seconds=steady - self._last[1])
        self._last = (moment, steady)
        if ahead > JUMP:
            log.warning("The clock jumped ahead by %s; nothing is deleted for %s.", ahead, GRACE)
            self._since = steady
        if self._since is not None and steady - self._since >= GRACE.total_seconds():
            self._since = None
        return self._since is None


def sweep(
    table: JobTable,
    uploads: Uploads,
    results: Results,
    *,
    moment: datetime,
    kept: timedelta,
    orphans: bool = True,
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
    orphans : bool
        Whether to look for orphaned files, too.

    Returns
    -------
    int
        How many jobs and orphans were deleted.
    """
    expired = table.expired(kept)
    erase(expired, table=table, uploads=uploads, results=results)
    lost = []
    places = ((uploads.storage, uploads.folder), (results.storage, results.folder))
    for storage, folder in places if orphans else ():
        for path in _orphans(table, storage, folder, moment):
            storage.forget(path)
            lost.append(path)
    scrub(table)  # also after what others deleted while somebody was reading
    if expired or lost:
        log.info("Swept %d expired jobs and %d orphaned files.", len(expired), len(lost))
    return len(expired) + len(lost)


def _orphans(table: JobTable, storage: Storage, folder: Path, moment: datetime) -> list[Path]:
    """Old entries of a folder that belong to no job, and old temporary files."""
    old = []
    for path, changed in storage.entries(folder):
        since = made(path.name) if changed is None else datetime.fromtimestamp(changed, UTC)
        if since is not None and moment - since > GRACE:
            old.append(path)
    kept = table.ids() if old else set()
    return [p for p in old if p.name.partition(".")[0] not in kept or p.suffix == ".tmp"]
