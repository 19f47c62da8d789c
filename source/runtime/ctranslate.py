"""Reads the weights in a file of CTranslate2, without CTranslate2.

The format (versions 6 and below of ``model.bin``) is a list of named arrays and nothing else:
no code, no pickles. Little-endian throughout::

    u32 version, text specification, u32 revision
    u32 n, then n times: text name, u8 rank, u32 x rank shape, u8 type, u32 bytes, the bytes
    u32 m, then m times: text alias, text name

A text is a u16 length with the closing zero counted in, then UTF-8.
"""

import struct
from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

VERSION = 6
"""Newest version of the format that is read."""

TYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
"""Types by their number in the file; bfloat16 (5) has no counterpart in numpy."""


def arrays(content: bytes, *, under: str = "") -> Mapping[str, Array]:
    """The arrays of a file.

    Parameters
    ----------
    content : bytes
        The whole file.
    under : str
        Only arrays whose names begin so, for example ``encoder/``.

    Returns
    -------
    mapping of str to np.ndarray
        Views of `content`, which cannot be written to; shapes and types as in the file.

    Raises
    ------
    ValueError
        If the content is not such a file.

    Examples
    --------
    >>> name = b"scale" + bytes(1)
    >>> text = struct.pack("<H", len(name)) + name
    >>> head = struct.pack("<I", 6) + text + struct.pack("<II", 1, 1)
    >>> body = text + struct.pack("<BIBI", 1, 2, 0, 8) + struct.pack("<ff", 1.0, 2.0)
    >>> arrays(head + body)["scale"].tolist()
    [1.0, 2.0]
    """
    try:
        return _read(content, under)
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"This is no file of CTranslate2: {error}.") from error


def _read(content: bytes, under: str) -> dict[str, Array]:
    place = 0

    def number(kind: str) -> int:
        nonlocal place
        value: int = struct.unpack_from(f"<{kind}", content, place)[0]
        place += struct.calcsize(f"<{kind}")
        return value

    def text() -> str:
        nonlocal place
        end = number("H") + place
        value = content[place:end].rstrip(b"\0").decode("utf-8")
        place = end
        return value

    version = number("I")
    if not 1 <= version <= VERSION:
        raise ValueError(
            f"This is no file of CTranslate2 up to version {VERSION}: it says {version}."
        )
    text()  # the specification
    number("I")  # its revision
    read: dict[str, Array] = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind, size = number("B"), number("I")
        if place + size > len(content):
            raise ValueError(f"The array {name} ends behind the end of the file.")
        if name.startswith(under):
            if kind not in TYPES:
                raise ValueError(f"The array {name} is of type {kind}; known are {list(TYPES)}.")
            if prod(shape) * np.dtype(TYPES[kind]).itemsize != size:
                raise ValueError(f"The array {name} of shape {shape} has {size} bytes.")
            count = prod(shape)
            read[name] = np.frombuffer(content, TYPES[kind], count, place).reshape(shape)
        place += size
    return read
