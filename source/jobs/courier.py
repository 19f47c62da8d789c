"""Tells the addresses that were given with a job that it has ended: signed, and again if need be.

What is owed stands in the database (`source.store.deliveries`), so a restart forgets nothing, and
several workers share the work. A worker runs one courier in threads of its own.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec

from source import __version__
from source.core import signature
from source.core.errors import AverError, BadRequest
from source.jobs import outbound
from source.jobs.public import public
from source.settings import Settings
from source.store.deliveries import DeliveryTable
from source.store.delivery import Delivery
from source.store.job import Job, now
from source.store.results import Results
from source.store.table import JobTable

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Deliveries that are tried at the same time: one receiver that is slow holds up no other."""

EVERY = 1.0
"""Seconds between two looks at what is owed."""

PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 10_800, 21_600))
"""Time between the tries; after the last one a delivery is given up."""

LARGEST = 20_000_000
"""Bytes of a message with its Result; of a larger one the receiver has to ask for it."""

GONE = 410
"""Status by which a receiver says that it wants no more of it."""


def check_settings(settings: Settings) -> None:
    """Whether the settings of webhooks make sense, when a server or worker starts.

    Raises
    ------
    BadRequest
        If BACKEND_URL is no address or there is no secret to sign with, or the secret is bad.
    """
    backend, secret = settings.text("BACKEND_URL"), settings.text("WEBHOOK_SECRET")
    if secret:
        signature.check(secret)
    if backend:
        outbound.check(backend, private=True)
        if not secret:
            raise BadRequest(
                "BACKEND_URL is set, but WEBHOOK_SECRET, which signs what is sent there, is not.",
                hint="Make a secret with: python run.py --make-token.",
            )


class Courier:
    """Delivers what is owed, in a thread, until it is stopped.

    Parameters
    ----------
    settings : Settings
        WEBHOOK_SECRET, WEBHOOK_PRIVATE.
    deliveries, table, results
        What is owed, and what is told.
    """

    def __init__(
        self, settings: Settings, *, deliveries: DeliveryTable, table: JobTable, results: Results
    ) -> None:
        self._secret = settings.text("WEBHOOK_SECRET")
        self._private = bool(settings["WEBHOOK_PRIVATE"])
        self._deliveries = deliveries
        self._table = table
        self._results = results
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin; without a secret there is nothing to deliver."""
        if self._secret:
            self._thread.start()

    def stop(self) -> None:
        """End after the tries that are under way, or leave them to the next courier."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(2)

    def deliver_due(self) -> int:
        """Try everything that is due now; gives how many were tried."""
        claimed = self._deliveries.claim(AT_ONCE)
        if claimed:
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="courier") as pool:
                list(pool.map(self._try, claimed))
        return len(claimed)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                while self.deliver_due() and not self._over.is_set():
                    pass
                self._deliveries.forget()
            except Exception:  # the database is busy, say: the next turn will do
                log.warning("Webhooks were not looked after.", exc_info=True)
            self._over.wait(EVERY)

    def _try(self, one: Delivery) -> None:
        job = self._table.get(one.job_id)
        if job is None or not job.over:
            return  # deleted meanwhile: then nothing is told, and the row goes
        try:
            status = self._send(one, job)
            problem = f"The answer was {status}." if not 200 <= status < 300 else None
            last = status == GONE
        except (outbound.Undelivered, AverError) as error:
            problem, last = str(error), isinstance(error, AverError)
        if problem is None:
            self._deliveries.delivered(one)
            return
        tries = one.attempts
        again = None if last or tries >= len(PAUSES) else PAUSES[tries]
        log.info("Webhook %s of job %s did not arrive: %s", one.id, one.job_id, problem)
        self._deliveries.failed(one, problem, again=again)

    def _send(self, one: Delivery, job: Job) -> int:
        private = one.trusted or self._private
        target = outbound.check(one.url, private=private)
        body = message(job, self._results.read(job.id).to_dict if job.state == "done" else None)
        return outbound.post(
            target,
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": f"AVER/{__version__}",
                **signature.headers(self._secret, one.id, int(time.time()), body),
            },
            private=private,
        )


def message(job: Job, result: Callable[[], dict[str, Any]] | None) -> bytes:
    """What is sent of a job that has ended: its kind, the time, the job, and its Result if any.

    The Result is left out of a message that would be larger than `LARGEST`.
    """
    data: dict[str, Any] = {"job": msgspec.to_builtins(public(job))}
    told = {"type": f"job.{job.state}", "timestamp": now().isoformat(), "data": data}
    if result is None:
        return json.dumps(told).encode()
    whole = json.dumps({**told, "data": {**data, "result": result()}}).encode()
    return whole if len(whole) <= LARGEST else json.dumps(told).encode()
