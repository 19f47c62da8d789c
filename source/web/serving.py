"""How gunicorn serves: one table for `app.py` and `deploy/gunicorn.conf.py`."""

import os
from pathlib import Path
from typing import Any

from flask import Flask

from source.settings import Settings

TIMEOUT = 120
"""Seconds without a sign of life after which a web process is ended. Threads answer, so a slow
upload or download does not count as silence."""

GRACE = 30
"""Seconds that answers under way have when the server is told to end; a stream lasts no longer."""

_OURS = {"level": "WARNING", "handlers": [], "propagate": True}

LOGS = {
    "root": {},
    "handlers": {},
    "formatters": {},
    "loggers": {"gunicorn.error": _OURS, "gunicorn.access": _OURS},
}
"""gunicorn's lines go where all others go (`core.logs`), in the same form."""

SHARED_MEMORY = Path("/dev/shm")


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """gunicorn's options for these settings.

    Web processes hold no model, so they are small and few: threads answer, and what takes long
    is done by workers. Nothing is believed of the headers of a proxy here; `source.web.proxies`
    does that, where PROXIES says so.
    """
    host, port = settings.text("HOST"), int(settings.number("PORT"))
    options: dict[str, Any] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": int(settings.number("WEB_PROCESSES")),
        "worker_class": "gthread",
        "threads": int(settings.number("WEB_THREADS")),
        "timeout": TIMEOUT,
        "graceful_timeout": GRACE,
        "keepalive": 5,
        "loglevel": "warning",
        "logconfig_dict": LOGS,
        "proc_name": "aver",
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
    }
    if SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK):
        # The sign of life is a file: on a disk, a write that hangs would look like death.
        options["worker_tmp_dir"] = str(SHARED_MEMORY)
    return options


def share_threads(app: Flask, settings: Settings) -> None:
    """Let streams take half of a process's threads at most, so that pages are always served."""
    app.extensions["streams"].most = int(settings.number("WEB_THREADS")) // 2


def end_streams(app: Flask, worker: Any) -> None:
    """End the streams of a gunicorn process as soon as it is told to end."""
    app.extensions["streams"].ending = lambda: not worker.alive
