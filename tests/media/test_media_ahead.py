"""Reading ahead changes nothing but the time it takes."""

import threading

import pytest

from source.media import ahead


def test_order_and_number_are_kept() -> None:
    assert list(ahead(iter(range(100)), most=2)) == list(range(100))
    assert list(ahead([])) == []
    assert list(ahead([None, None])) == [None, None]


def test_what_goes_wrong_is_told_after_what_went_well() -> None:
    def items():
        yield 1
        yield 2
        raise ValueError("no more")

    got = []
    with pytest.raises(ValueError, match="no more"):
        for item in ahead(items()):
            got.append(item)
    assert got == [1, 2]


def test_no_more_than_asked_for_is_made_before_it_is_used() -> None:
    made, held = [], []

    def items():
        for number in range(50):
            made.append(number)
            yield number

    for number in ahead(items(), most=2):
        held.append(len(made) - number)
    # those that wait, the one in use, and the one that waits for room
    assert max(held) <= 4


def test_leaving_early_closes_what_is_read() -> None:
    closed = threading.Event()

    def items():
        try:
            while True:
                yield 0
        finally:
            closed.set()

    found = ahead(items())
    next(found)
    found.close()

    assert closed.is_set()
    assert not [t for t in threading.enumerate() if t.name == "media-ahead"]
