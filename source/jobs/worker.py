"""The worker: the one process that holds the models and does the jobs.

``python run.py --worker`` or ``python -m source.jobs.worker`` runs it; `source.jobs.beside`
runs it beside a web server.
"""

import contextlib
import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from source.core import logs
from source.core.errors import AverError, Unavailable, WorkerRunning
from source.jobs import metrics
from source.jobs.opened import WORKER_LOCK
from source.jobs.recovery import Watch, recover
from source.jobs.run import SHUT_DOWN, JobRun
from source.jobs.runner import Analyse, Runner
from source.jobs.sweeper import ORPHANS_EVERY, Trust, sweep
from source.settings import Settings
from source.store.job import now
from source.store.lock import FileLock

log = logging.getLogger(__name__)

DEAF_EVERY, BEAT_EVERY, RECOVER_EVERY, SWEEP_EVERY = 1.0, 5.0, 15.0, 60.0
"""Seconds between looks for jobs that do not stop, heartbeats, looks for lost jobs, sweeps."""

BEATS, LOOKS = 6, 4
"""How many heartbeats, and looks for lost jobs, there are at least in the time of a lease."""

DEAF_TIMES = 6
"""How many times its patience a worker that goes on waits for an analysis to stop."""

OCCUPIED, DEAF = 3, 4
"""Exit codes: another worker runs on the same data folder; an analysis could not be stopped."""


def run(
    settings: Settings,
    *,
    analyse: Analyse | None = None,
    leash: bool = False,
    patience: int = 10,
) -> None:
    """Do jobs until told to end: by SIGTERM, SIGINT or, on a leash, by the parent's death.

    Jobs under way are then stopped and wait for the next worker. Has to be called in the
    main thread, since signals are handled there.

    Parameters
    ----------
    settings : Settings
        DATA_DIR, DATABASE_URL, WORKERS (threads, each doing one job at a time) and all that
        the analysis reads.
    analyse : callable, optional
        What does the work; `source.analysis.analyse` where it is None. This is the seam for
        tests and for other pipelines.
    leash : bool
        End when standard input ends, that is when the process at its other end is gone,
        however it died.
    patience : int
        Seconds that an analysis has to stop in when the worker ends. Where its job was
        cancelled or took too long it has `DEAF_TIMES` as many; then the process ends with it
        (exit code `DEAF`), and whoever looks after it starts the next.

    Raises
    ------
    WorkerRunning
        If another worker runs on the same DATA_DIR.
    """
    from source.media import apart
    from source.store.files import data_folder
    from source.store.trouble import storage_errors

    place = settings.path("DATA_DIR")
    with storage_errors(place):
        data = data_folder(place)
        lock = FileLock(data / WORKER_LOCK)
        if not lock.take():
            raise WorkerRunning(data)
    apart.use(memory=int(settings.number("DECODER_MB")))
    try:
        metrics.begin(settings, process="worker")
        worker = _Worker(settings, data, lock, analyse or _pipeline(), patience)
        worker.run(leash=leash)
    finally:
        apart.stop()
        lock.give_back()


def _pipeline() -> Analyse:
    from source.analysis import analyse

    return analyse


