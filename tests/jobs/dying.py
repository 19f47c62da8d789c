"""Processes that are killed at a moment of their work, and what is left of it afterwards.

Run as a script it kills one process at each step of `STEPS`, lets the next one go on, and prints
as JSON what came of it: all in forks of one process, so that nothing is imported twice.
"""

import contextlib
import importlib
import io
import json
import os
import signal
import sqlite3
import sys
import tempfile
import traceback
import wave
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from source.core.options import Options  # noqa: E402
from source.core.progress import Progress  # noqa: E402
from source.jobs import Jobs, worker  # noqa: E402
from source.jobs.sweeper import GRACE, sweep  # noqa: E402
from source.settings import Settings  # noqa: E402
from source.store import results, uploads  # noqa: E402
from source.store.job import now  # noqa: E402
from source.store.lock import FileLock  # noqa: E402
from source.store.table import JobTable  # noqa: E402
from source.store.uploads import Uploads  # noqa: E402
from tests.jobs.fakes import ME  # noqa: E402
from tests.views import made  # noqa: E402

FILES = {"drawing_annotated.png": b"picture" * 500, "drawing_2.png": b"second" * 500}
"""What is drawn, so that a half-written one is known."""

KEPT = timedelta(hours=24)


def tone() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16000)
        sound.writeframes(bytes(range(256)) * 125)
    return file.getvalue()


def draw(recordings, result, options, place, **_):
    for name, content in FILES.items():
        place.with_name(name).write_bytes(content)
    return SimpleNamespace(missing=[], failed=[])


def portraits(recordings, result, place, **_):
    (place / "1.jpg").write_bytes(b"face" * 500)


def pretend() -> None:
    """Let nothing be decoded or drawn in this process."""
    importlib.import_module("source.drawing.draw").draw = draw
    importlib.import_module("source.drawing.portraits").portraits = portraits


def analyse(recordings, options, *, settings, on_progress, cancelled):
    on_progress(Progress("reading", 0.5, 1.0, 0, 1))
    return made.video()


# --- killed at a step ---------------------------------------------------------------------------


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner, name):
    return lambda: setattr(owner, name, die)


def after(owner, name):
    def patch():
        whole = getattr(owner, name)
        setattr(owner, name, lambda *args, **more: (whole(*args, **more), die()))

    return patch


def replacing(ending):
    """Dies when a file or folder is about to be put in place under such a name."""

    def patch():
        replace = os.replace
        os.replace = lambda old, new: die() if str(new).endswith(ending) else replace(old, new)

    return patch


STEPS = {
    "the upload is half copied": ("send", before(os, "fsync")),
    "the upload is stored": ("send", before(JobTable, "add")),
    "the job is written down": ("send", after(JobTable, "add")),
    "the job is taken up": ("work", after(JobTable, "take_up")),
    "it is being analysed": ("work", after(made, "video")),
    "the faces are cut out": ("work", before(Uploads, "publish_faces")),
    "the drawings are drawn": ("work", before(Uploads, "publish_drawings")),
    "the drawings are half published": ("work", replacing(uploads.DRAWN)),
    "the result is half written": ("work", before(os, "fsync")),
    "the result is written": ("work", before(JobTable, "finish")),
    "the result is in place, its job not over": ("work", before(results, "sync_folder")),
    "the job is over": ("work", after(JobTable, "finish")),
}


def settings_in(folder: Path, **values) -> Settings:
    chosen = {"DATA_DIR": str(folder), "JOB_ATTEMPTS": 3, **values}
    return Settings.load({}, root=folder).with_values(**chosen)


def send(settings: Settings, name: str = "tone.wav") -> None:
    jobs = Jobs(settings)
    jobs.submit([(name, io.BytesIO(tone()))], Options(annotate=True), ME)
    jobs.close()


def work(settings: Settings) -> None:
    """What a worker does when it starts, and every job that waits."""
    lock = FileLock(settings.path("DATA_DIR") / "worker.lock")
    assert lock.take(), "Another worker is at work."
    alone = worker._Worker(settings, settings.path("DATA_DIR"), lock, analyse, 1)
    alone._recover()
    for job_id in alone._table.waiting_ids():
        alone._runner.work(job_id)


def in_a_fork(do) -> int:
    """Run something in a process of its own; gives how that ended."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            do()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def count_ends(data: Path) -> None:
    """Let the database itself count how often each job ends, whoever writes that."""
    with contextlib.closing(sqlite3.connect(data / "aver.db")) as database:
        database.executescript(
            "CREATE TABLE ends (id TEXT, state TEXT);"
            "CREATE TRIGGER ended AFTER UPDATE OF state ON jobs"
            " WHEN NEW.state IN ('done', 'failed', 'cancelled')"
            " BEGIN INSERT INTO ends VALUES (NEW.id, NEW.state); END;"
        )


def left(settings: Settings) -> dict:
    """What there is in the end: jobs, how often each ended, and files that should not be there."""
    data = settings.path("DATA_DIR")
    jobs = Jobs(settings)
    later = now() + GRACE + timedelta(minutes=1)
    sweep(jobs._table, jobs._uploads, jobs._results, moment=later, kept=KEPT)
    with contextlib.closing(sqlite3.connect(data / "aver.db")) as database:
        rows = database.execute("SELECT id, names, state, files, attempts FROM jobs").fetchall()
        ends = [job_id for (job_id,) in database.execute("SELECT id FROM ends")]
    expected, half = {data / "uploads", data / "results"}, []
    for job_id, _, state, stored, _ in rows:
        folder = data / "uploads" / job_id
        upload = folder / json.loads(stored)[0]
        whole = {upload: tone()}
        if state == "done":
            whole |= {folder / "drawn" / name: content for name, content in FILES.items()}
            whole[folder / "faces" / "1.jpg"] = b"face" * 500
            whole[data / "results" / f"{job_id}.json"] = None
            half += [] if jobs.result(job_id, ME).id == job_id else [job_id]
        expected |= {folder, *(p for path in whole for p in (path, path.parent))}
        half += [str(p) for p, content in whole.items()
                 if not p.is_file() or content not in (None, p.read_bytes())]  # fmt: skip
    found = {p for top in ("uploads", "results") for p in (data / top).rglob("*")}
    jobs.close()
    return {
        "states": [state for *_, state, _, _ in rows],
        "names": [json.loads(names)[0] for _, names, *_ in rows],
        "attempts": [attempts for *_, attempts in rows],
        "doubled": len(ends) - len(set(ends)),
        "half": half + sorted(str(p.relative_to(data)) for p in found - expected),
    }


def killed_at(step: str, folder: Path) -> dict:
    """Kill a process at a step, let the next one go on; tells how the first died, what is left."""
    who, patch = STEPS[step]
    settings = settings_in(folder)
    in_a_fork(lambda: Jobs(settings).close())
    count_ends(folder)
    if who == "work":
        in_a_fork(lambda: send(settings))

    def dying():
        patch()
        (send if who == "send" else work)(settings)

    died = in_a_fork(dying)
    went_on = in_a_fork(lambda: work(settings))
    return {"died": died, "went_on": went_on, **left(settings)}


if __name__ == "__main__":
    pretend()
    with tempfile.TemporaryDirectory() as place:
        reports = {}
        for number, name in enumerate(STEPS):
            folder = Path(place, str(number))
            folder.mkdir()
            reports[name] = killed_at(name, folder)
        print(json.dumps(reports))
