"""An analysis that only pretends, and a worker process that runs it (when this is run).

What it does is said by the name of the file, as its owner calls it: `slow.wav` goes on until
it is told to stop, `long.wav` for a second or more, `deaf.wav` never stops, `kill.wav` kills the
process, and anything else is done at once.
"""

import os
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).resolve()
sys.path.insert(0, str(ROOT))

from source.core.caller import Caller  # noqa: E402
from source.core.emotions import Emotion  # noqa: E402
from source.core.errors import Cancelled  # noqa: E402
from source.core.progress import Progress, ignore, never  # noqa: E402
from source.core.result import Result, Source  # noqa: E402

ME, YOU = Caller("me"), Caller("you")


def result(names=("tone.wav",)) -> Result:
    return Result(
        id="x",
        analysis="audio",
        created="2026-01-01T00:00:00Z",
        took=0.1,
        app="0",
        source=Source(names[0], "audio", 1, "0" * 64, 1.0),
        models={},
        options={},
        emotion=Emotion.from_scores({"happy": 0.8, "sad": 0.2}, threshold=0.5),
    )


def analyse(recordings, options, *, settings, on_progress=ignore, cancelled=never) -> Result:
    assert all(recording.path.stat().st_size for recording in recordings)
    names = [recording.name for recording in recordings]
    doing = names[0].partition(".")[0]
    seconds = 0.0
    while doing in ("slow", "deaf") or (doing == "long" and seconds < 1.0):
        seconds += 0.01
        on_progress(Progress("reading", round(seconds, 2), 100.0, 0, 1))
        if doing != "deaf" and cancelled():
            raise Cancelled()
        time.sleep(0.01)
    if doing == "kill":
        on_progress(Progress("reading", 1.0, 100.0, 0, 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return result(names)


def runner(settings, table, analyse, **values):
    """What a worker on DATA_DIR does its jobs with, around a given analysis."""
    from source.jobs.runner import Runner
    from source.store.results import Results
    from source.store.uploads import Uploads

    data = settings.path("DATA_DIR")
    values = {"worker": "home:me", "shutting_down": lambda: False, **values}
    return Runner(
        settings,
        table=table,
        uploads=Uploads(data),
        results=Results(data),
        analyse=analyse,
        **values,
    )


if __name__ == "__main__":
    from source.core.errors import WorkerRunning
    from source.jobs import worker
    from source.settings import Settings

    try:
        worker.run(Settings.load(), analyse=analyse, leash="--leash" in sys.argv, patience=1)
    except WorkerRunning:
        sys.exit(worker.OCCUPIED)
