"""What Prometheus is told: how long stages take, what waits, what fails, how much memory is held.

Each process counts for itself into files of a folder that all processes of a machine share
(prometheus-client's multi-process mode), so that any of them can tell the sum. What is common to
all machines, the jobs in the database and the queue, is asked when somebody looks. Labels are
names of this product's own (stages, states, codes, routes): never a name, an address or a number
of anybody's.

Nothing is counted until `begin`, and never where METRICS is off. Counting never fails: what
cannot be written is not worth a job.
"""

import logging
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from source import __version__
from source.jobs.service import Service
from source.settings import Settings
from source.store.files import private_folder

log = logging.getLogger(__name__)

FOLDER = "metrics"
"""The folder in DATA_DIR; in it is one for each machine."""

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client looks for the folder."""

STAGES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 1800)
REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Upper ends of the buckets, in seconds."""

STATES = ("waiting", "running", "done", "failed", "refused", "cancelled", "deleted")
"""States that are told also where there is no job of them."""

P = ParamSpec("P")


class _Counted:
    """The counters of this process."""

    def __init__(self, folder: Path, process: str) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values

        os.environ[VARIABLE] = str(folder)
        shared: Any = values.MultiProcessValue  # has no types
        values.ValueClass = shared()  # else chosen when it was first imported
        registry = CollectorRegistry()  # what is told is read from the folder
        kept: dict[str, Any] = {"registry": registry}
        self.folder, self.process = folder, process
        self.stage = Histogram(
            "aver_stage_seconds", "Time jobs spent in a stage.", ["stage"], buckets=STAGES, **kept
        )
        self.ended = Counter("aver_jobs_ended", "Jobs that ended.", ["state"], **kept)
        self.recorded = Counter(
            "aver_recorded_seconds", "Length of the recordings analysed.", ["analysis"], **kept
        )
        self.errors = Counter("aver_errors", "Errors by their code.", ["door", "code"], **kept)
        self.request = Histogram(
            "aver_request_seconds",
            "Time until an answer begins.",
            ["method", "route", "status"],
            buckets=REQUESTS,
            **kept,
        )
        self.memory = Gauge(
            "aver_memory_bytes",
            "Memory that processes hold.",
            ["process"],
            multiprocess_mode="livesum",
            **kept,
        )


_counted: _Counted | None = None


def begin(settings: Settings, *, process: str) -> None:
    """Count from now on, unless METRICS is off.

    Parameters
    ----------
    settings : Settings
        METRICS and DATA_DIR.
    process : str
        What this process is: web or worker.
    """
    global _counted
    if settings.text("METRICS") == "off":
        return
    try:
        parent = private_folder(settings.path("DATA_DIR") / FOLDER)
        folder = private_folder(parent / _machine())
        tidy(folder)
        clear(parent)
        _counted = _Counted(folder, process)
    except OSError:
        log.warning("Nothing is counted: the folder of the metrics cannot be used.", exc_info=True)


def end() -> None:
    """Count no longer, and close the files."""
    global _counted
    if _counted is not None:
        from prometheus_client.values import close_all_multiprocess_files

        _counted = None
        close_all: Any = close_all_multiprocess_files  # has no types
        close_all()


def _machine() -> str:
    """This machine's name as a folder's: process numbers are unique on one machine alone."""
    return re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname())[:64] or "here"


def tidy(folder: Path) -> None:
    """Forget what dead processes held; where none lives, forget all that was counted."""
    files = {file: int(file.stem.rpartition("_")[2]) for file in folder.glob("*_[0-9]*.db")}
    dead = {number for number in set(files.values()) if not _lives(number)}
    for file, number in files.items():
        if len(dead) == len(set(files.values())) or (
            number in dead and file.name.startswith("gauge_live")
        ):
            file.unlink(missing_ok=True)


def clear(parent: Path) -> None:
    """Delete the folders of machines that have gone: nobody wrote there for a day."""
    for folder in parent.glob("*/"):
        newest = max((f.stat().st_mtime for f in folder.iterdir()), default=folder.stat().st_mtime)
        if time.time() - newest > 86_400:
            shutil.rmtree(folder, ignore_errors=True)


