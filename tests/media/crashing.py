"""What a file could make a decoder do; a child runs these in place of one."""

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from source.core.errors import TooLarge
from source.media.apart import apart


@apart
def numbers(count: int) -> Iterator[int]:
    yield from range(count)


@apart
def crash_after(count: int) -> Iterator[int]:
    yield from range(count)
    os.kill(os.getpid(), signal.SIGSEGV)


@apart
def take(megabytes: int) -> int:
    try:
        return int(np.ones(megabytes << 20, np.uint8)[-1])
    except MemoryError:  # as a C library ends that does not expect it
        os.abort()


@apart
def fall_silent(name: Path) -> None:
    threading.Event().wait()


@apart
def write(place: Path) -> int:
    with place.open("wb") as file:
        return file.write(b"x" * 100)


@apart
def refuse(name: str) -> None:
    raise TooLarge.pixels(name, 9000, 9000, 1)


@apart
def name_a_command() -> object:
    return _Command()


class _Command:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch taken-over",)
