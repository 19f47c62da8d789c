"""Ways to damage a file, each from a random number generator: the same seed, the same damage."""

import random
from collections.abc import Callable

HEADER = 256
"""Bytes at the start of a file in which most of its sizes stand."""

EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)

Mutation = Callable[[random.Random, bytearray, bytes], bytearray]
"""Takes the generator, a file and another file."""


def flip_bits(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    for _ in range(chance.choice((1, 4, 16, 64, 256))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def flip_header(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(min(HEADER, len(data)))] = chance.randrange(256)
    return data


def truncate(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    return data[: chance.randrange(len(data))]


def behead(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    return data[chance.randrange(min(4096, len(data))) :]


def splice(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    place, begin = chance.randrange(len(data)), chance.randrange(len(other))
    return data[:place] + other[begin:]


def insert(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    place, begin = chance.randrange(len(data)), chance.randrange(len(other))
    data[place:place] = other[begin : begin + chance.randint(1, 4096)]
    return data


def cut_out(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    place = chance.randrange(len(data))
    del data[place : place + chance.randint(1, 4096)]
    return data


def repeat(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    place = chance.randrange(len(data))
    block = data[place : place + chance.randint(1, 512)]
    data[place:place] = block * chance.randint(1, 64)
    return data


def hole(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    place = chance.randrange(len(data))
    size = min(chance.randint(1, 8192), len(data) - place)
    data[place : place + size] = bytes(size)
    return data


def size_field(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    """A field that may be a size or a count gets an extreme value, in either order of bytes."""
    within = len(data) if chance.random() < 0.5 else min(HEADER, len(data))
    for _ in range(chance.randint(1, 3)):
        width = chance.choice((1, 2, 4))
        place = chance.randrange(max(1, within - width))
        value = chance.choice(EXTREMES) & ((1 << 8 * width) - 1)
        data[place : place + width] = value.to_bytes(width, chance.choice(("big", "little")))
    return data


def swap_header(chance: random.Random, data: bytearray, other: bytes) -> bytearray:
    """The content of one format behind the beginning of another."""
    size = chance.choice((4, 12, 32, 64))
    return bytearray(other[:size]) + data[size:]


MUTATIONS: dict[str, Mutation] = {
    one.__name__: one
    for one in (
        flip_bits,
        flip_header,
        truncate,
        behead,
        splice,
        insert,
        cut_out,
        repeat,
        hole,
        size_field,
        swap_header,
    )
}


def mutated(chance: random.Random, data: bytes, other: bytes) -> tuple[str, bytes]:
    """Names of what was done, and the file."""
    done = [chance.choice(tuple(MUTATIONS)) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    made = bytearray(data)
    for name in done:
        if made:
            made = MUTATIONS[name](chance, made, other)
    return "+".join(done), bytes(made)
