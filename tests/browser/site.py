"""The program, but for its worker: `tests.browser.worker` does the jobs."""

import sys

import app
from source.jobs import beside

start = beside.start_beside


def start_by_hand(settings):
    return start(settings, command=[sys.executable, "-m", "tests.browser.worker", "--leash"])


if __name__ == "__main__":
    beside.start_beside = start_by_hand
    sys.exit(app.main())
