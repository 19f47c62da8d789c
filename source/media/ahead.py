"""Reads ahead: what takes long to produce is produced while the last of it is still in use."""

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T], *, most: int = 3) -> Generator[T, None, None]:
    """The same items in the same order, produced in a thread of their own.

    Decoding and drawing let go of Python's lock, so both can go on at the same time.

    Parameters
    ----------
    items : iterable
        Read in the other thread only, and closed there where it can be closed.
    most : int > 0
        Items that wait at most, so that memory stays bounded.

    Raises
    ------
    Exception
        Whatever `items` raises, after the items before it.

    Examples
    --------
    >>> list(ahead(iter("abc"), most=1))
    ['a', 'b', 'c']
    """
    line: queue.SimpleQueue[tuple[T] | BaseException | None] = queue.SimpleQueue()
    room, stop = threading.Semaphore(most), threading.Event()

    def produce() -> None:
        end: BaseException | None = None
        try:
            for item in items:
                room.acquire()
                if stop.is_set():
                    break
                line.put((item,))
        except BaseException as error:  # told where the items are used
            end = error
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()
            line.put(end)

    thread = threading.Thread(target=produce, name="media-ahead", daemon=True)
    thread.start()
    try:
        while (entry := line.get()) is not None:
            if isinstance(entry, BaseException):
                raise entry
            room.release()
            yield entry[0]
    finally:
        stop.set()
        room.release()
        thread.join()
