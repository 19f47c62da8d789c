"""How a child that decodes and its parent write to each other.

A message is its length, the number of arrays beside it and their lengths, then all of these.
The parent reads it as if a stranger had written it: a decoder may have been taken over by the
file it reads. So a message can hold plain values, arrays, and dataclasses and errors of ours.
"""

import importlib
import pickle
import struct
from io import BytesIO
from typing import Any, BinaryIO, Protocol

from source.core.errors import AverError

ITEM, ERROR, END = "item", "error", "end"
"""Kinds of answers: one of the values, what was raised in their place, and that all is said."""

_HEAD = struct.Struct("<QI")
_SIZE = struct.Struct("<Q")

MOST = 4 << 30
"""Bytes that a message may have."""

STEP = 64 << 20
"""Bytes for which room is made at once."""

MOST_ARRAYS = 64
"""Arrays that a message may have beside it."""

_PLAIN = {
    ("pathlib", "Path"), ("pathlib", "PosixPath"), ("pathlib", "WindowsPath"),
    ("numpy", "dtype"), ("numpy", "ndarray"), ("numpy._core.numeric", "_frombuffer"),
    ("numpy._core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "scalar"),
    ("fractions", "Fraction"), ("builtins", "frozenset"), ("builtins", "set"),
    ("builtins", "OSError"), ("builtins", "ImportError"), ("builtins", "ModuleNotFoundError"),
    ("builtins", "MemoryError"),
}  # fmt: skip
"""What a message may name outside our own packages."""

_OURS = ("source.core.", "source.media.")


class Readable(Protocol):
    """A stream of bytes that fills what it is given."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer as far as there is something; the number of bytes, 0 at the end."""


class UnreadableError(Exception):
    """A message is damaged, or names what it may not."""


def send(stream: BinaryIO, value: Any) -> None:
    """Write one message.

    Raises
    ------
    BrokenPipeError
        If the other end is gone.
    """
    arrays: list[pickle.PickleBuffer] = []
    body = pickle.dumps(value, protocol=5, buffer_callback=arrays.append)
    raw = [array.raw() for array in arrays]
    stream.write(_HEAD.pack(len(body), len(raw)) + b"".join(_SIZE.pack(len(r)) for r in raw))
    stream.write(body)
    for part in raw:
        stream.write(part)
    stream.flush()


def receive(stream: Readable) -> Any:
    """Read one message.

    Raises
    ------
    EOFError
        If the other end is gone.
    UnreadableError
        If it is none that `send` writes, or names what it may not.
    """
    size, count = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if count > MOST_ARRAYS:
        raise UnreadableError(f"A message with {count} arrays has too many.")
    sizes = [_SIZE.unpack(_exactly(stream, _SIZE.size))[0] for _ in range(count)]
    if size + sum(sizes) > MOST:
        raise UnreadableError(f"A message of {size + sum(sizes)} bytes is too long.")
    body = _exactly(stream, size)
    arrays = [_exactly(stream, length) for length in sizes]
    try:
        return _Careful(body, arrays).load()
    except UnreadableError:
        raise
    except Exception as error:  # pickle raises whatever the damage leads to
        raise UnreadableError(f"This message cannot be read: {error}") from error


def error_as_value(error: BaseException) -> Any:
    """An error in a form that `raised` turns back into it, whatever its constructor asks for."""
    return type(error).__module__, type(error).__qualname__, error.args, dict(vars(error))


def raised(value: Any) -> BaseException:
    """The error that `error_as_value` took apart.

    Raises
    ------
    UnreadableError
        If it is none of ours and none of Python's that are let through.
    """
    module, name, args, attributes = value
    kind = _class(module, name)
    if not (isinstance(kind, type) and issubclass(kind, AverError | OSError | ImportError)):
        raise UnreadableError(f"{module}.{name} is no error that a decoder raises.")
    error: BaseException = kind.__new__(kind, *args)
    error.args = tuple(args)
    error.__dict__.update(attributes)
    return error


class _Careful(pickle.Unpickler):
    def __init__(self, body: bytearray, arrays: list[bytearray]) -> None:
        super().__init__(BytesIO(body), buffers=arrays)

    def find_class(self, module: str, name: str) -> Any:
        return _class(module, name)


def _class(module: str, name: str) -> Any:
    """A class by name: one of those that a message may hold.

    Raises
    ------
    UnreadableError
        If it may not.
    """
    if (module, name) in _PLAIN:
        return getattr(importlib.import_module(module), name)
    if module.startswith(_OURS):
        found = getattr(importlib.import_module(module), name, None)
        if isinstance(found, type) and found.__module__ == module:
            return found
    raise UnreadableError(f"A message may not name {module}.{name}.")


def _exactly(stream: Readable, size: int) -> bytearray:
    """So many bytes. Room is made as they come: what is promised may never be sent."""
    data, filled = bytearray(), 0
    while filled < size:
        if filled == len(data):
            data.extend(bytes(min(size - filled, STEP)))
        with memoryview(data) as view, view[filled:] as rest:
            count = stream.readinto(rest)
        if not count:
            raise EOFError
        filled += count
    return data
