"""One job under way: what it reports, and when it has to stop."""

import logging
import threading
import time
from collections.abc import Callable

from source.core.progress import Progress
from source.jobs import metrics
from source.store.table import JobTable

log = logging.getLogger(__name__)

LOOK_EVERY = 0.3
"""Seconds between two looks at whether the job is still wanted."""

REPORT_EVERY = 0.2
"""Seconds between two reports that are written down."""

CANCELLED, TIMED_OUT, SHUT_DOWN = "cancelled", "timed out", "shut down"


class JobRun:
    """Passed to the analysis as its two callbacks. May be called by several threads.

    Parameters
    ----------
    job_id, worker : str
        Which job, and whose.
    table : JobTable
        Where it is written down.
    seconds : float
        The time limit.
    shutting_down : callable
        Whether the worker has to end.

    Attributes
    ----------
    why : str or None
        Why the work has to stop, as soon as that is known.
    """

    def __init__(
        self,
        job_id: str,
        *,
        worker: str,
        table: JobTable,
        seconds: float,
        shutting_down: Callable[[], bool],
    ) -> None:
        self.job_id = job_id
        self.why: str | None = None
        self._worker = worker
        self._table = table
        self._deadline = time.monotonic() + seconds
        self._shutting_down = shutting_down
        self._looked = 0.0
        self._reported = 0.0
        self._stage = ""
        self._since = time.monotonic()
        self._stopped_at = 0.0
        self._taken_up = False
        self._lock = threading.Lock()

    def taken_up(self) -> None:
        """From now on the table knows it as this worker's, and is asked whether to go on."""
        self._taken_up = True

    def cancelled(self) -> bool:
        """Whether to stop."""
        if self.why is not None:
            return True
        with self._lock:
            moment = time.monotonic()
            if self._shutting_down():
                self._stop(SHUT_DOWN, moment)
            elif moment > self._deadline:
                self._stop(TIMED_OUT, moment)
            elif moment - self._looked >= LOOK_EVERY:
                self._looked = moment
                if not self._wanted():
                    self._stop(CANCELLED, moment)
            return self.why is not None

    def report(self, progress: Progress) -> None:
        """Write down how far it is, unless that was done a moment ago in the same stage."""
        with self._lock:
            moment = time.monotonic()
            if moment - self._reported < REPORT_EVERY and progress.stage == self._stage:
                return
            self._reported = moment
            self._turn_to(progress.stage, moment)
        try:
            self._table.report(self.job_id, progress, worker=self._worker)
        except Exception:  # a full disk, say: the work itself can go on
            log.warning("The progress of job %s was not written.", self.job_id, exc_info=True)

    def over(self) -> None:
        """It is over, however it ended: its last stage is."""
        with self._lock:
            self._turn_to("", time.monotonic())

    def _turn_to(self, stage: str, moment: float) -> None:
        """Count the stage that ends, where another begins."""
        if stage == self._stage:
            return
        if self._stage not in ("", "done"):
            metrics.stage(self._stage, moment - self._since)
        self._stage, self._since = stage, moment

    def deaf_for(self) -> float:
        """Seconds since it had to stop and did not."""
        return time.monotonic() - self._stopped_at if self.cancelled() else 0.0

    def _wanted(self) -> bool:
        if not self._taken_up:  # it still waits: nobody has it, which is not "asked to stop"
            return True
        try:
            return self._table.wanted(self.job_id, worker=self._worker)
        except Exception:
            log.warning("Job %s could not be looked up.", self.job_id, exc_info=True)
            return True

    def _stop(self, why: str, moment: float) -> None:
        self.why, self._stopped_at = why, moment
