"""Analyse files side by side, and say how far it has come."""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from source.cli.drawings import Drawings, drawings
from source.cli.terminal import StatusLine, printable
from source.core.errors import AverError, BadRecording, Cancelled, TooLarge
from source.core.figures import number_of
from source.core.options import Options
from source.core.progress import Progress
from source.core.result import Result
from source.settings import Settings

if TYPE_CHECKING:
    from source.analysis import Recording

TICK = 0.1
"""Seconds between two looks at the work."""


@dataclass(frozen=True)
class Answer:
    """What became of one file, or of a pair: a Result or an error."""

    paths: tuple[Path, ...]
    recordings: "tuple[Recording, ...]" = ()
    result: Result | None = None
    error: BaseException | None = None
    drawings: Drawings | None = None


class Batch:
    """Files being analysed in threads of their own.

    Parameters
    ----------
    options : Options
        How each is analysed.
    settings : Settings
        Limits, models and runtime.
    workers : int
        How many files are analysed at once.
    results : Path, optional
        Where drawings are made; RESULTS_DIR by default.
    labels : str
        The label view they are in.
    baselines : mapping of Path to str
        What the voices of some files are read against, instead of what `options` say.
    """

    def __init__(
        self,
        options: Options,
        settings: Settings,
        *,
        workers: int = 1,
        results: Path | None = None,
        labels: str = "native",
        baselines: Mapping[Path, str] | None = None,
    ) -> None:
        self._options = options
        self._baselines = baselines or {}
        self._results = results or settings.path("RESULTS_DIR")
        self._labels = labels
        self._settings = settings
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="analysis")
        self._under_way: set[tuple[Path, ...]] = set()
        self._stop = threading.Event()
        self._now: dict[Path, Progress] = {}

    def answers(self, files: Sequence[Path], status: StatusLine) -> Iterator[Answer]:
        """The answer to each file, in the files' order, each as soon as it is there."""
        if self._options.analysis == "combined" and len(files) == 2:
            pair = self._await(self._pool.submit(self._analyse, tuple(files)), status, "")
            if not isinstance(pair.error, BadRecording | TooLarge):
                yield pair
                return
        futures = [self._pool.submit(self._analyse, (file,)) for file in files]
        for number, future in enumerate(futures, start=1):
            count = f"{number} of {len(files)}  " if len(files) > 1 else ""
            yield self._await(future, status, count)

    def stop(self, *, within: float = 3.0) -> bool:
        """Stop everything; whether all of it stopped within so many seconds."""
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + within
        with contextlib.suppress(KeyboardInterrupt):  # a second Ctrl-C: wait no longer
            while self._under_way and time.monotonic() < until:
                time.sleep(TICK / 10)
        return not self._under_way

    def _analyse(self, paths: tuple[Path, ...]) -> Answer:
        from source.analysis import analyse, check_models, probe_files

        def report(progress: Progress) -> None:
            self._now[paths[0]] = progress

        self._under_way.add(paths)
        try:
            if self._stop.is_set():
                raise Cancelled
            check_models(self._options, self._settings)  # whatever the files are
            recordings = probe_files(paths, settings=self._settings)
            known = tuple(recordings)
            result = analyse(
                recordings,
                self._options_of(paths),
                settings=self._settings,
                on_progress=report,
                cancelled=self._stop.is_set,
            )
            if not self._options.drawn:
                return Answer(paths, known, result)
            drawn = drawings(
                recordings,
                result,
                self._options,
                folder=self._results,
                labels=self._labels,
                settings=self._settings,
                on_progress=report,
                cancelled=self._stop.is_set,
            )
            return Answer(paths, known, result, drawings=drawn)
        except Exception as error:  # the caller reports it in a sentence
            return Answer(paths, error=error)
        finally:
            self._now.pop(paths[0], None)
            self._under_way.discard(paths)

    def _options_of(self, paths: tuple[Path, ...]) -> Options:
        own = next((self._baselines[path] for path in paths if path in self._baselines), None)
        return self._options if own is None else replace(self._options, baseline=own)

    def _await(self, future: Future[Answer], status: StatusLine, count: str) -> Answer:
        while not future.done():
            under_way = list(self._now.items())
            if under_way:
                path, progress = under_way[0]
                status.show(f"{count}{printable(path.name)}  {progress_text(progress)}")
            wait_for([future], timeout=TICK)
        return future.result()


def progress_text(progress: Progress) -> str:
    """Progress as a person reads it.

    Examples
    --------
    >>> progress_text(Progress("reading", seconds=42, total=190, faces=14))
    'reading 0:42 of 3:10, 14 faces'
    """
    from source.views.words import clock

    if progress.stage == "drawing" and progress.total and progress.seconds:
        return f"drawing {clock(progress.seconds)} of {clock(progress.total)}"
    if progress.stage != "reading":
        return {
            "received": "opening",
            "fusing": "combining",
            "drawing": "drawing",
            "done": "done",
        }[progress.stage]
    where = f" {clock(progress.seconds)} of {clock(progress.total)}" if progress.total else ""
    counts = [
        number_of(count, name)
        for count, name in ((progress.faces, "face"), (progress.utterances, "utterance"))
        if count
    ]
    return ", ".join([f"reading{where}", *counts])


def sentence(answer: Answer) -> str:
    """Why a file was not analysed, in a sentence or two."""
    error = answer.error
    if isinstance(error, AverError):
        return printable(str(error))
    names = " and ".join(printable(path.name) for path in answer.paths)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return (
        f"“{names}” could not be analysed because of a bug in AVER ({printable(what)}). "
        "Run it again with --traceback and report the output."
    )
