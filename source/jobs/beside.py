"""A worker process beside a web process: started with it, restarted, ended with it.

``python -m source.jobs.beside`` does the same for a worker alone, where no service manager does.
"""

import atexit
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from source.core import logs
from source.core.errors import AverError
from source.core.processes import OWN_GROUP
from source.settings import ROOT, Settings

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds before a worker that died is started again: doubled each time, up to the longest."""

STEADY_SECONDS = 60.0
"""A worker that lived so long starts the waiting over."""

OCCUPIED = 3
"""Exit code of a worker that found another one at work (`source.jobs.worker.OCCUPIED`)."""


class Beside:
    """The worker process and the thread that looks after it.

    Attributes
    ----------
    process : subprocess.Popen or None
        The worker of the moment; another one after a restart, None before the first.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._command = list(command)
        self._environment = environment
        self._owner = os.getpid()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._look_after, name="beside", daemon=True)

    def start(self) -> "Beside":
        """Start the worker and look after it."""
        self._launch()
        self._thread.start()
        atexit.register(self.stop)
        return self

    def stop(self, *, seconds: float = 15.0) -> None:
        """End the worker: its jobs wait for the next one. Returns when it is gone."""
        if os.getpid() != self._owner:  # a process forked off the one that started it
            return
        self._over.set()
        with self._lock:
            process = self.process
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()  # the leash: works on every system, unlike a signal
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._thread.join()
        atexit.unregister(self.stop)

    def _launch(self) -> None:
        with self._lock:
            if not self._over.is_set():
                self.process = subprocess.Popen(
                    self._command,
                    cwd=ROOT,
                    env=self._environment,
                    stdin=subprocess.PIPE,
                    **OWN_GROUP,
                )

    def _look_after(self) -> None:
        wait = FIRST_WAIT
        while self.process is not None and not self._over.is_set():
            began = time.monotonic()
            code = self.process.wait()
            if self._over.is_set():
                return
            if time.monotonic() - began > STEADY_SECONDS:
                wait = FIRST_WAIT
            if code == OCCUPIED:  # another web process has one; take over when that ends
                log.debug("Another worker is at work.")
            else:
                log.warning("The worker ended (code %s); the next starts in %.0f s.", code, wait)
            if self._over.wait(wait):
                return
            wait = min(2 * wait, LONGEST_WAIT)
            if self.process.stdin is not None:
                self.process.stdin.close()
            self._launch()


def start_beside(settings: Settings, *, command: Sequence[str] | None = None) -> Beside:
    """Start one worker process beside this one, with the same settings.

    It is started again whenever it dies, after a wait that grows, and ends when this process
    ends, however that happens. Where another worker runs on the same DATA_DIR already, this
    one steps back and tries again now and then.

    Parameters
    ----------
    settings : Settings
        Handed on through the environment.
    command : sequence of str, optional
        What to run instead of this project's worker.

    Returns
    -------
    Beside
        Its `stop` ends the worker.
    """
    command = command or [sys.executable, "-m", "source.jobs.worker", "--leash"]
    values = {name: str(value) for name, value in settings.values.items()}
    return Beside(command, {**os.environ, **values}).start()


def main() -> int:
    """Keep one worker running until told to end by SIGTERM or SIGINT; gives the exit code."""
    over = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    try:
        settings = Settings.load()
    except AverError as error:
        print(error, file=sys.stderr)
        return 2
    logs.begin(settings.values, process="worker")
    beside = start_beside(settings)
    over.wait()
    beside.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
