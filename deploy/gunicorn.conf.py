"""gunicorn's configuration: ``gunicorn -c deploy/gunicorn.conf.py`` serves the pages.

It is written from the settings (docs/settings.md): HOST, PORT, WEB_PROCESSES, WEB_THREADS, the
log. A worker (``python run.py --worker``) has to run beside it, here or on another machine.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from source.core import logs  # noqa: E402
from source.core.errors import AverError  # noqa: E402
from source.jobs import metrics  # noqa: E402
from source.settings import Settings  # noqa: E402
from source.web.serving import end_streams, gunicorn_options, share_threads  # noqa: E402

try:
    settings = Settings.load()
except AverError as error:
    sys.exit(str(error))

globals().update(gunicorn_options(settings))
wsgi_app = "app:app"
chdir = str(ROOT)
umask = 0o077


def on_starting(_):
    """Set up the log and the metrics before the first process is made."""
    logs.begin(settings.values, process="web")
    metrics.begin(settings, process="web")


def post_worker_init(worker):
    """Share the threads of a process between pages and streams, and end streams with it."""
    share_threads(worker.wsgi, settings)
    end_streams(worker.wsgi, worker)


def when_ready(_):
    """Say where it is."""
    print(f"AVER is at {globals()['bind']} (process {os.getpid()})", flush=True)