def _lives(number: int) -> bool:
    if os.name == "nt":  # a signal there would end it
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _quietly(count: "Callable[P, None]") -> "Callable[P, None]":
    """A function that counts where something is counted, and never fails."""

    @wraps(count)
    def counting(*args: P.args, **named: P.kwargs) -> None:
        if _counted is not None:
            with suppress(Exception):  # a full disk, say
                count(*args, **named)

    return counting


@_quietly
def stage(name: str, seconds: float) -> None:
    """A job spent so many seconds in a stage: waiting, or one of `core.progress.STAGES`."""
    assert _counted is not None
    _counted.stage.labels(name).observe(max(0.0, seconds))


@_quietly
def ended(state: str) -> None:
    """A job ended: done, failed or cancelled."""
    assert _counted is not None
    _counted.ended.labels(state).inc()


@_quietly
def recorded(analysis: str, seconds: float | None) -> None:
    """A recording of so many seconds was analysed; a picture has none."""
    assert _counted is not None
    _counted.recorded.labels(analysis).inc(max(0.0, seconds or 0.0))


@_quietly
def error(door: str, code: str) -> None:
    """An error with that code was told: by the `web`, or as the end of a `job`."""
    assert _counted is not None
    _counted.errors.labels(door, code).inc()


@_quietly
def request(method: str, route: str, status: int, seconds: float) -> None:
    """A request was answered; `route` is the address with its parts by name."""
    assert _counted is not None
    _counted.request.labels(method, route, str(status)).observe(seconds)
    memory()


@_quietly
def memory() -> None:
    """Note how much memory this process holds now."""
    assert _counted is not None
    held = held_bytes()
    if held is not None:
        _counted.memory.labels(_counted.process).set(held)


def held_bytes() -> float | None:
    """Bytes of memory this process holds; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return float(pages * os.sysconf("SC_PAGE_SIZE"))
    except (OSError, ValueError, AttributeError):
        return None


# --- telling -------------------------------------------------------------------------------------


def told(service: Service | None) -> tuple[bytes, str]:
    """Everything as Prometheus reads it, and the type of that text.

    Parameters
    ----------
    service : Service or None
        Who tells of the jobs; None leaves them out.
    """
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return generate_latest(registry(service)), CONTENT_TYPE_LATEST


def registry(service: Service | None) -> Any:
    """What is asked whenever somebody looks: the files of all processes, and the jobs."""
    from prometheus_client import CollectorRegistry, multiprocess

    whole = CollectorRegistry()
    if _counted is not None:
        folder = _counted.folder
        tidy(folder)
        memory()
        collector: Any = multiprocess.MultiProcessCollector  # has no types
        collector(whole, path=str(folder))
    if service is not None:
        whole.register(_Jobs(service))
    return whole


class _Jobs:
    """Jobs, queue, worker and room, asked anew by each look."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import GaugeMetricFamily

        def one(name: str, what: str, value: float) -> Any:
            return GaugeMetricFamily(name, what, value=value)

        version = GaugeMetricFamily("aver_info", "The release that runs.", labels=["version"])
        version.add_metric([__version__], 1)
        yield version
        with suppress(Exception):  # the rest is told although the database does not answer
            counts = self._service.counts()
            jobs = GaugeMetricFamily("aver_jobs", "Jobs by state.", labels=["state"])
            for state in STATES:
                jobs.add_metric([state], counts.get(state, 0))
            yield jobs
        with suppress(Exception):
            yield one("aver_queue_jobs", "Jobs in the queue.", self._service.queued())
        with suppress(Exception):
            age = self._service.worker_age()
            if age is not None:
                yield one("aver_worker_age_seconds", "Time since a worker gave a sign.", age)
        with suppress(Exception):
            yield one("aver_disk_free_bytes", "Room in DATA_DIR.", self._service.free())


def serve(settings: Settings, service: Service) -> Callable[[], None]:
    """Tell the metrics on METRICS_PORT, for a worker without a web server; gives what ends it.

    On this machine alone where METRICS is local.
    """
    port = int(settings.number("METRICS_PORT"))
    if not port or settings.text("METRICS") == "off":
        return lambda: None
    import prometheus_client

    address = "127.0.0.1" if settings.text("METRICS") == "local" else "0.0.0.0"
    try:
        server, thread = prometheus_client.start_http_server(
            port, addr=address, registry=registry(service)
        )
    except OSError as problem:
        log.warning("No metrics are told: port %d cannot be used (%s).", port, problem.strerror)
        return lambda: None

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop
