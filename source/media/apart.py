"""Decoding in a process of its own, so that a file that breaks a decoder costs one recording.

Decoders are large C libraries that read what strangers send. A server therefore lets children
decode (`use`): a child that crashes, takes too much memory or falls silent is killed, and what
it was asked for ends with `Damaged`. The children run the same functions, so the answers are
the same, bit for bit. ``run.py`` does so, too.
"""

import atexit
import inspect
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar, cast

from source.core.errors import Damaged
from source.core.processes import OWN_GROUP
from source.media import pipe
from source.media.recording import Recording

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]

SILENT = 120.0
"""Seconds that a child may take for its next answer."""

CALLS = 100
"""Calls after which a child is replaced, so that no decoder's leak adds up."""

IDLE = 2
"""Children that are kept for the next call."""

P = ParamSpec("P")
R = TypeVar("R")


class Children:
    """Processes that decode, one call each at a time. May be used by several threads.

    Parameters
    ----------
    memory : int [MB]
        Memory that a child may take; enforced on Linux alone.
    silent : float [s]
        Time that a child may take for its next answer.
    """

    def __init__(self, *, memory: int, silent: float = SILENT) -> None:
        self._memory = memory
        self._silent = silent
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._lock = threading.Lock()
        self._watching = False

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], named: Any) -> Any:
        """What a function returns; raises what `items` raises."""
        (value,) = self.items(function, args, named)
        return value

    def items(
        self, function: Callable[..., Any], args: tuple[Any, ...], named: Any
    ) -> Generator[Any, None, None]:
        """What a generator function yields, or the one value that any other returns.

        Raises
        ------
        Damaged
            If the child dies or falls silent meanwhile.
        AverError, OSError, ImportError
            Those that the function raises.
        """
        with self._one() as child:
            child.ask((function.__module__, function.__qualname__, args, named))
            try:
                yield from child.answers()
            except (EOFError, pipe.UnreadableError) as end:
                log.info("A decoder was lost: %s.", child.why())
                raise Damaged(_name(args), child.why()) from end

    def start(self, count: int) -> None:
        """Start children that wait for the first calls."""
        started = [_Child(self._memory) for _ in range(count)]
        with self._lock:
            self._idle += started

    def processes(self) -> list["subprocess.Popen[bytes]"]:
        """Those that wait for the next call."""
        with self._lock:
            return [child.process for child in self._idle]

    def end(self) -> None:
        """End all of them."""
        with self._lock:
            children = [*self._idle, *self._busy]
            self._idle.clear()
        for child in children:
            child.kill()

    @contextmanager
    def _one(self) -> Iterator["_Child"]:
        with self._lock:
            child = self._idle.pop() if self._idle else _Child(self._memory)
            self._busy.add(child)
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="decoders", daemon=True).start()
        try:
            yield child
        finally:
            with self._lock:
                self._busy.discard(child)
                kept = child.is_free and child.calls < CALLS and len(self._idle) < IDLE
                if kept:
                    self._idle.append(child)
            if not kept:
                child.kill()

    def _watch(self) -> None:
        """Kill those that are silent for too long, as long as any works."""
        while True:
            time.sleep(min(1.0, self._silent / 4))
            with self._lock:
                busy = list(self._busy)
                if not busy:
                    self._watching = False
                    return
            for child in busy:
                if child.silent_for() > self._silent:
                    child.give_up()


class _Child:
    """One process (`source.media.child`)."""

    def __init__(self, memory: int) -> None:
        self.calls = 0
        self.is_free = True
        self._given_up = False
        self._asked: float | None = None  # when it was last waited for
        self.process = subprocess.Popen(
            [sys.executable, "-m", "source.media.child", str(memory)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a library says in its last moment is for nobody
            **OWN_GROUP,
        )
        self._calls = cast(BinaryIO, self.process.stdin)
        self._answers = cast(BufferedReader, self.process.stdout)

    def ask(self, request: Any) -> None:
        self.calls += 1
        self.is_free = False
        with suppress(BrokenPipeError):  # it is dead, which its answers say
            pipe.send(self._calls, request)

    def answers(self) -> Iterator[Any]:
        while True:
            self._asked = time.monotonic()
            kind, value = pipe.receive(self._answers)
            self._asked = None
            if kind == pipe.ITEM:
                yield value
                continue
            error = pipe.raised(value) if kind == pipe.ERROR else None
            self.is_free = True
            if error is not None:
                raise error
            return

    def why(self) -> str:
        """What became of it, for the sentence about the file."""
        if self._given_up:
            return "decoding it took too long"
        return "it crashed its decoder, or needed too much memory"

    def silent_for(self) -> float:
        asked = self._asked
        return 0.0 if asked is None else time.monotonic() - asked

    def give_up(self) -> None:
        """End the process; whoever waits for its answer finds that it is gone."""
        self._given_up = True
        self.process.kill()

    def kill(self) -> None:
        """End the process and its pipes; nobody may wait for an answer."""
        self.process.kill()
        for end in (self._calls, self._answers):
            with suppress(OSError):  # what was not sent cannot be sent any more
                end.close()
        self.process.wait()


_children: Children | None = None
atexit.register(lambda: stop())


def use(*, memory: int, ready: int = 0) -> None:
    """From now on decode in children, each with so many MB of memory; 0: in this process.

    `ready` children are started at once, to be there when the first is needed.
    """
    global _children
    stop()
    if memory:
        _children = Children(memory=memory)
        _children.start(ready)


def stop() -> None:
    """End all children and decode in this process again."""
    global _children
    children, _children = _children, None
    if children is not None:
        children.end()


def apart(function: Callable[P, R]) -> Callable[P, R]:
    """A function or generator function that runs in a child where `use` says so.

    Its arguments and answers have to be pickled; what comes back is limited to numbers, text,
    arrays and the classes of `source.core` and `source.media` (`source.media.pipe`).
    """
    generates = inspect.isgeneratorfunction(function)

    @wraps(function)
    def called(*args: P.args, **named: P.kwargs) -> R:
        children = _children
        if children is None:
            return function(*args, **named)
        if generates:
            return cast(R, children.items(function, args, named))
        return cast(R, children.call(function, args, named))

    return called


def _name(args: tuple[Any, ...]) -> str:
    first = args[0] if args else ""
    return first.name if isinstance(first, Recording | Path) else str(first)
