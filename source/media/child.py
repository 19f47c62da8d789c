"""The process that decodes for another: ``python -m source.media.child MB``.

It reads a call from standard input, writes what comes of it to standard output, and waits for
the next. It can write no file, and where the system allows it, it has a limit of memory.
"""

import importlib
import inspect
import os
import sys
import threading
import time
from contextlib import closing, suppress
from functools import reduce
from typing import Any, BinaryIO

MEGABYTE = 1 << 20


def main(memory: int) -> None:
    """Serve until the parent is gone. `memory` in MB."""
    _keep_within(memory)
    from source.media import pipe

    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between the answers
    with calls, answers, suppress(EOFError, BrokenPipeError):
        while True:
            module, name, args, named = pipe.receive(calls)
            _answer(answers, module, name, args, named)


def _answer(
    answers: BinaryIO, module: str, name: str, args: tuple[Any, ...], named: dict[str, Any]
) -> None:
    from source.core.errors import AverError
    from source.media import pipe

    try:
        function: Any = reduce(getattr, name.split("."), importlib.import_module(module))
        value = function(*args, **named)
        if inspect.isgenerator(value):
            with closing(value):
                for item in value:
                    pipe.send(answers, (pipe.ITEM, item))
        else:
            pipe.send(answers, (pipe.ITEM, value))
        pipe.send(answers, (pipe.END, None))
    except BrokenPipeError:
        raise
    except (AverError, OSError, ImportError) as error:
        pipe.send(answers, (pipe.ERROR, pipe.error_as_value(error)))


def _leave_with(parent: int) -> None:
    """End with the parent, however it ended and whatever is being decoded."""
    while os.name != "nt":
        time.sleep(1.0)
        if os.getppid() != parent:
            os._exit(1)


def _keep_within(memory: int) -> None:
    """Limit what this process may take of the machine, as far as the system allows it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere this counts what is not memory
        size = memory * MEGABYTE
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (size, size))


if __name__ == "__main__":
    main(int(sys.argv[1]))
