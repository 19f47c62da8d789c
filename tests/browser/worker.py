"""A worker whose analyses are made by hand: quick ones, and ones that last until cancelled."""

import logging
import sys
import time

from source.core.errors import Cancelled
from source.core.progress import Progress
from source.jobs.worker import run
from source.settings import Settings
from tests.views import made


def analyse(recordings, options, *, settings, on_progress, cancelled):
    """Give a made Result of the file's kind; “slow” in its name lasts a minute, “while” 3 s."""
    name = recordings[0].name
    for step in range(600 if "slow" in name else 30 if "while" in name else 3):
        if cancelled():
            raise Cancelled()
        on_progress(Progress("reading", min(60.0, step / 10 + 5), 60.0, step * 2, step // 3))
        time.sleep(0.1)
    on_progress(Progress("fusing", 60.0, 60.0, 240, 5))
    if "nobody" in name:
        return made.nothing()
    if "crowd" in name:
        return made.crowd()
    ending = name.rpartition(".")[2]
    return {"wav": made.sound, "jpg": made.picture}.get(ending, made.video)()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    run(Settings.load(), analyse=analyse, leash="--leash" in sys.argv)