class _Worker:
    """Everything one worker process holds."""

    def __init__(
        self, settings: Settings, data: Path, lock: FileLock, analyse: Analyse, patience: int
    ) -> None:
        from source.jobs.courier import Courier, check_settings
        from source.jobs.previews import QUEUE, Previews
        from source.jobs.queue import Queue
        from source.jobs.recordings import Recordings
        from source.jobs.service import Service
        from source.store.database import Database
        from source.store.deliveries import DeliveryTable
        from source.store.files import forget
        from source.store.opening import open_storage
        from source.store.results import Results
        from source.store.table import JobTable
        from source.store.uploads import Uploads

        check_settings(settings)
        self._settings = settings
        self.name = f"{lock.text}:{secrets.token_hex(6)}"
        self._lock = lock
        self._patience = patience
        self._seconds = settings.number("JOB_MINUTES") * 60
        self._kept = timedelta(hours=settings.number("RETENTION_HOURS"))
        self.over = threading.Event()
        self._attempts = int(settings.number("JOB_ATTEMPTS"))
        self._lease = settings.number("LEASE_SECONDS")
        self._watch, self._trust = Watch(self._lease), Trust()
        self._orphans_at = -ORPHANS_EVERY
        url, queue = settings.text("DATABASE_URL"), settings.text("QUEUE_URL")
        # With a database in the data folder, which only one worker may use, nobody else can work.
        self._alone = not url
        self._database = Database(url, folder=data)
        self._table = JobTable(self._database)
        forget(data / "fetched" / "worker")  # what one that was killed had fetched
        storage = open_storage(settings, data, role="worker")
        self._uploads, self._results = Uploads(data, storage), Results(data, storage)
        self._runner = Runner(
            settings,
            table=self._table,
            uploads=self._uploads,
            results=self._results,
            worker=self.name,
            analyse=analyse,
            shutting_down=self.over.is_set,
        )
        self._queue = Queue(data, work=self._runner.work, url=queue)
        workers = max(1, int(settings.number("WORKERS")))
        self._service = Service(
            data, table=self._table, queue=self._queue, worker_seen=lock.touched
        )
        self._consumer = self._queue.consumer(workers=workers, patience=patience)
        recordings = Recordings(settings, self._uploads, self._table)
        self._previews = Previews(settings, self._uploads, recordings)
        self._copies = Queue(data, work=self._copy, url=queue, name=QUEUE)
        self._copier = self._copies.consumer(workers=1, patience=patience)
        self._courier = Courier(
            settings,
            deliveries=DeliveryTable(self._database),
            table=self._table,
            results=self._results,
        )

    def run(self, *, leash: bool) -> None:
        self._beat()
        self._recover()
        self._sweep()
        self._previews.recover(self._copies)
        self._consumer.start()
        self._copier.start()
        self._courier.start()
        self._handle_signals()
        untold = None if leash else metrics.serve(self._settings, self._service)
        if leash:
            _watch_parent(self.over.set)
        log.info("The worker is ready.")
        self._keep_house()
        log.info("The worker ends.")
        if untold is not None:
            untold()
        self._consumer.stop(graceful=True)  # waits, but not for ever
        self._copier.stop(graceful=True)
        self._courier.stop()
        if deaf := self._runner.runs():
            # An analysis that does not listen would keep the interpreter from ending.
            self._abandon(deaf, 0)
        self._queue.close()
        self._copies.close()
        self._database.close()

    def _keep_house(self) -> None:
        """Everything that has to happen now and then, until the end."""
        due = {
            self._end_deaf: DEAF_EVERY,
            self._beat: min(BEAT_EVERY, self._lease / BEATS),
            self._consumer.check_worker_health: BEAT_EVERY,
            self._copier.check_worker_health: BEAT_EVERY,
            self._recover: min(RECOVER_EVERY, self._lease / LOOKS),
            self._sweep: SWEEP_EVERY,
        }
        done = dict.fromkeys(due, time.monotonic())
        while not self.over.wait(0.5):
            for chore, every in due.items():
                if time.monotonic() - done[chore] >= every:
                    done[chore] = time.monotonic()
                    try:
                        chore()
                    except Exception:  # the database is busy, say: the next turn will do
                        log.warning("%s failed.", chore.__name__, exc_info=True)

    def _copy(self, entry: str) -> None:
        """Make one preview, within the time a job may take."""
        ends = time.monotonic() + self._seconds

        def cancelled() -> bool:
            if time.monotonic() > ends:
                raise Unavailable(
                    f"The copy was stopped after {self._seconds / 60:.0f} minutes.",
                    hint="The result is not affected.",
                )
            return self.over.is_set()

        self._previews.work(entry, table=self._table, cancelled=cancelled)

    def _beat(self) -> None:
        self._lock.touch()
        metrics.memory()
        self._table.beat(worker=self.name)

    def _end_deaf(self) -> None:
        limit = DEAF_TIMES * self._patience
        if deaf := [run for run in self._runner.runs() if run.deaf_for() > limit]:
            self._abandon(deaf, DEAF)

    def _abandon(self, runs: list[JobRun], code: int) -> None:
        """End the process with jobs that do not stop: a thread cannot be ended from outside."""
        for run in runs:
            log.error("Job %s does not stop; the worker ends with it.", run.job_id)
            with contextlib.suppress(AverError):  # else the next worker finds it
                self._runner.stop(run.job_id, run.why or SHUT_DOWN)
        logging.shutdown()
        os._exit(code)

    def _recover(self) -> None:
        recover(
            self._table,
            self._queue,
            worker=self.name,
            active=self._runner.active,
            watch=self._watch,
            alone=self._alone,
            attempts=self._attempts,
            tidy=self._runner.tidy,
        )

    def _sweep(self) -> None:
        if not self._trust.earned():
            return
        since, shared = time.monotonic() - self._orphans_at, self._uploads.storage.shared
        orphans = not shared or since >= ORPHANS_EVERY
        if orphans:
            self._orphans_at = time.monotonic()
        sweep(
            self._table,
            self._uploads,
            self._results,
            moment=now(),
            kept=self._kept,
            orphans=orphans,
        )

    def _handle_signals(self) -> None:
        for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: self.over.set())


def _watch_parent(over: Callable[[], None]) -> None:
    """Call `over` when standard input ends, or the parent is another process than before."""
    parent = os.getppid()

    def read() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):
                pass
        over()

    def look() -> None:
        # A process forked off the parent may hold the other end of the pipe open.
        while os.getppid() == parent:
            time.sleep(1)
        over()

    threading.Thread(target=read, name="leash", daemon=True).start()
    if os.name != "nt":
        threading.Thread(target=look, name="parent", daemon=True).start()


def main() -> int:
    """Run a worker on a leash, as `source.jobs.beside` starts it."""
    try:
        settings = Settings.load()
        logs.begin(settings.values, process="worker")
        run(settings, leash="--leash" in sys.argv)
    except WorkerRunning:
        return OCCUPIED
    except AverError as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
