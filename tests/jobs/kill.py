"""`make kill`: SIGKILL at random moments, over many jobs; counts what was lost, doubled, left.

A sender hands jobs in, a worker does them, and in each round one of them or both are killed
without a warning. At the end the sender sends what nobody has confirmed, and the worker does
what is left. The database counts by a trigger how often each job ends.
"""

import argparse
import contextlib
import logging
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from source.core.progress import Progress
from source.jobs import Jobs, worker
from tests.jobs import dying
from tests.jobs.fakes import ME
from tests.views import made

LONGEST = 0.6
"""Seconds that an analysis takes at most."""

PATIENCE = 600.0
"""Seconds in which everything has to end once nobody is killed any more."""


def analyse(recordings, options, *, settings, on_progress, cancelled, longest=LONGEST):
    for second in range(3):
        on_progress(Progress("reading", second / 3, 1.0, 0, 1))
        time.sleep(random.random() * longest / 3)
    return made.video()


def send(settings, count: int) -> None:
    """Send what is not there yet, one after the other."""
    random.seed()
    door = Jobs(settings)
    there = {name for job in door.list(ME, limit=10_000) for name in job.names}
    door.close()
    for number in range(count):
        if (name := f"job-{number:04}.wav") not in there:
            time.sleep(random.random() * 0.1)
            dying.send(settings, name)


def work(settings) -> None:
    random.seed()
    logging.disable(logging.CRITICAL)
    worker.run(settings, analyse=analyse)


def start(what) -> int:
    child = os.fork()
    if child == 0:
        try:
            what()
        except BaseException as error:
            print(f"A process failed: {error!r}", flush=True)
        os._exit(0)
    return child


def ended(child: int) -> bool:
    return os.waitpid(child, os.WNOHANG)[0] != 0


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def wait_for_work(folder: Path, count: int) -> None:
    """Wait until a job runs, or all are over: a start takes longer than a life."""
    deadline = time.monotonic() + 20
    query = "SELECT count(*) FROM jobs WHERE state IN ('done', 'failed', 'cancelled')"
    with contextlib.closing(sqlite3.connect(folder / "aver.db", timeout=30)) as database:
        while time.monotonic() < deadline and not fresh(database):
            if database.execute(query).fetchone()[0] >= count:
                return
            time.sleep(0.02)


def fresh(database: sqlite3.Connection) -> bool:
    """Whether a job has reported just now; what a killed worker had does so no more."""
    query = (
        "SELECT max(julianday(heartbeat)) > julianday('now') - 0.3 / 86400 FROM jobs"
        " WHERE state = 'running'"
    )
    return bool(database.execute(query).fetchone()[0])


def run(rounds: int, count: int, folder: Path, *, lives: float) -> dict:
    """Kill so many times; gives what `dying.left` finds, and how many were killed at work."""
    settings = dying.settings_in(folder, JOB_ATTEMPTS=100, WORKERS=2, MAX_QUEUE=10_000)
    dying.in_a_fork(lambda: Jobs(settings).close())
    dying.count_ends(folder)
    tasks = {"send": partial(send, settings, count), "work": partial(work, settings)}
    alive = {name: start(task) for name, task in tasks.items()}
    killed: Counter[str] = Counter()
    for _ in range(rounds):
        wait_for_work(folder, count)
        time.sleep(random.random() * lives)
        for name in random.choice((("send",), ("work",), ("work",), ("send", "work"))):
            if not ended(alive[name]):
                kill(alive[name])
                killed[name] += 1
            alive[name] = start(tasks[name])
    deadline = time.monotonic() + PATIENCE
    door = Jobs(settings)
    while time.monotonic() < deadline:
        jobs = door.list(ME, limit=10_000)
        if len(jobs) >= count and all(job.over for job in jobs):
            break
        time.sleep(0.2)
    door.close()
    for child in alive.values():
        if not ended(child):
            kill(child)
    return {"killed": killed, **dying.left(settings)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--lives", type=float, default=0.5, help="longest time at work, in s")
    options = parser.parse_args()
    dying.pretend()
    with tempfile.TemporaryDirectory() as folder:
        found = run(options.rounds, options.jobs, Path(folder), lives=options.lives)
    states, names = Counter(found["states"]), Counter(found["names"])
    ends = sum(states[state] for state in ("done", "failed", "cancelled"))
    lost = options.jobs - len(names) + len(found["states"]) - ends
    doubled = found["doubled"] + sum(n - 1 for n in names.values())
    killed = ", ".join(f"{number} times the {who}er" for who, number in found["killed"].items())
    lives = sum(found["attempts"]) - len(found["attempts"])
    print(f"Killed {killed}; {lives} jobs in mid-job, one {max(found['attempts']) - 1} times.")
    print(f"{ends} ends ({dict(states)}), {lost} lost, {doubled} doubled results, "
          f"{len(found['half'])} half files")  # fmt: skip
    for path in found["half"][:20]:
        print(f"  {path}")
    return int(ends != options.jobs or states["done"] != ends or bool(lost or doubled)
               or bool(found["half"]))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
