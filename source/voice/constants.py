"""The constants of an ONNX file, without the ONNX package.

Protocol buffers are pairs of a key (field number and wire type) and a value; of ONNX only
the few fields are read that lead to tensors. Field numbers: onnx.proto3 of ONNX 1.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GRAPH, NODE, OUTPUT, ATTRIBUTE, NAME, TENSOR, SUBGRAPH = 7, 1, 2, 5, 1, 5, 6
DIMS, TYPE, RAW = 1, 2, 9
FLOAT = 1


def constants(content: bytes, *, branch: str) -> dict[str, Floats]:
    """Every float tensor that is a constant of the file, by the name of its output.

    Parameters
    ----------
    content : bytes
        An ONNX file.
    branch : str
        Which of the graphs inside a node are read, such as ``then_branch``.

    Raises
    ------
    ValueError
        If it is no such file.
    """
    try:
        graph = _first(memoryview(content), GRAPH)
        return dict(_of_graph(graph, branch))
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError(f"This is no ONNX file that can be read: {error}") from error


def _of_graph(graph: memoryview, branch: str) -> Iterator[tuple[str, Floats]]:
    for number, node in _fields(graph):
        if number != NODE:
            continue
        parts = list(_fields(node))
        output = next((bytes(p).decode() for n, p in parts if n == OUTPUT), "")
        for attribute in (p for n, p in parts if n == ATTRIBUTE):
            for field, value in _fields(attribute):
                if field == TENSOR and isinstance(value, memoryview):
                    yield from ((output, t) for t in _tensor(value))
                elif field == SUBGRAPH and bytes(_first(attribute, NAME)).decode() == branch:
                    yield from _of_graph(value, branch)


def _tensor(tensor: memoryview) -> Iterator[Floats]:
    fields = list(_fields(tensor))
    kind = [v for n, v in fields if n == TYPE]
    raw = [v for n, v in fields if n == RAW]
    if kind == [FLOAT] and raw:
        shape: list[int] = []
        for number, value in fields:
            if number == DIMS:  # packed or one by one, as the writer liked
                shape.extend(_numbers(value) if isinstance(value, memoryview) else [value])
        yield np.frombuffer(raw[0], dtype="<f4").reshape(shape).astype(np.float32)


def _first(message: memoryview, number: int) -> memoryview:
    values: list[memoryview] = [v for n, v in _fields(message) if n == number]
    return values[0]


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """(number, value) of every field: an int, or the bytes of what is inside."""
    at = 0
    while at < len(message):
        key, at = _number(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _number(message, at)
            yield key >> 3, value
        else:
            size, at = _number(message, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            yield key >> 3, message[at : at + size]
            at += size


def _numbers(packed: memoryview) -> list[int]:
    numbers, at = [], 0
    while at < len(packed):
        value, at = _number(packed, at)
        numbers.append(value)
    return numbers


def _number(message: memoryview, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, least first, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
