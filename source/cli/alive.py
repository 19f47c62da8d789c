"""Whether what runs in this container is alive: ``python -m source.cli.alive`` ends with 0 or 1.

A web server is asked; a worker is known by the sign it leaves in DATA_DIR every few seconds.
"""

import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from source.settings import Settings

SILENT = 60.0
"""Seconds without a sign after which a worker counts as dead."""


def main(arguments: Sequence[str], settings: Settings | None = None) -> int:
    """0 where it is alive; ``worker`` looks for a worker, else a web server is asked."""
    settings = settings or Settings.load()
    return 0 if (_worker if "worker" in arguments else _web)(settings) else 1


def _worker(settings: Settings) -> bool:
    try:
        touched = (settings.path("DATA_DIR") / "worker.lock").stat().st_mtime
    except OSError:
        return False
    return time.time() - touched < SILENT


def _web(settings: Settings) -> bool:
    host = settings.text("HOST")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    shown = f"[{host}]" if ":" in host else host
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        address = f"http://{shown}:{int(settings.number('PORT'))}/health/live"
        with opener.open(address, timeout=4) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
