"""Where recordings, results and jobs are kept: folders, disk, database, queue, worker."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from source.core.errors import DISK_FULL
from source.doctor.finding import Finding, doubtful, well, wrong
from source.settings import Settings

LITTLE, LEAST = 5e9, 0.2e9
"""Bytes that are free below which it is said, and below which no recording is taken."""

SILENT = 60.0
"""Seconds after which a worker that gives no sign counts as away."""

SEVERAL = "Install what several machines need: pip install -r requirements-scale.txt"
START = "Start one: make worker (or python run.py --worker); make run has one beside it."


def folders(settings: Settings) -> Iterator[Finding]:
    """Whether the folders can be written, and how much room there is."""
    for name in ("DATA_DIR", "RESULTS_DIR"):
        yield _folder(name, settings.path(name))
    inputs = settings.path("INPUT_DIR")
    if not inputs.is_dir():
        cure = "Make it, or set INPUT_DIR; file names are looked up in the current folder alone."
        yield doubtful("INPUT_DIR", f"{inputs} is not there", cure)


def _folder(name: str, path: Path) -> Finding:
    there = next(p for p in (path, *path.parents) if p.exists())
    if not there.is_dir():
        return wrong(name, f"{there} is no folder", f"Move it away, or set {name}.")
    reason = _unwritable(there)
    if reason:
        cure = f"Give the folder to the account that runs AVER, or set {name}."
        return wrong(name, f"{there} cannot be written: {reason}", cure)
    free = shutil.disk_usage(there).free
    room = f"{free / 1e9:,.0f} GB free" if free > 10e9 else f"{free / 1e9:.1f} GB free"
    text = f"{path}, {room}" + ("" if there == path else "; made at the first start")
    cure = f"Make room, lower RETENTION_HOURS, or set {name} to a larger disk."
    if free < LEAST:
        return wrong(name, text, cure)
    return doubtful(name, text, cure) if free < LITTLE else well(name, text)


def _unwritable(folder: Path) -> str:
    """Why a folder cannot be written; empty where it can. What is tried is deleted again."""
    probe = folder / f".aver-doctor-{os.getpid()}"
    try:
        with open(probe, "xb") as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return "the disk is full" if error.errno in DISK_FULL else str(error.strerror).lower()
    finally:
        probe.unlink(missing_ok=True)
    return ""


def database(settings: Settings) -> Iterator[Finding]:
    """Whether the database answers, is undamaged, and has the tables of this release."""
    url, file = settings.text("DATABASE_URL"), settings.path("DATA_DIR") / "aver.db"
    if not url and not file.exists():
        yield well("database", "SQLite; made at the first start")
        return
    if not url and (damage := _damage(file)):
        cure = "Stop AVER, keep a copy of the file, and put a backup in its place, or delete it."
        yield wrong("database", f"{file} is damaged: {damage}", cure)
        return
    try:
        version = _version(url or f"sqlite:///file:{file}?mode=ro&uri=true")
    except Exception as error:  # whatever a driver raises; it may repeat the address
        kind = url.partition(":")[0] or "SQLite"
        cure = "Check DATABASE_URL, that the server runs, and that its driver is installed."
        yield wrong("database", f"{kind} does not answer ({type(error).__name__})", cure)
        return
    yield _tables(url.partition(":")[0] or "SQLite", version)


def _tables(kind: str, version: str | None) -> Finding:
    from source.store.schema import REVISIONS

    newest = REVISIONS[-1]
    if version == newest:
        return well("database", f"{kind}, tables of version {newest}, which is this release's")
    if version is None:
        return well("database", f"{kind}, without tables; made at the first start")
    if version in REVISIONS:
        cure = "Keep a copy of it; the next start brings it up to date."
        return doubtful("database", f"{kind}, tables of version {version} of {newest}", cure)
    cure = "Start the newer release of AVER that wrote it, or set another DATA_DIR."
    return wrong("database", f"{kind}, tables of a newer release (version {version})", cure)


def _damage(file: Path) -> str:
    """What SQLite says is wrong with a file; empty where it is well. Nothing is written."""
    import sqlite3

    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as connection:
            said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return "" if said == "ok" else said.splitlines()[-1]


def _version(url: str) -> str | None:
    from sqlalchemy import create_engine, inspect

    from source.store.schema import VERSION

    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(VERSION.name):
                return None
            found: Any = connection.scalar(VERSION.select())
            return None if found is None else str(found)
    finally:
        engine.dispose()


def queue(settings: Settings) -> Iterator[Finding]:
    """Whether the queue can be read, and how much waits in it."""
    import sqlite3

    if url := _elsewhere(settings, "QUEUE_URL"):
        yield _redis(url)
        return
    file = settings.path("DATA_DIR") / "queue.db"
    if not file.exists():
        yield well("queue", "SQLite; made at the first start")
        return
    if damage := _damage(file):
        cure = "Stop AVER and delete the file: the jobs stand in the database and are queued anew."
        yield wrong("queue", f"{file} is damaged: {damage}", cure)
        return
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as connection:
        (waiting,) = connection.execute("SELECT count(*) FROM task WHERE queue = 'aver'").fetchone()
    most = int(settings.number("MAX_QUEUE"))
    text = f"SQLite; waiting jobs: {waiting} of at most {most}"
    if waiting >= most:
        cure = "New recordings are refused until some are done. Raise MAX_QUEUE, or add workers."
        yield doubtful("queue", text, cure)
    else:
        yield well("queue", text)


def _elsewhere(settings: Settings, name: str) -> str:
    """A setting of several machines; empty where this release or this machine has none."""
    return str(settings.values.get(name, ""))


def _redis(url: str) -> Finding:
    """Whether a Redis server answers."""
    try:
        redis: Any = import_module("redis")
        client = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
        with closing(client):
            client.ping()
    except ImportError as error:
        return wrong("queue", f"the package {error.name} is not installed", SEVERAL)
    except Exception as error:  # whatever a driver raises; it may repeat the address
        cure = "Check QUEUE_URL, and that the server runs."
        return wrong("queue", f"redis does not answer ({type(error).__name__})", cure)
    return well("queue", "Redis answers")


def store(settings: Settings) -> Iterator[Finding]:
    """Whether the store that machines share can be written and read."""
    url = _elsewhere(settings, "STORAGE_URL")
    if not url:
        return
    from source.store.objects import opened

    kind = url.partition(":")[0]
    try:
        make, root = opened(url)
        files = make()
        place = f"{root.rstrip('/')}/.aver-doctor-{os.getpid()}"
        files.pipe_file(place, b"x")
        read = files.cat_file(place)
        files.rm_file(place)
    except ImportError as error:
        yield wrong("store", f"the package {error.name or kind} is not installed", SEVERAL)
    except Exception as error:  # whatever a driver raises; it may repeat the address
        cure = "Check STORAGE_URL, the store's address and keys (AWS_...), and that it runs."
        yield wrong("store", f"{kind} cannot be used ({type(error).__name__})", cure)
    else:
        if read == b"x":
            yield well("store", f"{kind}, written and read")
        else:
            yield wrong(
                "store", f"{kind} does not give back what was written", "Use another store."
            )


def worker(settings: Settings) -> Iterator[Finding]:
    """Whether a worker gives signs of life."""
    from source.jobs.opened import WORKER_LOCK
    from source.store.lock import FileLock

    seen = FileLock(settings.path("DATA_DIR") / WORKER_LOCK).touched()
    if seen is None:
        yield well("worker", "none has run yet; make run starts one")
        return
    age = max(0.0, (datetime.now(UTC) - seen).total_seconds())
    if age > SILENT:
        yield doubtful("worker", f"none for {_length(age)}: what is sent waits", START)
    else:
        yield well("worker", f"gave a sign {age:.0f} s ago")


def _length(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
