"""`make capacity`: how much one core analyses in an hour, and what a load takes.

Measured is the time of processors (user and system, all threads), not the time that passes: it
depends little on what else a machine does, and says what a core-hour buys.
"""

import argparse
import math
import os
import platform
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from source.settings import ROOT, Settings

LOADS = (10, 1_000, 100_000)
"""Clips a day."""

SPARE = 0.5
"""Share of their time that workers are busy on average: the rest is for busy hours."""

PEAK = 3.0
"""How much more comes in the busiest hour than in the average one."""

HOUR = 3600.0


@dataclass(frozen=True)
class Measured:
    """What a kind of analysis costs: seconds of a processor, for a recording of some seconds."""

    analysis: str
    recorded: float
    processor: float

    @property
    def per_core_hour(self) -> float:
        """Recorded minutes that one core analyses in an hour."""
        return self.recorded / 60 / (self.processor / HOUR)


def main(arguments: list[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m source.cli.capacity", description=__doc__)
    parser.add_argument("--file", type=Path, default=ROOT / "input_files" / "sample.mp4")
    parser.add_argument("--minutes", type=float, default=2.0, help="length of the clip")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--price", type=float, default=0.05, help="of a core and hour")
    options = parser.parse_args(arguments)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    every = measured(options.file, options.minutes * 60, options.runs)
    print(f"\nOne core, clips of {every[0].recorded / 60:.1f} minutes at 1280 x 720\n")
    print(f"{'analysis':<10}{'processor s a clip':>20}{'recorded minutes a core-hour':>32}")
    for one in every:
        print(f"{one.analysis:<10}{one.processor:>20.1f}{one.per_core_hour:>32.0f}")
    print(f"\nmemory of the process: {_memory():.0f} MB at most")
    dearest = max(every, key=lambda one: one.processor)
    minutes = dearest.recorded / 60
    print(f"\n{dearest.analysis}: clips of {minutes:.1f} minutes\n")
    print(f"{'clips a day':>12}{'core-hours a day':>18}{'cores':>7}{'1,000 clips cost':>18}")
    for load in LOADS:
        hours, cores = needed(load, dearest.processor)
        cost = 1000 * dearest.processor / HOUR / SPARE * options.price
        print(f"{load:>12,}{hours:>18.1f}{cores:>7}{cost:>18.2f}")
    return 0


def _memory() -> float:
    """The most that this process has held, in megabytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if platform.system() == "Darwin" else 1e3)


def needed(clips: int, processor: float) -> tuple[float, int]:
    """Core-hours a day, and cores so that the busiest hour is done within it.

    Parameters
    ----------
    clips : int
        A day.
    processor : float
        Seconds of one core for each.

    Examples
    --------
    >>> needed(1000, 36.0)
    (10.0, 2)
    """
    hours = clips * processor / HOUR
    return hours, max(1, math.ceil(hours / 24 * PEAK))


def measured(file: Path, seconds: float, runs: int) -> list[Measured]:
    """Analyse a clip that is repeated until it is long enough: the least of a few runs."""
    from source.analysis import analyse, probe_files
    from source.cli.bench import repeat

    settings = Settings.load()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        repeat(file, path, seconds)
        for name in ("audio", "video", "combined"):
            options = settings.options(analysis=name)
            spent, recorded = [], 0.0
            for _ in range(runs + 1):  # the first loads the models
                began = time.process_time()
                result = analyse(probe_files([path], settings=settings), options, settings=settings)
                spent.append(time.process_time() - began)
                recorded = result.source.seconds or 0.0
            found.append(Measured(name, recorded, min(spent[1:])))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
