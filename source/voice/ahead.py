"""Work that goes on while what it made before is being used."""

import contextlib
import threading
from collections.abc import Generator, Iterator
from queue import Empty, Full, Queue
from typing import Any, TypeVar

T = TypeVar("T")

WAITING = 2
"""How many made things may wait to be used."""

LOOK = 0.1
"""Seconds after which a full queue is asked whether anybody still wants what is in it."""


def ahead(things: Iterator[T]) -> Iterator[T]:
    """The same things in the same order, made by a second thread.

    At most `WAITING` wait, so that memory stays bounded. What goes wrong in the making is
    raised here, at its place. Where the caller stops early, so does the making.

    >>> list(ahead(n * n for n in range(5)))
    [0, 1, 4, 9, 16]
    """
    queue: Queue[tuple[str, Any]] = Queue(WAITING)
    unwanted = threading.Event()

    def put(what: str, thing: Any = None) -> None:
        while not unwanted.is_set():
            with contextlib.suppress(Full):
                return queue.put((what, thing), timeout=LOOK)

    def make() -> None:
        try:
            for thing in things:
                put("made", thing)
                if unwanted.is_set():
                    return
            put("done")
        except BaseException as error:  # told by the thread that asked
            put("failed", error)
        finally:
            if isinstance(things, Generator):
                things.close()  # where it was made: files are closed by their thread

    maker = threading.Thread(target=make, name="ahead", daemon=True)
    maker.start()
    try:
        while True:
            what, thing = queue.get()
            if what == "made":
                yield thing
            elif what == "failed":
                raise thing
            else:
                return
    finally:
        unwanted.set()
        with contextlib.suppress(Empty):  # the maker may wait for room
            queue.get_nowait()
        maker.join()
